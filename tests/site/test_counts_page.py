"""The page of counts: chart, table and CSV say the same, and what is missing is no zero."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import vl_convert
from django.test import Client
from tests.listen.rolling import keep, refresh
from tests.listen.test_rollups import GLAD, text
from tests.site.html_page import check

from entregent.apps.listen.keeper import Keeper
from entregent.apps.listen.lease import Claim
from entregent.apps.listen.models import Source, SourceDay, SourceGap
from entregent.apps.organisation.models import Member
from entregent.loop import hear

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

pytestmark = pytest.mark.django_db
Browser = Callable[[Member], Client]
NOW = datetime.now(UTC).replace(minute=10, second=0, microsecond=0)


@pytest.fixture
def house(settings: SettingsWrapper, tmp_path: Path, alice: Member) -> Member:
    """A house that heard three texts, and did not listen for a day."""
    settings.HOME = tmp_path
    source = Source.objects.create(
        slug="file:activitystreams",
        network="mastodon",
        kind="feed",
        name="f",
        address="https://a.example/feed",
        created_at=NOW,
    )
    SourceDay.objects.create(source=source, day=(NOW - timedelta(days=100)).date())
    start = (NOW - timedelta(days=10)).replace(hour=0)
    SourceGap.objects.create(
        source=source, start=start, until=start + timedelta(days=3), reason="quota"
    )
    keeper = Keeper(Claim(), hear)
    keep(
        keeper,
        text("1", GLAD, NOW - timedelta(hours=30)),
        text("2", GLAD, NOW - timedelta(hours=30), "jude"),
        text("3", GLAD, NOW - timedelta(days=20)),
    )
    refresh(keeper)
    return alice


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", ("Complet jusqu", "Non recueilli", "3 en tout", "Décomptes")),
        ("en", ("Complete until", "Not collected", "3 in all", "Counts")),
    ],
)
def test_the_page_shows_days_and_what_was_not_collected(
    language: str, words: tuple[str, ...], house: Member, as_member: Browser
) -> None:
    Member.objects.update(language=language)
    answer = as_member(Member.objects.get()).get("/counts/")
    page = answer.content.decode()
    check(answer.headers, page)
    for word in words:
        assert word in page


def test_the_csv_has_a_row_for_each_day_and_nothing_for_a_day_not_collected(
    house: Member, as_member: Browser
) -> None:
    answer = as_member(house).get("/counts/rows.csv", {"grain": "day"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))[1:]
    assert len(rows) == 90
    assert sum(int(activities or 0) for _, activities, _, _ in rows) == 3
    assert {activities for _, activities, _, collected in rows if collected == "no"} == {""}
    assert sum(collected == "no" for *_, collected in rows) >= 2


def test_one_dimension_is_told_apart(house: Member, as_member: Browser) -> None:
    asked = {"roll_up": "state_of_mind", "grain": "hour", "by": "state_of_mind"}
    assert "satisfaction" in as_member(house).get("/counts/", asked).content.decode()
    answer = as_member(house).get("/counts/rows.csv", asked)
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[1:] for row in rows[1:]] == [["satisfaction", "2", "2", "yes"]]


def test_the_chart_draws_each_day_and_hatches_what_is_missing(
    house: Member, as_member: Browser
) -> None:
    drawn = as_member(house).get("/counts/chart.json", {"grain": "day"}).json()
    sets = [drawn["datasets"][layer["data"]["name"]] for layer in drawn["layer"]]
    assert sorted(bar["n"] for bar in sets[-1]) == [1, 2]
    ends, boxes, lines = sets[0], sets[1], sets[2]
    first, last = (datetime.fromisoformat(each["at"]) for each in ends)
    assert last - first == timedelta(days=90)
    axis = next(s for s in vl_convert.vegalite_to_vega(drawn)["scales"] if s["name"] == "x")
    # Ends that are written into the axis would be read in two ways, and the console says so.
    assert all("field" in each for each in axis["domain"]["fields"])
    assert len(boxes) >= 2
    assert {line["y2"] >= line["y"] >= 0 for line in lines} == {True}
    picture = as_member(house).get("/counts/chart.svg", {"grain": "day"})
    assert picture.content.startswith(b"<svg")


@pytest.mark.parametrize("asked", [{"roll_up": "weather"}, {"grain": "week"}])
def test_what_there_is_not_is_not_found(
    asked: dict[str, str], house: Member, as_member: Browser
) -> None:
    assert as_member(house).get("/counts/", asked).status_code == 404


def test_another_roll_up_forgets_the_dimension_of_the_last(
    house: Member, as_member: Browser
) -> None:
    answer = as_member(house).get("/counts/", {"roll_up": "source", "by": "intent"})
    assert answer.status_code == 200
    assert (
        "selected"
        not in answer.content.decode().partition('id="id_by"')[2].partition("</select>")[0]
    )
