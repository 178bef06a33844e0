"""The demonstration's campaigns, with what was planted beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal

from django.db import transaction

from entregent.apps.address.models import Campaign, NextStep, Plan, TrackedLink
from entregent.apps.organisation.actions import record as audit
from entregent.simulation.world import CampaignFacts


@transaction.atomic
def add_campaigns(
    campaigns: Sequence[CampaignFacts],
    *,
    members: Mapping[str, int],
    functions: Mapping[str, int],
) -> dict[str, int]:
    """Add campaigns with their plans, links and next steps; returns their numbers by slug."""
    found = {}
    for each in campaigns:
        campaign = Campaign.objects.create(
            slug=each.slug,
            name=each.name,
            kind=each.kind,
            serves_id=functions[each.serves],
            function_id=functions[each.function],
            owner_id=members[each.owner],
            first_day=each.first_day,
            last_day=each.last_day,
            metric=each.metric,
            place=each.place,
            budget=_amount(each.budget),
            cost=_amount(each.cost),
            launched_at=each.launched_at,
            created_at=each.written_at,
            is_demo=True,
            planted=asdict(each.truth),
        )
        found[each.slug] = campaign.pk
        Plan.objects.create(
            campaign=campaign,
            written_at=each.written_at,
            member_id=members[each.owner],
            objective=each.objective,
            in_service_of=each.in_service_of,
            who_cares=each.who_cares,
            how_they_come=each.how_they_come,
            how_measured=each.how_measured,
        )
        TrackedLink.objects.bulk_create(
            TrackedLink(
                campaign=campaign,
                kind=link.kind,
                code=link.code,
                label=link.label,
                target=link.target,
                percent_off=link.percent_off,
                created_at=each.written_at,
                follows=link.follows,
            )
            for link in each.links
        )
        NextStep.objects.bulk_create(
            NextStep(
                campaign=campaign,
                what=step.what,
                member_id=members[step.member],
                due_on=step.due_on,
                done_on=step.done_on,
            )
            for step in each.next_steps
        )
    audit(
        acting_user=None,
        action="address.campaigns_added",
        subject="campaign:demo",
        changes={"rows": [0, len(found)]},
    )
    return found


def count_campaigns() -> int:
    """How many campaigns were launched."""
    return Campaign.objects.filter(launched_at__isnull=False).count()


def _amount(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(f"{value:.2f}")


@transaction.atomic
def remove_demonstration() -> None:
    """Remove the demonstration's campaigns, and those that only its members own."""
    for rows in (
        Campaign.objects.filter(is_demo=True),
        Campaign.objects.filter(owner__is_demo=True),
    ):
        rows.delete()
    NextStep.objects.filter(member__is_demo=True).delete()
    Plan.objects.filter(member__is_demo=True).delete()
