"""Rules in the language of saved queries, one a line, in a file for each thing that they tell."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from entregent.understanding.queries import Matcher, parse

ONLY_IF_NEGATIVE = "~"
"""Begins a rule that names what is complained of, and not the complaint itself."""


def lines(name: str) -> Iterator[str]:
    """The rules of one file, as they were written.

    Parameters
    ----------
    name
        Name of the file, without its ending.

    Yields
    ------
    str
        A query, behind a ``~`` where it needs a negative state of mind.
    """
    path = Path(__file__).with_name(f"{name}.txt")
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line


@lru_cache(maxsize=16)
def matcher(name: str) -> Matcher:
    """The rules of one file, ready to be tried together; their numbers are their order.

    Parameters
    ----------
    name
        Name of the file, without its ending.

    Returns
    -------
    Matcher
        Made once.
    """
    return Matcher({number: parse(line) for number, line in enumerate(lines(name))})
