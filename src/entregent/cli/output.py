"""What commands say: JSON on standard output, progress on standard error, errors in one line."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson


class PlainError(Exception):
    """Something the person at the keyboard can mend; the message is the one line they see."""


def print_json(document: Any) -> None:
    """Write one JSON document, and nothing else, to standard output."""
    sys.stdout.buffer.write(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
    sys.stdout.buffer.flush()


class Ticker:
    """Progress on standard error: a line that moves on a terminal, and silence elsewhere."""

    def __init__(self, verb: str) -> None:
        self._verb = verb
        self._status: Any = None

    def say(self, text: str) -> None:
        """Show how far things have come."""
        if self._status is not None:
            self._status.update(f"{self._verb} {text}")


@contextmanager
def ticker(verb: str) -> Iterator[Ticker]:
    """Context in which progress is shown, such as « Importing … »."""
    shown = Ticker(verb)
    if not sys.stderr.isatty():
        yield shown
        return
    from rich.console import Console

    with Console(stderr=True).status(verb) as status:
        shown._status = status  # noqa: SLF001 (one class in two pieces)
        yield shown
