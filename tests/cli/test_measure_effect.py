"""``entregent measure effect``: the document that is promised, and an answer for any series."""

import datetime as dt
import math
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.measuring import START, days, here, program, quiet, series, write

ASKED = ("--from", START.isoformat())
LIFT = 25.0


def asked(table: Path, *options: str) -> Any:
    """The JSON document of an answer; nothing may be said on standard error."""
    return quiet(here("measure", "effect", table, *ASKED, "--json", *options)).json


@pytest.fixture(scope="module")
def lifted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """200 days, then 40 with 25 more a day, and a control that did not move."""
    rows = series(LIFT)
    noise = random.Random(8)
    control = [round(value * 0.5 + noise.gauss(0, 3), 2) for _, value in series(0, seed=1)]
    return write(tmp_path_factory.mktemp("effect") / "lifted.csv", rows, control)


@pytest.fixture(scope="module")
def document(lifted: Path) -> dict[str, Any]:
    found: dict[str, Any] = asked(lifted, "--value", "visites")
    return found


def test_the_document_has_what_is_promised(document: dict[str, Any]) -> None:
    assert {
        *("mean", "total", "relative", "p_two_sided", "scale", "models", "placebo", "seconds"),
        *("days_before", "days_after", "refused", "sentence"),
    } <= document.keys()
    for name in ("mean", "total", "relative"):
        assert {"estimate", "low", "high"} <= document[name].keys()
    assert {"windows", "z_rms", "false_positive_share", "widened"} <= document["placebo"].keys()
    assert document["refused"] is None
    assert (document["days_before"], document["days_after"]) == (200, 40)
    assert math.isclose(sum(document["models"].values()), 1, abs_tol=1e-6)
    assert document["sentence"].keys() == {"fr", "en"}
    assert document["seconds"] > 0


def test_what_was_planted_lies_between_the_bounds(document: dict[str, Any]) -> None:
    mean, total = document["mean"], document["total"]
    assert 0 < mean["low"] < LIFT < mean["high"]
    assert total["estimate"] == pytest.approx(40 * mean["estimate"], rel=0.02)
    assert document["p_two_sided"] < 0.05


def test_the_program_gives_the_same_answer_without_a_data_folder(
    lifted: Path, document: dict[str, Any], tmp_path: Path
) -> None:
    run = program(tmp_path)
    again = quiet(run("measure", "effect", lifted, *ASKED, "--value", "visites", "--json")).json
    assert not run.home.exists()
    assert {**again, "seconds": 0} == {**document, "seconds": 0}


def test_the_end_can_be_named_and_a_control_used(lifted: Path) -> None:
    until = (START + dt.timedelta(days=9)).isoformat()
    found = asked(lifted, "--value", "visites", "--control", "temoin1", "--until", until)
    assert found["days_after"] == 10
    assert found["mean"]["low"] < LIFT < found["mean"]["high"]


def french(rows: list[tuple[dt.date, float]]) -> str:
    written = (
        f"{value:,.2f}".replace(",", "\N{THIN SPACE}").replace(".", ",") for _, value in rows
    )
    lines = [f"{day:%d/%m/%Y};{cell}" for (day, _), cell in zip(rows, written, strict=True)]
    return "Jour;Visites\r\n" + "\r\n".join(lines)


def shuffled(rows: list[tuple[dt.date, float]]) -> str:
    lines = [f"{day},{value}" for day, value in rows]
    random.Random(4).shuffle(lines)
    return "date,visites\n" + "\n".join(lines)


@pytest.mark.parametrize(("writing", "told"), [(french, []), (shuffled, ["unordered"])])
def test_other_writing_gives_the_same_answer(
    writing: Callable[[list[tuple[dt.date, float]]], str], told: list[str], tmp_path: Path
) -> None:
    rows = series(LIFT, level=2000)
    plain = asked(write(tmp_path / "plain.csv", rows))
    table = tmp_path / "other.csv"
    table.write_text(writing(rows), encoding="utf-8")
    other = asked(table)
    assert other["mean"] == plain["mean"]
    assert [note["code"] for note in other["notes"]] == told


