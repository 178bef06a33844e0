"""What a person agreed to holds as long as the law and they say, and no longer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from entregent.apps.organisation.models import AuditEntry, Member
from entregent.apps.remember import actions, consenting, queries
from entregent.apps.remember.actions import RememberRefused

pytestmark = pytest.mark.django_db
MARCH = datetime(2026, 3, 9, 17, tzinfo=UTC)
moments = st.datetimes(
    min_value=datetime(2020, 1, 1), max_value=datetime(2030, 1, 1), timezones=st.just(UTC)
)


def give(member: Member, person: int, purpose: str, basis: str, **more: object) -> int:
    facts: dict[str, object] = {"proof": "formulaire du site, 9 mars", "given_at": MARCH, **more}
    return actions.give_consent(
        acting_user=member, person_id=person, purpose=purpose, basis=basis, **facts
    )  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("basis", "until"),
    [
        ("express", None),
        ("purchase", datetime(2028, 3, 9, 17, tzinfo=UTC)),
        ("inquiry", datetime(2026, 9, 9, 17, tzinfo=UTC)),
    ],
)
def test_the_law_says_how_long_each_basis_holds(
    bob: Member, maryse: int, basis: str, until: datetime | None
) -> None:
    give(bob, maryse, "email", basis)
    (line,) = queries.consents_of(bob, maryse)
    assert line.until == until
    just_before = (until or datetime(2040, 1, 1, tzinfo=UTC)) - timedelta(seconds=1)
    assert queries.has_consent(maryse, "email", just_before)
    assert not queries.has_consent(maryse, "email", MARCH - timedelta(seconds=1))
    if until is not None:
        assert not queries.has_consent(maryse, "email", until)


def test_an_agreed_end_shortens_and_never_lengthens_what_the_law_allows() -> None:
    long_after, soon = MARCH + timedelta(days=9_000), MARCH + timedelta(days=30)
    assert consenting.end_of("inquiry", MARCH, soon) == soon
    assert consenting.end_of("inquiry", MARCH, long_after) == datetime(2026, 9, 9, 17, tzinfo=UTC)
    assert consenting.end_of("express", MARCH, long_after) == long_after


def test_months_end_on_days_that_exist() -> None:
    last = datetime(2023, 8, 31, tzinfo=UTC)
    assert consenting.months_after(last, 6) == datetime(2024, 2, 29, tzinfo=UTC)


@given(moments, st.integers(min_value=0, max_value=60))
def test_months_later_is_as_many_calendar_months_later(at: datetime, months: int) -> None:
    later = consenting.months_after(at, months)
    assert later.year * 12 + later.month == at.year * 12 + at.month + months
    assert later.day <= at.day


@pytest.mark.parametrize("purpose", ["profile", "contest", "share_words"])
@pytest.mark.parametrize("basis", ["purchase", "inquiry"])
def test_only_email_may_rest_on_a_purchase_or_a_question(
    bob: Member, maryse: int, purpose: str, basis: str
) -> None:
    with pytest.raises(RememberRefused, match="not_enough"):
        give(bob, maryse, purpose, basis)


def test_withdrawing_ends_everything_given_for_the_purpose_and_keeps_its_trace(
    bob: Member, maryse: int
) -> None:
    give(bob, maryse, "email", "express")
    give(bob, maryse, "email", "purchase")
    give(bob, maryse, "contest", "express")
    actions.withdraw_consent(acting_user=bob, person_id=maryse, purpose="email")
    now = timezone.now()
    assert not queries.has_consent(maryse, "email", now)
    assert queries.has_consent(maryse, "email", MARCH)
    assert queries.has_consent(maryse, "contest", now)
    assert len(queries.consents_of(bob, maryse)) == 3
    with pytest.raises(RememberRefused, match="nothing_given"):
        actions.withdraw_consent(acting_user=bob, person_id=maryse, purpose="email")


def test_a_refusal_takes_back_what_was_given_before_and_not_what_comes_after(
    bob: Member, maryse: int
) -> None:
    give(bob, maryse, "email", "express")
    give(bob, maryse, "email", "refused", given_at=MARCH + timedelta(days=1))
    assert not queries.has_consent(maryse, "email", MARCH + timedelta(days=2))
    give(bob, maryse, "email", "express", given_at=MARCH + timedelta(days=3))
    assert queries.has_consent(maryse, "email", MARCH + timedelta(days=4))
    assert [line.holds for line in queries.consents_of(bob, maryse)] == [True, False, False]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"proof": "  "}, "no_proof"),
        ({"given_at": datetime(2099, 1, 1, tzinfo=UTC)}, "in_the_future"),
        ({"until": MARCH}, "ends_before"),
    ],
)
def test_a_consent_without_proof_or_of_impossible_dates_is_refused(
    bob: Member, maryse: int, more: dict[str, object], code: str
) -> None:
    with pytest.raises(RememberRefused, match=code):
        give(bob, maryse, "email", "express", **more)


def test_the_trail_says_what_was_recorded_and_not_its_proof(
    bob: Member, gwen: Member, maryse: int
) -> None:
    give(bob, maryse, "profile", "express")
    entry = AuditEntry.objects.get(action="remember.consent_given")
    assert entry.changes["purpose"] == [None, "profile"]
    assert "formulaire" not in str(entry.changes)
    with pytest.raises(PermissionDenied):
        give(gwen, maryse, "profile", "express")
    assert queries.consents_of(gwen, maryse) == []


def test_not_to_be_solicited_is_noted_once(bob: Member, maryse: int) -> None:
    for _ in range(2):
        actions.solicit(acting_user=bob, person_id=maryse, allowed=False)
    assert queries.access_person(bob, maryse).do_not_solicit
    assert AuditEntry.objects.filter(action="remember.soliciting_changed").count() == 1
