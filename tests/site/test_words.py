"""Times are written as they are said, in each language."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from entregent.site.templatetags import words

NB = "\N{NO-BREAK SPACE}"
TORONTO = ZoneInfo("America/Toronto")


def at(text: str) -> datetime:
    """Return a moment of Toronto's clock."""
    return datetime.fromisoformat(text).replace(tzinfo=TORONTO)


@pytest.mark.parametrize(
    ("moment", "french", "english"),
    [
        ("2026-02-03T19:30", "3 février 2026, 19 h 30", "February 3, 2026, 7:30 p.m."),
        ("2026-03-01T00:20", "1ᵉʳ mars 2026, 0 h 20", "March 1, 2026, 12:20 a.m."),
        ("2026-08-14T12:00", "14 août 2026, 12 h", "August 14, 2026, 12 p.m."),
    ],
)
def test_a_moment_is_written_as_people_write_it(moment: str, french: str, english: str) -> None:
    with timezone.override(TORONTO):
        with translation.override("fr"):
            assert words.moment(at(moment)).replace(NB, " ") == french
        with translation.override("en"):
            assert words.moment(at(moment)).replace(NB, " ") == english


@pytest.mark.parametrize(
    ("language", "date_and_time", "number"),
    [
        ("fr", "3 février 2026, 19 h 30", "1 234,5"),
        ("en", "February 3, 2026, 7:30 p.m.", "1,234.5"),
    ],
)
def test_templates_write_dates_and_numbers_as_in_quebec(
    language: str, date_and_time: str, number: str
) -> None:
    page = Template('{{ when|date:"DATETIME_FORMAT" }} | {{ number }}')
    with translation.override(language), timezone.override(TORONTO):
        text = page.render(Context({"when": at("2026-02-03T19:30"), "number": 1234.5}))
    assert text.replace(NB, " ") == f"{date_and_time} | {number}"


@pytest.mark.parametrize(
    ("start", "until", "french", "english"),
    [
        ("03-03T08:00", "03-05T09:00", "du 3 au 5 mars", "from March 3 to March 5"),
        ("03-31T08:00", "04-01T09:00", "du 31 mars au 1ᵉʳ avril", "from March 31 to April 1"),
        ("03-03T08:00", "03-03T09:30", "le 3 mars, de 8 h à 9 h 30", "on March 3 from 8 a.m. to "),
        ("03-03T00:00", "03-06T00:00", "du 3 au 5 mars", "from March 3 to March 5"),
        ("03-03T00:00", "03-04T00:00", "le 3 mars", "on March 3"),
    ],
)
def test_a_stretch_of_days_is_one_phrase(start: str, until: str, french: str, english: str) -> None:
    year = timezone.localdate().year
    first, last = at(f"{year}-{start}"), at(f"{year}-{until}")
    with timezone.override(TORONTO):
        with translation.override("fr"):
            assert words.from_to(first, last).replace(NB, " ") == french
        with translation.override("en"):
            assert words.from_to(first, last).replace(NB, " ").startswith(english)


def test_a_stretch_of_another_year_says_its_year() -> None:
    first, last = at("2024-03-03T00:00"), at("2024-03-06T00:00")
    with timezone.override(TORONTO):
        with translation.override("fr"):
            assert words.from_to(first, last).replace(NB, " ") == "du 3 au 5 mars 2024"
        with translation.override("en"):
            assert words.from_to(first, last).replace(NB, " ") == "from March 3 to March 5, 2024"


@pytest.mark.parametrize(
    ("name", "after"),
    [
        ("stationnement", "de stationnement"),
        ("accès", "d'accès"),
        ("État", "d'État"),
        ("horaire", "d'horaire"),
        ("hockey", "de hockey"),
    ],
)
def test_a_name_after_de_is_elided(name: str, after: str) -> None:
    assert words.after_of(name) == after


@pytest.mark.parametrize(
    ("passed", "french", "english"),
    [
        (timedelta(seconds=5), "à l'instant", "just now"),
        (timedelta(minutes=1), "il y a 1 minute", "1 minute ago"),
        (timedelta(hours=3, minutes=20), "il y a 3 heures", "3 hours ago"),
        (timedelta(days=2), "il y a 2 jours", "2 days ago"),
    ],
)
def test_the_past_is_told_in_its_largest_unit(passed: timedelta, french: str, english: str) -> None:
    then = timezone.now() - passed
    with translation.override("fr"):
        assert words.ago(then).replace(NB, " ") == french
    with translation.override("en"):
        assert words.ago(then).replace(NB, " ") == english


def test_yesterday_and_tomorrow_have_their_names() -> None:
    with timezone.override(TORONTO), translation.override("fr"):
        noon = timezone.localtime().replace(hour=16, minute=0)
        assert words.near(noon).replace(NB, " ") == "16 h"
        assert words.near(noon - timedelta(days=1)).replace(NB, " ") == "hier à 16 h"
        assert words.near(noon + timedelta(days=1)).replace(NB, " ") == "demain à 16 h"
        assert words.near(at("2025-03-03T16:00")).replace(NB, " ") == "le 3 mars 2025"


@given(
    moment=st.datetimes(
        min_value=datetime(1970, 1, 2),  # the zone comes from `timezones`
        max_value=datetime(9999, 12, 30),
        timezones=st.just(UTC),
    ),
    language=st.sampled_from(["fr", "en"]),
)
def test_any_moment_has_words_that_do_not_break(moment: datetime, language: str) -> None:
    with timezone.override(TORONTO), translation.override(language):
        local = timezone.localtime(moment)
        text = words.moment(moment)
    assert str(local.day) in text or "1ᵉʳ" in text
    assert str(local.year) in text
    assert f"{NB}h" in text or text.endswith((f"{NB}a.m.", f"{NB}p.m."))


def test_a_code_without_words_stays_a_code() -> None:
    assert words.act("listen.something_new") == "listen.something_new"


def test_what_changed_is_told_without_personal_values() -> None:
    with translation.override("fr"):
        assert words.changes({"name": [None, None], "role": ["guest", "owner"]}) == [
            ("nom", "", ""),
            ("rôle", "personne invitée", "propriétaire"),
        ]


def test_a_day_keeps_its_number_in_any_zone() -> None:
    with translation.override("en"):
        assert words.full_day(date(2026, 2, 3)).replace(NB, " ") == "February 3, 2026"
