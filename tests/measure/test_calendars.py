"""The calendar is Québec's."""

from datetime import date

from django.utils import translation

from entregent.apps.measure.calendars import construction_holiday, holidays_of, relache


def names(first: date, last: date) -> dict[date, str]:
    return {moment.first_day: moment.name for moment in holidays_of(first, last)}


def test_days_off_are_those_of_quebec() -> None:
    with translation.override("fr"):
        year = names(date(2026, 1, 1), date(2026, 12, 31))
    assert "Fête nationale" in year[date(2026, 6, 24)]
    assert date(2026, 5, 18) in year
    for not_off in (date(2026, 7, 14), date(2026, 8, 15), date(2026, 11, 11)):
        assert not_off not in year


def test_they_are_named_in_the_language_of_the_page() -> None:
    with translation.override("en"):
        english = names(date(2026, 12, 25), date(2026, 12, 25))
    assert english == {date(2026, 12, 25): "Christmas Day"}


def test_relache_and_the_construction_holiday_move_with_the_year() -> None:
    assert relache(2026) == date(2026, 3, 2)
    assert relache(2027) == date(2027, 3, 1)
    assert construction_holiday(2026) == date(2026, 7, 19)
    assert construction_holiday(2025) == date(2025, 7, 20)
    (told,) = (each for each in holidays_of(date(2026, 7, 25), date(2026, 7, 25)))
    assert (told.first_day, told.last_day) == (date(2026, 7, 19), date(2026, 8, 1))
