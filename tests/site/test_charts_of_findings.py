"""Charts draw what there would have been: the stored rows, dashed, with their band."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.site.campaign_scene import Days, add_campaign, count_days

from entregent.apps.measure.actions_findings import measure_due
from entregent.apps.measure.finding_lines import WithoutLine, finding_line, without_lines
from entregent.apps.measure.models import Finding
from entregent.apps.organisation.models import Member
from entregent.site.charts.hand import SCHEMES

pytestmark = pytest.mark.django_db

Browser = Callable[[Member], Client]
SLUG = "gagne-ton-hiver"


@pytest.fixture(autouse=True)
def at_home(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path


@pytest.fixture
def measured(alice: Member) -> Days:
    at = count_days()
    add_campaign(alice)
    while measure_due(limit=9):
        pass
    return at


def stored() -> tuple[WithoutLine, ...]:
    row = Finding.objects.get()
    return without_lines(row.rows, finding_line(row))


def specification(browser: Client, name: str = "chart", *args: str) -> dict[str, Any]:
    answer = browser.get(reverse(f"pages:{name}", args=[SLUG, *args]))
    assert answer.status_code == 200
    return dict(answer.json())


def layers_with(told: dict[str, Any], field: str) -> list[dict[str, Any]]:
    return [layer for layer in told["layer"] if field in json.dumps(layer["encoding"])]


def rows_of(told: dict[str, Any], layer: dict[str, Any]) -> list[dict[str, Any]]:
    data = layer["data"]
    return list(data["values"] if "values" in data else told["datasets"][data["name"]])


def test_the_dashed_line_and_its_band_are_the_stored_rows(
    bob: Member, as_member: Browser, measured: Days
) -> None:
    told = specification(as_member(bob), "chart", "follows")
    (line,) = [layer for layer in layers_with(told, '"without"') if layer["mark"]["type"] == "line"]
    (band,) = [layer for layer in told["layer"] if layer["mark"]["type"] == "area"]
    assert line["mark"]["strokeDash"]
    assert line["mark"]["color"] == band["mark"]["color"] == SCHEMES["light"].frost
    wanted = [(row.day.isoformat(), row.low, row.without, row.high) for row in stored()]
    for layer in (line, band):
        drawn = rows_of(told, layer)
        assert [(r["day"], r["low"], r["without"], r["high"]) for r in drawn] == wanted
    assert "sans la campagne (estimation)" in json.dumps(told, ensure_ascii=False)


def test_the_csv_has_the_same_numbers(bob: Member, as_member: Browser, measured: Days) -> None:
    answer = as_member(bob).get(reverse("pages:csv", args=[SLUG, "follows"]))
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    told = {row["jour"]: row for row in rows}
    assert {day for day, row in told.items() if row["sans la campagne (estimation)"]} == {
        row.day.isoformat() for row in stored()
    }
    for row in stored():
        there = told[row.day.isoformat()]
        assert float(there["sans la campagne (estimation)"]) == row.without
        assert float(there["borne inférieure"]) == row.low
        assert float(there["borne supérieure"]) == row.high
    before = [row for day, row in told.items() if date.fromisoformat(day) < measured.first]
    assert {row["borne inférieure"] for row in before} == {""}


def test_a_metric_that_is_not_measured_has_no_line(
    bob: Member, as_member: Browser, measured: Days
) -> None:
    told = specification(as_member(bob), "chart", "mentions")
    assert [layer for layer in told["layer"] if layer["mark"]["type"] == "area"] == []
    assert "estimation" not in json.dumps(told, ensure_ascii=False)


def test_the_table_on_the_page_says_what_was_and_what_was_added_side_by_side(
    bob: Member, as_member: Browser, measured: Days
) -> None:
    page = as_member(bob).get(reverse("pages:campaign", args=[SLUG])).content.decode()
    head = page.partition("<caption")[2].partition("</thead>")[0]
    order = [head.index(words) for words in ("il y a eu, par jour", "elle a ajouté, par jour")]
    assert order == sorted(order)


def test_the_two_charts_draw_it_in_the_place_of_the_mean_before(
    alice: Member, as_member: Browser, measured: Days
) -> None:
    add_campaign(alice, name="Les voix", slug="voix", first=measured.last, last=measured.last)
    told = json.dumps(specification(as_member(alice), "one_of_two"), ensure_ascii=False)
    assert "sans la campagne (estimation)" in told
    assert '"avant"' not in told
