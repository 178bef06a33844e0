"""``entregent measure boost``: verdicts on planted worlds, in the document that is promised."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from tests.cli.measuring import START, here, quiet, series, write

END = START + dt.timedelta(days=19)
CAMPAIGN = ("--campaign", START.isoformat(), END.isoformat())
VERDICTS = {
    *("boost only", "sustained", "compounding", "payback", "no boost shown", "cannot tell yet"),
}


def world(during: float, later: float, *, after: int = 220) -> list[tuple[dt.date, float]]:
    """A flow raised by `during` in the campaign and by `later` from its end on."""
    return [
        (day, value + (during if START <= day <= END else later if day > END else 0))
        for day, value in series(before=400, after=after)
    ]


def asked(folder: Path, rows: list[tuple[dt.date, float]], *options: str) -> Any:
    table = write(folder / "table.csv", rows)
    return quiet(here("measure", "boost", table, *CAMPAIGN, "--json", *options)).json


@pytest.fixture(scope="module")
def peak(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    found: dict[str, Any] = asked(tmp_path_factory.mktemp("peak"), world(60, 0))
    return found


def test_the_document_has_what_is_promised(peak: dict[str, Any]) -> None:
    assert {"mean", "total", "relative", "placebo", "refused", "sentence", "seconds"} <= peak.keys()
    assert peak["verdict"] in VERDICTS
    assert {"total", "per_day"} <= peak["boost"].keys()
    assert {"lasting", "half_life_days", "slope"} <= peak["path"].keys()
    assert {"carry_over", "more_days_needed"} <= peak.keys()
    windows = [(window["from_day"], window["to_day"]) for window in peak["windows"]]
    assert windows[:2] == [(1, 30), (31, 90)]
    assert {"mean", "sustained_share"} <= peak["windows"][0].keys()


def test_a_peak_that_ends_is_a_boost_only(peak: dict[str, Any]) -> None:
    assert peak["verdict"] == "boost only"
    assert peak["boost"]["per_day"]["low"] < 60 < peak["boost"]["per_day"]["high"]


def test_a_rate_that_stays_is_sustained(tmp_path: Path) -> None:
    assert asked(tmp_path, world(60, 40))["verdict"] == "sustained"


def test_nothing_that_came_is_no_boost_shown(tmp_path: Path) -> None:
    found = asked(tmp_path, world(0, 0), "--language", "en")
    assert found["verdict"] in {"no boost shown", "cannot tell yet"}


def test_a_stock_is_measured_by_what_comes_in(tmp_path: Path) -> None:
    held, rows = 5000.0, []
    for day, value in world(60, 0):
        held += value
        rows.append((day, round(held, 2)))
    found = asked(tmp_path, rows, "--kind", "stock")
    assert found["verdict"] == "boost only"


def test_a_campaign_outside_the_series_is_refused_as_an_answer(tmp_path: Path) -> None:
    found = asked(tmp_path, world(60, 0), "--campaign", "2031-01-01", "2031-02-01")
    assert isinstance(found["refused"], str)
    assert (found["verdict"], found["windows"]) == (None, [])


def test_other_campaigns_breaks_and_holidays_are_heard(tmp_path: Path) -> None:
    found = asked(
        tmp_path,
        world(60, 0),
        *("--other-campaign", "2025-03-01/2025-03-20", "--break", "2024-12-01"),
        *("--holidays", "quebec"),
    )
    assert found["refused"] is None
    assert found["verdict"] in VERDICTS


def test_the_report_and_the_chart_are_given(tmp_path: Path) -> None:
    table = write(tmp_path / "table.csv", world(60, 0))
    chart = tmp_path / "chart.svg"
    told = quiet(here("measure", "boost", table, *CAMPAIGN, "--chart", chart))
    assert told.out.decode().startswith("Pic sans suite\nPendant la campagne")
    assert chart.read_bytes().startswith(b"<svg")
