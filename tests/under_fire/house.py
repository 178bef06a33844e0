"""A house under fire: set up once, then worked in by processes that may die at any instant."""

import multiprocessing
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

django.setup()

# Loaded before any child is made: Arrow looks for pandas at its first use.
import pandas as pd  # noqa: E402, F401

import entregent.lake.emptying  # noqa: E402
import entregent.lake.erasing  # noqa: E402
import entregent.lake.mentions  # noqa: E402
import entregent.lake.searching  # noqa: E402, F401
from entregent.apps.remember.actions import add_our_account  # noqa: E402
from entregent.cli.database import prepare  # noqa: E402
from entregent.understanding.language import Languages  # noqa: E402
from tests.founding import found  # noqa: E402
from tests.under_fire.world import US  # noqa: E402

FORK = multiprocessing.get_context("fork")
"""Children begin with everything loaded and nothing open: killing one costs that instant alone."""


def build() -> None:
    """Set a house up that has an account of its own."""
    prepare()
    alice = found()
    add_our_account(acting_user=alice, uri=US, network="activitystreams")


def warm_up() -> None:
    """Read what each child would otherwise read again; nothing here opens a file or a thread."""
    Languages(("fr", "en")).of("La navette passe-t-elle demain?")


def in_child(work: Callable[..., Any], *given: Any) -> Any:
    """Do something in a child and give what it returns: this process opens nothing itself."""
    ours, theirs = FORK.Pipe(duplex=False)

    def run() -> None:
        try:
            theirs.send((True, work(*given)))
        except BaseException:  # noqa: BLE001 (told to whoever asked)
            theirs.send((False, traceback.format_exc()))

    child = FORK.Process(target=run)
    child.start()
    theirs.close()
    try:
        well, answer = ours.recv()
    except EOFError:
        well, answer = False, "it died"
    child.join()
    if not well:
        raise RuntimeError(f"{work.__name__} failed:\n{answer}")
    return answer


class Errors:
    """What went wrong in children that nobody killed, in a file that all of them add to."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "errors.txt"

    def add(self, who: str) -> None:
        """Note the error that is being handled."""
        with self._path.open("a") as file:
            file.write(f"{who}: {traceback.format_exc()[-3000:]}\x00")

    def read(self) -> list[str]:
        """Everything noted so far."""
        if not self._path.exists():
            return []
        return [each for each in self._path.read_text().split("\x00") if each]
