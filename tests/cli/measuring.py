"""Tables for ``entregent measure``, written as people write them."""

import datetime as dt
import math
import random
from pathlib import Path

from typer.testing import CliRunner

from entregent.cli.commands import app
from tests.cli.program import Program, Told

START = dt.date(2025, 9, 1)
"""First day of the campaign in the tables below; 200 days come before it."""


def days(before: int = 200, after: int = 40) -> list[dt.date]:
    return [START + dt.timedelta(days=number) for number in range(-before, after)]


def series(
    lift: float = 0.0, *, before: int = 200, after: int = 40, seed: int = 1, level: float = 100.0
) -> list[tuple[dt.date, float]]:
    """A daily flow with weekdays and noise, raised by `lift` from the start on."""
    noise = random.Random(seed)
    return [
        (
            day,
            round(
                level
                + 10 * math.sin(2 * math.pi * day.weekday() / 7)
                + noise.gauss(0, 5)
                + (lift if day >= START else 0),
                2,
            ),
        )
        for day in days(before, after)
    ]


def write(path: Path, rows: list[tuple[dt.date, float]], *more: list[float]) -> Path:
    """The table as CSV: date, visites, and a column ``temoin1``, … for each further list."""
    names = ["date", "visites", *(f"temoin{number + 1}" for number in range(len(more)))]
    lines = [",".join(names)]
    for index, (day, value) in enumerate(rows):
        lines.append(",".join([day.isoformat(), str(value), *(str(each[index]) for each in more)]))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def quiet(told: Told) -> Told:
    """An answer, given without a word on standard error."""
    assert (told.code, told.err) == (0, "")
    return told


def here(*arguments: str | Path) -> Told:
    """An answer given in this process, which spares a second; a warning would be an error."""
    done = CliRunner().invoke(app, [*map(str, arguments)])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Told(done.exit_code, done.stdout_bytes, done.stderr)


def program(folder: Path) -> Program:
    """The program with a data folder that is not there, and that no command here makes."""
    return Program(folder / "home")
