"""The demonstration's moments and read-outs; counts come from the record."""

from collections.abc import Mapping, Sequence

from django.db import transaction

from entregent.apps.measure.models import DayCount, Moment, ReadOut, RollUp
from entregent.apps.organisation.actions import record as audit
from entregent.simulation.world import CampaignFacts, MomentFacts


@transaction.atomic
def add_moments(
    moments: Sequence[MomentFacts],
    planned: Sequence[CampaignFacts],
    *,
    campaigns: Mapping[str, int],
    members: Mapping[str, int],
) -> None:
    """Add what is drawn on every chart, and the read-outs that were planned."""
    Moment.objects.bulk_create(
        Moment(
            kind=each.kind,
            first_day=each.first_day,
            last_day=each.last_day,
            name_fr=each.name_fr,
            name_en=each.name_en,
            is_demo=True,
        )
        for each in moments
    )
    ReadOut.objects.bulk_create(
        ReadOut(
            campaign_id=campaigns[each.slug],
            months=read_out.months,
            due_on=read_out.due_on,
            member_id=members[read_out.member],
            done_at=read_out.done_at,
            is_demo=True,
        )
        for each in planned
        for read_out in each.read_outs
    )
    audit(
        acting_user=None,
        action="measure.moments_added",
        subject="moment:demo",
        changes={"rows": [0, len(moments)]},
    )


def count_days() -> int:
    """How many days are counted in at least one metric."""
    return DayCount.objects.values("day").distinct().count()


@transaction.atomic
def remove_demonstration() -> None:
    """Remove the demonstration's moments, read-outs and counts; what remains is counted again."""
    ReadOut.objects.filter(is_demo=True).delete()
    ReadOut.objects.filter(member__is_demo=True).delete()
    Moment.objects.filter(is_demo=True).delete()
    DayCount.objects.all().delete()
    RollUp.objects.all().delete()