def test_days_that_are_missing_are_not_collected(tmp_path: Path) -> None:
    rows = series(LIFT)
    gaps = {*range(20, 30), 215}
    found = asked(
        write(tmp_path / "gaps.csv", [row for n, row in enumerate(rows) if n not in gaps]),
    )
    assert (found["days_before"], found["days_after"]) == (190, 39)
    assert found["mean"]["low"] < LIFT < found["mean"]["high"]
    assert [note["code"] for note in found["notes"]] == ["missing_days"]


EMPTY = {"estimate": None, "low": None, "high": None}


@pytest.mark.parametrize(
    ("rows", "options"),
    [
        pytest.param(series(), ("--from", "2031-01-01"), id="campaign after the series"),
        pytest.param(series(), ("--from", "2001-01-01"), id="campaign before the series"),
        pytest.param(series(before=10), (), id="10 days of past"),
    ],
)
def test_what_cannot_be_measured_is_an_answer_with_its_reason(
    rows: list[tuple[dt.date, float]], options: tuple[str, ...], tmp_path: Path
) -> None:
    found = asked(write(tmp_path / "a.csv", rows), *options)
    assert isinstance(found["refused"], str)
    assert found["refused"] in found["sentence"]["fr"]
    assert found["sentence"]["fr"].startswith("On ne peut pas le mesurer. ")
    assert (found["mean"], found["p_two_sided"]) == (EMPTY, None)


DAYS = days()
STEPS: dict[str, list[float]] = {
    "constant": [7.0] * 240,
    "all zeros": [0.0] * 240,
    "zeros, then not": [0.0] * 200 + [5.0] * 40,
    "rare": [float(number % 50 == 0) for number in range(240)],
    "huge": [value * 1e12 for _, value in series()],
    "negative": [-value for _, value in series()],
}


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("scale", ["auto", "count"])
def test_any_series_gets_a_clear_answer_or_a_clear_refusal(
    name: str, scale: str, tmp_path: Path
) -> None:
    rows = list(zip(DAYS, STEPS[name], strict=True))
    found = asked(write(tmp_path / "a.csv", rows), "--scale", scale)
    if found["refused"] is None:
        assert all(math.isfinite(number) for number in found["mean"].values())
        assert found["mean"]["low"] <= found["mean"]["estimate"] <= found["mean"]["high"]
    else:
        assert found["mean"] == EMPTY


def test_a_control_that_equals_the_outcome_is_refused(tmp_path: Path) -> None:
    rows = series(LIFT)
    table = write(tmp_path / "a.csv", rows, [value for _, value in rows])
    found = asked(table, "--value", "visites", "--control", "temoin1")
    assert isinstance(found["refused"], str)
    assert "temoin1" in found["refused"]


def test_fifty_thousand_rows_get_an_answer(tmp_path: Path) -> None:
    table = write(tmp_path / "long.csv", series(LIFT, before=49_960))
    found = asked(table)
    assert found["refused"] is not None or found["mean"]["low"] < LIFT < found["mean"]["high"]


def test_the_report_begins_with_the_sentence(lifted: Path, document: dict[str, Any]) -> None:
    for language, title in (("fr", "Vérifications"), ("en", "Checks")):
        told = quiet(
            here("measure", "effect", lifted, *ASKED, "--value", "visites", "--language", language)
        )
        report = told.out.decode()
        assert report.startswith(document["sentence"][language])
        assert title in report


@pytest.mark.parametrize(
    ("name", "begins"), [("a.svg", b"<svg"), ("a.png", b"\x89PNG"), ("a.html", b"<!DOCTYPE html")]
)
def test_the_chart_is_written_as_asked(
    name: str, begins: bytes, lifted: Path, tmp_path: Path
) -> None:
    chart = tmp_path / name
    asked(lifted, "--value", "visites", "--chart", str(chart))
    drawn = chart.read_bytes()
    assert drawn.startswith(begins)
    # It opens without a network.
    assert b'src="http' not in drawn
    assert b"cdn." not in drawn
