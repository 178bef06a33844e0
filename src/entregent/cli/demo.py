"""``entregent demo``: the demonstration, loaded and removed."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
from django.utils import timezone

from entregent.apps.listen.keeper import Keeper
from entregent.apps.listen.lease import Claim
from entregent.apps.organisation.actions import OrganisationRefused
from entregent.apps.organisation.queries import house
from entregent.cli.output import PlainError
from entregent.cli.run import in_french
from entregent.demonstration.loading import DemonstrationRefused, Watch, load, marker
from entregent.demonstration.removing import finish, remove
from entregent.simulation import Settings, simulate

_VERBS = {
    "listen": ("Écouter", "Listen"),
    "understand": ("Comprendre", "Understand"),
    "coordinate": ("Coordonner", "Coordinate"),
    "measure": ("Mesurer", "Measure"),
}
_REFUSALS = {
    "not_empty": "this house is not empty; name another data folder with ENTREGENT_HOME, or remove "
    "the demonstration that is there with « entregent demo --remove »",
    "busy": "a worker is at work in this data folder; stop « entregent run » first",
}


def load_demonstration(*, people: int, years: float, seed: int, truth: Path | None) -> int:
    """Load the demonstration, and write its truth if a file is named; returns the exit code."""
    settings = Settings(people=people, years=years, seed=seed, now=timezone.now())
    if truth is not None:
        if house() is not None and not marker().exists():
            raise PlainError(_REFUSALS["not_empty"])
        _write_truth(settings, truth)
    load_with_progress(settings)
    print("The demonstration is loaded. Next: entregent run")
    return 0


def load_with_progress(settings: Settings | None = None) -> None:
    """Load the demonstration, with a bar for each verb on a terminal."""
    try:
        with _bars() as watch:
            load(settings or Settings(now=timezone.now()), watch)
    except DemonstrationRefused as refused:
        raise PlainError(_REFUSALS[refused.code]) from None


def remove_demonstration() -> int:
    """Remove the demonstration and all that it brought; returns the exit code."""
    keeper = Keeper(Claim())
    try:
        remains = remove(acting_user=None)
        done = finish(keeper)
    except OrganisationRefused:
        raise PlainError("there is no demonstration in this data folder") from None
    finally:
        keeper.claim.release()
    print("The demonstration is removed.")
    if not done:
        print("The worker that runs removes its part of the record in a moment.")
    print("Your own members stay." if remains else "Next: entregent run, to begin your own house.")
    return 0


def _write_truth(settings: Settings, file: Path) -> None:
    try:
        file.write_bytes(orjson.dumps(simulate(settings).truth, option=orjson.OPT_INDENT_2))
    except OSError as error:
        raise PlainError(
            f"{file} cannot be written ({error.strerror}); nothing was loaded"
        ) from None


@contextmanager
def _bars() -> Iterator[Watch]:
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[count]}"))
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as progress:
        language = 0 if in_french() else 1
        tasks = {
            verb: progress.add_task(words[language], total=None, count="")
            for verb, words in _VERBS.items()
        }

        def watch(verb: str, done: int, total: int) -> None:
            progress.update(tasks[verb], completed=done, total=total or None, count=f"{done:,}")

        yield watch
