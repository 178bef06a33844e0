"""``entregent measure power``: what a plan can show, in the document that is promised."""

from pathlib import Path

import pytest

from entregent.cli.output import PlainError
from tests.cli.measuring import here, quiet, series, write

PLAN = ("--days", "28", "--budget", "2000", "--cost-per", "100")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return write(tmp_path / "table.csv", series(after=0))


def test_the_document_has_what_is_promised(table: Path) -> None:
    told = quiet(here("measure", "power", table, *PLAN, "--json")).json
    assert set(told["smallest"]) == {"per_day", "total", "share"}
    assert [each["after_days"] for each in told["read_outs"]] == [30, 90, 180, 365]
    assert told["first_day"] == "2025-09-01"
    assert told["hoped"]["total"] == 20
    assert not told["hoped"]["is_enough"]
    assert told["remedy"]["budget"] > 2000
    assert told["refused"] is None
    assert {"placebo", "scale", "models", "days_before", "seconds", "notes"} <= told.keys()


def test_the_report_says_plainly_that_a_budget_can_show_nothing(table: Path) -> None:
    french = quiet(here("measure", "power", table, *PLAN)).out.decode()
    assert "ce budget ne peut rien montrer" in french
    assert "apprendre le métier" in french.replace("\u00a0", " ")
    english = quiet(here("measure", "power", table, *PLAN, "--language", "en")).out.decode()
    assert "this budget can show nothing" in english


def test_a_chart_can_be_had(table: Path, tmp_path: Path) -> None:
    drawn = tmp_path / "plan.svg"
    quiet(here("measure", "power", table, "--days", "14", "--chart", drawn))
    assert "plus petit effet visible" in drawn.read_text(encoding="utf-8")


def test_readings_and_start_are_those_asked_for(table: Path) -> None:
    options = ("--from", "2025-10-01", "--read-after", "365", "--read-after", "120")
    told = quiet(here("measure", "power", table, *PLAN, *options, "--json")).json
    assert told["first_day"] == "2025-10-01"
    assert [each["after_days"] for each in told["read_outs"]] == [120, 365]


def test_a_past_that_is_too_short_is_an_answer(tmp_path: Path) -> None:
    short = write(tmp_path / "short.csv", series(before=10, after=0))
    told = quiet(here("measure", "power", short, *PLAN, "--json")).json
    assert told["refused_code"] == "past_too_short"
    assert told["smallest"] == {"per_day": None, "total": None, "share": None}


@pytest.mark.parametrize("options", [("--days", "0"), ("--days", "many"), ()])
def test_a_wrong_option_is_named(table: Path, options: tuple[str, ...]) -> None:
    told = here("measure", "power", table, *options)
    assert told.code == 2


def test_a_start_that_is_no_day_is_named(table: Path) -> None:
    with pytest.raises(PlainError, match="demain"):
        here("measure", "power", table, *PLAN, "--from", "demain")
