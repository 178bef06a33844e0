"""What a JSON value is, told by its content, and what it holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from entregent.networks.exchanges import AN_ERROR, is_error, is_exchange, unwrap
from entregent.networks.reading import Context, JsonFormat, Network, Outcome, Refused, Taken
from entregent.networks.registry import NETWORKS
from entregent.networks.shapes import is_deeper_than, refusal
from entregent.vocabulary import VocabularyError
from entregent.vocabulary.reading import kind_of

DEEPEST: Final = 60
"""Containers nested in each other beyond this are refused: nothing real goes as deep."""
UNKNOWN: Final = "unknown"
_EXCHANGE: Final = "recorded exchange"
_FORMATS: Final = tuple((network, form) for network in NETWORKS for form in network.json)


@dataclass(slots=True)
class Read:
    """One outcome, and what told it.

    Attributes
    ----------
    format
        Name of the format that recognised the value, or `UNKNOWN`.
    network
        Slug of its network; empty where no network claimed it.
    outcome
        What is kept, or why it is refused.
    """

    format: str
    network: str
    outcome: Outcome


def read_value(value: Any, context: Context) -> Iterator[Read]:
    """Read one parsed JSON value, whatever it is.

    Parameters
    ----------
    value
        As a JSON parser gives it.
    context
        Its ``source`` is a template: the activities of ``file`` come from ``file:mastodon``.

    Returns
    -------
    Iterator of Read
        Gives at least one. What cannot be read is a `Refused` that names its place and the reason;
        nothing is raised.
    """
    if is_deeper_than(value, DEEPEST):
        reason = f"objects or lists nested more than {DEEPEST} deep; flatten the document"
        return iter((Read(UNKNOWN, "", Refused(context.where, reason)),))
    return _read(value, context)


def _read(value: Any, context: Context) -> Iterator[Read]:
    for network, form in _FORMATS:
        if form.recognise(value):
            yield from _outcomes(network, form, value, context)
            return
    if is_exchange(value):
        body, inner = unwrap(value, context)
        if is_error(body, inner):
            yield Read(_EXCHANGE, "", Taken(nothing=AN_ERROR))
        elif body is None:
            yield Read(_EXCHANGE, "", Taken(nothing="an answer without content"))
        else:
            yield from _read(body, inner)
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from _read(item, context.at(f"[{index}]"))
    elif value in ({}, []):
        yield Read(UNKNOWN, "", Taken(nothing="an empty answer"))
    elif is_error(value, context):
        yield Read(_EXCHANGE, "", Taken(nothing=AN_ERROR))
    else:
        reason = (
            f"{kind_of(value)} here is not a document that is known; "
            "docs/reference/formats-json.md lists those that are"
        )
        yield Read(UNKNOWN, "", Refused(context.where, reason))


def _outcomes(network: Network, form: JsonFormat, value: Any, context: Context) -> Iterator[Read]:
    # Positions rather than `replace`: this runs for every line of an import.
    named = Context(
        f"{context.source}:{network.slug}",
        context.received_at,
        context.as_of,
        context.server,
        context.path,
        context.method,
        context.status,
        context.where,
    )
    try:
        for outcome in form.read(value, named):
            yield Read(form.name, network.slug, outcome)
    except VocabularyError as error:
        yield Read(form.name, network.slug, refusal(error, context))
