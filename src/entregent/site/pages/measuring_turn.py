"""Measuring takes a second of a processor: a few at a time, so that other pages stay quick."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

AT_ONCE: Final = 2
PATIENCE_S: Final = 20

_turns = threading.BoundedSemaphore(AT_ONCE)


class Busy(Exception):
    """Others have been measuring for too long to wait any more."""


@contextmanager
def turn() -> Iterator[None]:
    """Wait for one's turn; raise `Busy` where it does not come."""
    if not _turns.acquire(timeout=PATIENCE_S):
        raise Busy
    try:
        yield
    finally:
        _turns.release()
