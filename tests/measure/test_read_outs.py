"""Read-outs are planned beforehand, by those who work here, and done once."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from entregent.apps.address.actions import CampaignDetails, add_campaign
from entregent.apps.address.queries import access_line
from entregent.apps.measure import queries
from entregent.apps.measure.actions import MeasureRefused, finish_read_out, plan_read_out
from entregent.apps.organisation.models import AuditEntry, Function, Member
from entregent.apps.organisation.queries import NotFound

pytestmark = pytest.mark.django_db

DUE = date(2026, 11, 24)


@pytest.fixture
def campaign_id(alice: Member) -> int:
    place = Function.objects.order_by("pk").first()
    assert place is not None
    first, last = date(2026, 4, 1), date(2026, 5, 24)
    details = CampaignDetails(
        *("Gagne ton hiver", "contest", place.pk, place.pk, alice.pk, first, last, "follows")
    )
    slug = add_campaign(acting_user=alice, details=details)
    return access_line(alice, slug).id


def test_a_planned_read_out_is_due_until_it_is_done(
    bob: Member, gwen: Member, campaign_id: int
) -> None:
    read_out = plan_read_out(
        acting_user=bob, campaign_id=campaign_id, months=6, due_on=DUE, member_id=bob.pk
    )
    (line,) = queries.read_outs_due(gwen, DUE)
    assert (line.campaign, line.months, line.member) == ("Gagne ton hiver", 6, bob.name)
    assert not line.is_late
    assert queries.read_outs_due(bob, date(2026, 11, 23)) == []
    assert queries.read_outs_due(bob, date(2026, 11, 26))[0].is_late

    finish_read_out(acting_user=bob, read_out_id=read_out)
    assert queries.read_outs_due(bob, DUE) == []
    (done,) = queries.read_outs(bob, campaign_id, DUE)
    assert done.done_at is not None
    finish_read_out(acting_user=bob, read_out_id=read_out)
    acts = AuditEntry.objects.filter(subject=f"read_out:{read_out}", member=bob)
    assert acts.count() == 2


def test_what_cannot_be_planned_is_refused(bob: Member, gwen: Member, campaign_id: int) -> None:
    def plan(acting_user: Member = bob, **other: int) -> int:
        said = {"campaign_id": campaign_id, "months": 6, "member_id": bob.pk, **other}
        return plan_read_out(acting_user=acting_user, due_on=DUE, **said)

    with pytest.raises(PermissionDenied):
        plan(gwen)
    with pytest.raises(MeasureRefused, match="no_such_member"):
        plan(member_id=gwen.pk)
    with pytest.raises(MeasureRefused, match="no_such_campaign"):
        plan(campaign_id=99)
    read_out = plan()
    with pytest.raises(MeasureRefused, match="planned_already"):
        plan()
    with pytest.raises(PermissionDenied):
        finish_read_out(acting_user=gwen, read_out_id=read_out)
    with pytest.raises(NotFound):
        finish_read_out(acting_user=bob, read_out_id=99)
