"""A series has real zeros where we listened, and nothing where we did not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import pytest

from entregent.apps.address.queries import CampaignLine
from entregent.apps.listen.models import Source, SourceGap
from entregent.apps.measure import queries
from entregent.apps.organisation.models import Member
from entregent.apps.organisation.queries import NotFound
from tests.measure.conftest import (
    FACEBOOK,
    OURS,
    Tell,
    act,
    count,
    days_before,
    follow,
    said,
    visit,
)

pytestmark = pytest.mark.django_db


def by_day(series: queries.Series) -> dict[date, float | None]:
    return dict(zip(series.days, series.values, strict=True))


def gap(slug: str, start: datetime, until: datetime | None, reason: str = "quota") -> None:
    source = Source.objects.get(slug=slug)
    SourceGap.objects.create(source=source, start=start, until=until, reason=reason)


def test_days_without_anything_are_zeros_and_gaps_are_not(tell: Tell, bob: Member) -> None:
    gap(
        FACEBOOK,
        datetime(2026, 3, 3, 8, tzinfo=UTC),
        datetime(2026, 3, 5, 22, tzinfo=UTC),
        "access_expired",
    )
    tell(*(follow(datetime(2026, 3, day, 15, tzinfo=UTC), day) for day in (1, 3, 7)))
    count()
    told = queries.series(bob, "follows", OURS, date(2026, 3, 1), date(2026, 3, 7))
    assert told.values == (1, 0, None, None, None, 0, 1)
    assert [(each.first_day, each.last_day, each.reason) for each in told.gaps] == [
        (date(2026, 3, 3), date(2026, 3, 5), "access_expired")
    ]
    assert told.source == "Facebook"


def test_a_gap_of_an_hour_leaves_its_day(tell: Tell, bob: Member) -> None:
    gap(FACEBOOK, datetime(2026, 3, 3, 8, tzinfo=UTC), datetime(2026, 3, 3, 9, tzinfo=UTC))
    tell(follow(datetime(2026, 3, 3, 15, tzinfo=UTC), 1))
    count()
    assert queries.series(bob, "follows", OURS, date(2026, 3, 3), date(2026, 3, 3)).values == (1,)


def test_nothing_is_known_before_a_source_began_nor_of_days_that_are_not_over(
    tell: Tell, bob: Member
) -> None:
    tell(visit(days_before(5)), visit(days_before(0)))
    count()
    told = by_day(queries.series(bob, "visits", "", date(2023, 10, 30), date(2026, 11, 25)))
    assert told[date(2023, 10, 31)] is None
    assert told[date(2023, 11, 1)] == 0
    assert told[date(2026, 11, 23)] == 0
    assert told[date(2026, 11, 24)] is None
    assert told[date(2026, 11, 25)] is None


def test_a_network_that_brings_little_does_not_hide_the_others(tell: Tell, bob: Member) -> None:
    at = days_before(10)
    tell(
        *(said(at, who=number) for number in range(9)),
        said(at, source="file:web", who=20),
    )
    gap("file:web", at - timedelta(days=1), at + timedelta(days=1))
    count()
    told = queries.series(bob, "mentions", "", at.date(), at.date())
    assert told.values == (10,)
    assert told.partial == {at.date(): ("web",)}
    assert queries.series(bob, "mentions", "web", at.date(), at.date()).values == (None,)

    gap(FACEBOOK, at - timedelta(days=1), at + timedelta(days=1))
    assert queries.series(bob, "mentions", "", at.date(), at.date()).values == (None,)


def test_everything_is_none_while_nothing_was_counted(tell: Tell, bob: Member) -> None:
    told = queries.series(bob, "visits", "", date(2026, 3, 1), date(2026, 3, 2))
    assert told.values == (None, None)
    assert told.complete_until is None
    assert queries.series(bob, "visits").days == ()


def test_an_unknown_metric_is_not_found(house: Member) -> None:
    with pytest.raises(NotFound):
        queries.series(house, "engagement")


def test_whoever_has_no_access_any_more_sees_nothing(
    house: Member, gwen: Member, bob: Member
) -> None:
    day = date(2026, 11, 24)
    for viewer in (house, bob, gwen):
        assert queries.series(viewer, "visits").values == ()
        assert queries.movements(viewer, days_before(0)) == []
        assert queries.read_outs_due(viewer, day) == []
        assert queries.moments(viewer, day, day) == []
        assert queries.what_stayed(viewer, []) == {}
    gwen.is_active = False
    campaign = line()
    for ask in (
        lambda: queries.series(gwen, "visits"),
        lambda: queries.several_series(gwen, [("visits", "")]),
        lambda: queries.movements(gwen, days_before(0)),
        lambda: queries.read_outs(gwen, 1, day),
        lambda: queries.read_outs_due(gwen, day),
        lambda: queries.moments(gwen, day, day),
        lambda: queries.what_stayed(gwen, []),
        lambda: queries.what_people_did_next(gwen, campaign),
        lambda: queries.first_sources_asked(gwen, campaign),
    ):
        with pytest.raises(NotFound):
            ask()


def line(first: date = date(2026, 6, 1), last: date = date(2026, 6, 28)) -> CampaignLine:
    return CampaignLine(
        *(1, "c", "C", "contest", 1, "", 1, "", 1, "", first, last, "follows", OURS, "over"),
        None,
        False,
        None,
    )


def spread(first: date, last: date, per_day: int, start: int) -> Iterable[object]:
    day = datetime(first.year, first.month, first.day, 16, tzinfo=UTC)
    for offset in range((last - first).days + 1):
        for number in range(per_day):
            yield follow(day + timedelta(days=offset), start + 10 * offset + number)


def test_what_stayed_is_read_from_the_days(tell: Tell, bob: Member) -> None:
    tell(
        *spread(date(2026, 5, 1), date(2026, 5, 31), 2, 0),  # type: ignore[arg-type]
        *spread(date(2026, 6, 1), date(2026, 6, 28), 5, 1000),  # type: ignore[arg-type]
        *spread(date(2026, 6, 29), date(2026, 11, 23), 3, 3000),  # type: ignore[arg-type]
    )
    count()
    told = queries.what_stayed(bob, [line()])["c"]
    assert told.before is not None
    assert told.window is not None
    assert told.during is not None
    assert (told.before.mean, told.during.mean, told.window.mean) == pytest.approx(
        (2 * 31 / 90, 5, 3)
    )
    assert told.window.code == "31-90"


def test_what_people_did_next_tells_silence_too(tell: Tell, bob: Member, gwen: Member) -> None:
    within, after = datetime(2026, 6, 10, 15, tzinfo=UTC), datetime(2026, 8, 1, tzinfo=UTC)
    actor = "https://facebook.example/people/{}".format
    tell(
        said(days_before(400), who=9),
        *(follow(within, who) for who in (1, 2, 3, 4, 9)),
        said(after, "C'est inacceptable, remboursez-moi, c'était affreux.", who=1),
        act("Announce", after, actor=actor(2), object=None),
    )
    count()
    told = queries.what_people_did_next(bob, line())
    assert told is not None
    # The ninth had spoken a year before: not first seen in the campaign.
    assert (told.accounts, told.came_back, told.silent) == (4, 2, 2)
    assert (told.recommended, told.complained, told.bought, told.linked) == (1, 1, 0, 0)
    for_guest = queries.what_people_did_next(gwen, line())
    assert for_guest is not None
    assert (for_guest.bought, for_guest.linked) == (None, None)


def test_nobody_was_asked_what_brought_them(house: Member) -> None:
    assert queries.first_sources_asked(house, line()) is None
