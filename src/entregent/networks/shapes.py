"""Looking at parsed JSON whose shape is not known yet, and naming what holds nothing to keep."""

from collections.abc import Callable, Iterator
from typing import Any

from entregent.networks.reading import Context, JsonFormat, Outcome, Refused, Taken
from entregent.vocabulary import VocabularyError
from entregent.vocabulary.reading import Json, kind_of, mapping, optional_text


def having(*names: str) -> Callable[[Any], bool]:
    """Recogniser of objects that have all these properties."""
    wanted = frozenset(names)
    return lambda value: isinstance(value, dict) and wanted <= value.keys()


def listing(recognise: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """Recogniser of lists, not empty, whose every element is recognised."""
    return lambda value: (
        isinstance(value, list) and bool(value) and all(recognise(item) for item in value)
    )


def nothing(name: str, told: str, recognise: Callable[[Any], bool]) -> JsonFormat:
    """A format that is known and holds nothing to keep; `told` says what it is."""

    def read(_value: Any, _context: Context) -> Iterator[Outcome]:
        yield Taken(nothing=told)

    return JsonFormat(name, recognise, read)


def items_of(value: object, where: str) -> list[Any]:
    """Elements of a list that may be absent."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise VocabularyError(f"a list was expected, not {kind_of(value)}", where)
    return value


def mapping_in(document: Json, name: str) -> Json:
    """The object that `document` must have under `name`."""
    return mapping(document.get(name), name)


def text_in(document: Json, name: str) -> str:
    """The text that `document` must have under `name`."""
    value = optional_text(document.get(name), name)
    if not value:
        raise VocabularyError("the text is missing", name)
    return value


def refusal(error: VocabularyError, context: Context) -> Refused:
    """What an error says, at its place in the file."""
    place = context.at(error.where).where if error.where else context.where
    return Refused(place, error.reason)


def each(
    value: object, where: str, context: Context, read: Callable[[Any, Context], Iterator[Outcome]]
) -> Iterator[Outcome]:
    """Read each element on its own: a bad one is refused, and the rest goes on."""
    for index, item in enumerate(items_of(value, where)):
        yield from apart(item, f"{where}[{index}]", context, read)


def apart(
    value: Any, where: str, context: Context, read: Callable[[Any, Context], Iterator[Outcome]]
) -> Iterator[Outcome]:
    """Read one part on its own: if it is bad, it is refused and the rest goes on."""
    inner = context.at(where)
    try:
        yield from read(value, inner)
    except VocabularyError as error:
        yield refusal(error, inner)


def is_deeper_than(value: Any, limit: int) -> bool:
    """Whether containers are nested in each other more than `limit` times."""
    level = [value] if isinstance(value, (dict, list)) else []
    for _ in range(limit):
        if not level:
            return False
        below: list[Any] = []
        for outer in level:
            for inner in outer.values() if type(outer) is dict else outer:
                kind = type(inner)
                if kind is dict or kind is list:
                    below.append(inner)
        level = below
    return bool(level)
