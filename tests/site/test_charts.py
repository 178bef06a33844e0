"""Charts say what was counted: the same rows in chart, table and CSV, and a gap is never a zero."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import translation
from tests.site.campaign_scene import (
    GAP_DAYS,
    Days,
    add_campaign,
    add_moment,
    count_days,
    days,
    value_on,
)
from tests.site.test_every_page import check

from entregent.apps.organisation.models import Member
from entregent.site.charts.daily import per_day
from entregent.site.charts.drawing import bundle_name

pytestmark = pytest.mark.django_db

Browser = Callable[[Member], Client]
HOSTILE = "<script>alert(1)</script> =1+1 \N{RIGHT-TO-LEFT OVERRIDE} \N{PARTY POPPER}"
SLUG = "gagne-ton-hiver"


@pytest.fixture(autouse=True)
def at_home(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path


@pytest.fixture
def counted(alice: Member) -> Days:
    add_campaign(alice)
    return count_days()


def given(browser: Client, name: str, metric: str = "follows", **asked: str) -> HttpResponse:
    answer = browser.get(reverse(f"pages:{name}", args=[SLUG, metric]), asked)
    assert answer.status_code == 200
    return answer


def tables_in(specification: Any) -> list[list[dict[str, Any]]]:
    """Every table of rows that a specification holds."""
    found = list(specification.get("datasets", {}).values())

    def walk(part: Any) -> None:
        if isinstance(part, dict):
            if isinstance(part.get("values"), list):
                found.append(part["values"])
            for value in part.values():
                walk(value)
        elif isinstance(part, list):
            for value in part:
                walk(value)

    walk({name: part for name, part in specification.items() if name != "datasets"})
    return found


def days_of(specification: Any) -> list[dict[str, Any]]:
    (rows,) = {json.dumps(t) for t in tables_in(specification) if t and set(t[0]) == DAY_FIELDS}
    return list(json.loads(rows))


DAY_FIELDS = {"day", "value", "mean"}


def csv_of(browser: Client, metric: str = "follows") -> list[list[str]]:
    text = given(browser, "csv", metric).content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def is_gap(day: date, at: Days) -> bool:
    return at.gap <= day < at.gap + timedelta(days=GAP_DAYS)


def test_chart_and_csv_have_the_same_rows_which_are_those_counted(
    alice: Member, as_member: Browser, counted: Days
) -> None:
    browser = as_member(alice)
    drawn = days_of(given(browser, "chart").json())
    header, *rows = csv_of(browser)
    assert header == [
        *("jour", "nouveaux abonnements par jour", "moyenne de 7 jours", "recueilli"),
        *("sans la campagne (estimation)", "borne inférieure", "borne supérieure"),
        "à propos des bornes",
    ]
    assert {tuple(row[4:]) for row in rows} == {("", "", "", "")}
    first = counted.first - timedelta(days=90)
    wanted = [first + timedelta(days=n) for n in range((counted.yesterday - first).days + 1)]
    assert [row[0] for row in rows] == [row["day"] for row in drawn]
    assert [row[0] for row in rows] == [day.isoformat() for day in wanted]
    for day, told, row in zip(wanted, drawn, rows, strict=True):
        value = None if is_gap(day, counted) else value_on(day, counted)
        assert told["value"] == value
        assert row[1] == ("" if value is None else f"{value:.0f}")
        assert row[3] == ("0" if value is None else "1")
        assert row[2] == ("" if told["mean"] is None else csv_number(told["mean"]))


def csv_number(value: float) -> str:
    rounded = round(value, 3)
    return str(int(rounded)) if rounded.is_integer() else repr(rounded)


def test_a_gap_is_hatched_and_named_and_a_real_zero_is_a_zero(
    alice: Member, as_member: Browser, counted: Days
) -> None:
    browser = as_member(alice)
    specification = given(browser, "chart").json()
    values = {row["day"]: row["value"] for row in days_of(specification)}
    assert sum(value is None for value in values.values()) == GAP_DAYS
    assert 0 in values.values()
    # Slanted lines stand over the gap's days, from zero to the top.
    lines = [t for t in tables_in(specification) if t and set(t[0]) == {"x", "x2", "y", "y2"}]
    inside = [(row["x"][:10], row["x2"][:10]) for row in lines[0]]
    after = (counted.gap + timedelta(days=GAP_DAYS)).isoformat()
    assert all(counted.gap.isoformat() <= x <= x2 <= after for x, x2 in inside)
    page = unescape(browser.get(reverse("pages:campaign", args=[SLUG])).content.decode())
    assert "Non recueilli" in page
    assert "quota épuisé" in page
    assert "Ce n'est pas zéro." in page


def test_means_of_windows_are_those_of_the_days_and_none_is_told_for_what_is_to_come(
    alice: Member, as_member: Browser, counted: Days
) -> None:
    browser = as_member(alice)
    specification = given(browser, "chart").json()
    flat = {
        row["x"]: row["mean"]
        for table in tables_in(specification)
        if table and "mean" in table[0] and "middle" in table[0]
        for row in table
    }
    told = {date.fromisoformat(row[0]): row[1] for row in csv_of(browser)[1:]}

    def mean(first: date, last: date) -> float:
        found = [float(v) for day, v in told.items() if first <= day <= last and v]
        return sum(found) / len(found)

    after = counted.last + timedelta(days=1)
    wanted = {
        counted.first - timedelta(days=90): mean(
            counted.first - timedelta(days=90), counted.first - timedelta(days=1)
        ),
        counted.first: mean(counted.first, counted.last),
        after: mean(after, counted.last + timedelta(days=30)),
        after + timedelta(days=30): mean(
            after + timedelta(days=30), counted.last + timedelta(days=90)
        ),
        after + timedelta(days=90): mean(after + timedelta(days=90), counted.yesterday),
    }
    assert flat == pytest.approx({day.isoformat(): value for day, value in wanted.items()})
    page = unescape(browser.get(reverse("pages:campaign", args=[SLUG])).content.decode())
    cells = re.findall(r'<td class="number">([^<]*)', page.partition("<caption")[2])
    shown = [cell.strip() for cell in cells]
    as_written = [f"{v:.1f}".replace(".", ",") if v < 10 else f"{v:.0f}" for v in wanted.values()]
    assert shown[: len(wanted)] == as_written
    assert shown[len(wanted) :] == ["à venir"] * 3


@pytest.mark.parametrize(
    ("language", "unit", "unknown"),
    [
        ("fr", "nouveaux abonnements par jour", "non recueilli"),
        ("en", "new followers per day", "not collected"),
    ],
)
def test_a_chart_speaks_the_language_of_whoever_looks(
    alice: Member, as_member: Browser, counted: Days, language: str, unit: str, unknown: str
) -> None:
    browser = as_member(alice)
    browser.post("/language/", {"language": language, "next": "/"})
    specification = given(browser, "chart").json()
    text = json.dumps(specification, ensure_ascii=False)
    assert unit in text
    assert ("janv." in text) == (language == "fr")
    assert unknown in text.replace("\u00a0", " ")
    assert unit in specification["description"]
    assert csv_of(browser)[0][1] == unit


@pytest.mark.parametrize("name", ["chart", "picture", "csv"])
def test_charts_are_for_all_who_sign_in(
    alice: Member,
    bob: Member,
    gwen: Member,
    charlie: Client,
    as_member: Browser,
    counted: Days,
    name: str,
) -> None:
    for member in (alice, bob, gwen):
        given(as_member(member), name)
    where = reverse(f"pages:{name}", args=[SLUG, "follows"])
    assert charlie.get(where)["Location"].startswith("/account/login/")
    for wrong in ([SLUG, "likes"], ["no-such", "follows"]):
        assert as_member(bob).get(reverse(f"pages:{name}", args=wrong)).status_code == 404
    assert as_member(bob).post(where).status_code == 405


def test_hostile_names_are_harmless_in_page_specification_picture_and_csv(
    alice: Member, as_member: Browser
) -> None:
    at = days()
    add_campaign(alice, name=HOSTILE)
    other = add_campaign(alice, name=HOSTILE, slug="autre")
    count_days()
    add_moment(HOSTILE, at.first)
    browser = as_member(alice)
    page = browser.get(reverse("pages:campaign", args=[SLUG]))
    check(page.headers, page.content.decode())
    assert "<script>alert" not in page.content.decode()
    specification = given(browser, "chart")
    assert specification["Content-Type"] == "application/json"
    assert specification["X-Content-Type-Options"] == "nosniff"
    assert HOSTILE in json.dumps(specification.json(), ensure_ascii=False)
    picture = given(browser, "picture")
    assert picture["Content-Type"].startswith("image/svg+xml")
    assert "script-src 'self'" in picture["Content-Security-Policy"]
    drawn = ET.fromstring(picture.content)
    assert not [each for each in drawn.iter() if each.tag.lower().endswith("script")]
    assert not [
        name for each in drawn.iter() for name in each.attrib if name.lower().startswith("on")
    ]
    for row in csv_of(browser):
        assert not any(cell.startswith(("=", "+", "@", "<")) for cell in row)
    assert other.slug in browser.get("/campaigns/").content.decode()


def test_both_schemes_draw_the_same_rows_in_other_colours(
    alice: Member, as_member: Browser, counted: Days
) -> None:
    browser = as_member(alice)
    light, dark = (given(browser, "chart", scheme=s).json() for s in ("light", "dark"))
    assert days_of(light) == days_of(dark)
    assert light != dark
    assert given(browser, "chart", scheme="<script>").json() == light


def test_the_axis_begins_at_zero_and_holds_every_day(
    alice: Member, as_member: Browser, counted: Days
) -> None:
    text = json.dumps(given(as_member(alice), "chart").json())
    (domain,) = set(re.findall(r'"domain": \[0, ([0-9.]+)\]', text))
    assert float(domain) >= 40


def test_the_two_charts_have_the_same_axes(alice: Member, as_member: Browser) -> None:
    at = count_days()
    add_campaign(alice)
    add_campaign(
        alice,
        name="Les voix d'ici",
        slug="les-voix",
        first=at.last + timedelta(days=20),
        last=at.last + timedelta(days=30),
    )
    browser = as_member(alice)
    drawn = []
    for slug in (SLUG, "les-voix"):
        answer = browser.get(reverse("pages:one_of_two", args=[slug]))
        assert answer.status_code == 200
        drawn.append(json.dumps(answer.json()))
    domains = [re.findall(r'"domain": (\[[^\]]*\])', text) for text in drawn]
    assert domains[0][:2] == domains[1][:2]
    assert browser.get(reverse("pages:one_of_two", args=["no-such"])).status_code == 404


def test_a_campaign_that_is_launched_and_far_shows_the_days_before_it(
    alice: Member, as_member: Browser
) -> None:
    at = count_days()
    far = at.yesterday + timedelta(days=200)
    add_campaign(alice, first=far, last=far + timedelta(days=9))
    browser = as_member(alice)
    rows = days_of(given(browser, "chart").json())
    assert rows[-1]["day"] == at.yesterday.isoformat()
    assert browser.get(reverse("pages:campaign", args=[SLUG])).status_code == 200
    given(browser, "picture")


def test_where_nothing_was_counted_nothing_is_drawn(alice: Member, as_member: Browser) -> None:
    add_campaign(alice)
    browser = as_member(alice)
    rows = csv_of(browser)[1:]
    assert rows
    assert {(row[1], row[2], row[3]) for row in rows} == {("", "", "0")}
    page = browser.get(reverse("pages:campaign", args=[SLUG]))
    assert page.status_code == 200
    given(browser, "picture")


def test_a_coupons_place_is_no_account_to_follow(alice: Member, as_member: Browser) -> None:
    count_days()
    add_campaign(alice, metric="redemptions", place="TUQUE15")
    rows = csv_of(as_member(alice), "follows")[1:]
    assert {row[1] for row in rows if row[3] == "1"} <= {""} | {"0", "8", "12", "40"}
    assert rows != []


def test_the_bundle_is_kept_for_a_year_under_its_own_name(bob: Member, as_member: Browser) -> None:
    browser = as_member(bob)
    answer = browser.get(reverse("pages:vega", args=[bundle_name()]))
    assert answer["Content-Type"].startswith("text/javascript")
    assert "immutable" in answer["Cache-Control"]
    assert browser.get(reverse("pages:vega", args=["other"])).status_code == 404


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.0, "0,0"), (7.96, "8,0"), (9.96, "10"), (10.8, "11"), (48.51, "49"), (1234.5, "1 234")],
)
def test_a_mean_is_rounded_as_it_is_written(value: float, written: str) -> None:
    with translation.override("fr"):
        assert per_day(value).replace("\u00a0", " ").replace("\u202f", " ") == written
