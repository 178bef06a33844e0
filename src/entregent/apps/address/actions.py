"""Every write of addressing: one transaction, a member who acts, an audit row."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from entregent.apps.address.models import Campaign, NextStep, Plan, TrackedLink
from entregent.apps.address.plans import LINES, is_a_sentence, missing_lines
from entregent.apps.address.targets import good_code, good_target
from entregent.apps.listen.queries import local_day
from entregent.apps.organisation.actions import record as audit
from entregent.apps.organisation.answering import function_names
from entregent.apps.organisation.queries import Member, NotFound
from entregent.apps.organisation.slugs import free_slug

# Letters and digits that nobody takes for one another on a poster.
_READABLE = "23456789abcdefghjkmnpqrstuvwxyz"
_CODE_LENGTH = 7
# Addresses of pages that stand where a campaign's name would.
_TAKEN = ("add",)


class AddressRefused(Exception):
    """A change that cannot be made; `code` says why, `lines` which lines of the plan are meant.

    Codes: ``ends_before_it_begins``, ``no_such_function``, ``no_such_member``,
    ``line_missing``, ``not_a_sentence``, ``already_launched``, ``bad_target``, ``bad_code``,
    ``code_taken``, ``bad_percent``, ``bad_cost``.
    """

    def __init__(self, code: str, lines: tuple[str, ...] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.lines = lines


@dataclass(frozen=True, slots=True)
class CampaignDetails:
    """What a campaign is, before its plan."""

    name: str
    kind: str
    serves_id: int
    function_id: int
    owner_id: int
    first_day: date
    last_day: date
    metric: str
    place: str = ""
    budget: Decimal | None = None


@transaction.atomic
def add_campaign(*, acting_user: Member, details: CampaignDetails) -> str:
    """Add a campaign as a draft; returns its slug."""
    _require_worker(acting_user)
    if details.last_day < details.first_day:
        raise AddressRefused("ends_before_it_begins")
    if {details.serves_id, details.function_id} - set(function_names()):
        raise AddressRefused("no_such_function")
    _require_member(details.owner_id)
    if details.budget is not None and details.budget < 0:
        raise AddressRefused("bad_cost")
    slug = free_slug(details.name, [*_TAKEN, *Campaign.objects.values_list("slug", flat=True)])
    campaign = Campaign.objects.create(
        slug=slug,
        name=details.name.strip(),
        kind=details.kind,
        serves_id=details.serves_id,
        function_id=details.function_id,
        owner_id=details.owner_id,
        first_day=details.first_day,
        last_day=details.last_day,
        metric=details.metric,
        place=details.place,
        budget=details.budget,
        created_at=timezone.now(),
    )
    audit(
        acting_user=acting_user,
        action="address.campaign_added",
        subject=f"campaign:{campaign.pk}",
        changes={"owner": [None, f"member:{details.owner_id}"]},
    )
    return slug


@transaction.atomic
def write_plan(*, acting_user: Member, slug: str, lines: Mapping[str, str]) -> None:
    """Write the five lines as a new plan; those written before stay as they were.

    Nothing is written where nothing changed.
    """
    campaign = _campaign(acting_user, slug)
    said = {name: lines.get(name, "").strip() for name in LINES}
    last = campaign.plans.order_by("-written_at", "-pk").first()
    old = {name: getattr(last, name) if last is not None else "" for name in LINES}
    changed = [name for name in LINES if old[name] != said[name]]
    if not changed:
        return
    Plan.objects.create(
        campaign=campaign, written_at=timezone.now(), member_id=acting_user.pk, **said
    )
    audit(
        acting_user=acting_user,
        action="address.plan_written",
        subject=f"campaign:{campaign.pk}",
        # That a line changed is for the trail; what it says stands in the plans themselves.
        changes={name: [None, None] for name in changed},
    )


@transaction.atomic
def launch(*, acting_user: Member, slug: str) -> None:
    """Fix the plan and launch; from now on it stays as it was written.

    Raises
    ------
    AddressRefused
        ``line_missing`` with the lines that are empty, ``not_a_sentence`` where nobody says who
        cares and why, ``already_launched``.
    """
    campaign = _campaign(acting_user, slug)
    if campaign.launched_at is not None:
        raise AddressRefused("already_launched")
    plan = campaign.plans.order_by("-written_at", "-pk").first()
    lines = {name: getattr(plan, name) if plan is not None else "" for name in LINES}
    missing = missing_lines(lines)
    if missing:
        raise AddressRefused("line_missing", missing)
    if not is_a_sentence(lines["who_cares"]):
        raise AddressRefused("not_a_sentence", ("who_cares",))
    campaign.launched_at = timezone.now()
    campaign.save(update_fields=["launched_at"])
    audit(
        acting_user=acting_user,
        action="address.campaign_launched",
        subject=f"campaign:{campaign.pk}",
        changes={"plan": [None, f"plan:{plan.pk if plan is not None else 0}"]},
    )


@transaction.atomic
def add_link(
    *,
    acting_user: Member,
    slug: str,
    kind: str,
    label: str,
    target: str = "",
    code: str = "",
    percent_off: int | None = None,
) -> int:
    """Add a link, a QR code or a coupon code to a campaign; returns its id.

    A code left empty is made here. Coupons lead nowhere: they are typed at the ticket office.
    """
    campaign = _campaign(acting_user, slug)
    is_coupon = kind == TrackedLink.Kind.COUPON
    leads_to = "" if is_coupon else good_target(target)
    if leads_to is None:
        raise AddressRefused("bad_target")
    if percent_off is not None and not 0 < percent_off <= 100:
        raise AddressRefused("bad_percent")
    chosen = good_code(code) if code.strip() else _free_code(is_coupon=is_coupon)
    if chosen is None:
        raise AddressRefused("bad_code")
    if TrackedLink.objects.filter(code__iexact=chosen).exists():
        raise AddressRefused("code_taken")
    link = TrackedLink.objects.create(
        campaign=campaign,
        kind=kind,
        code=chosen,
        label=label.strip(),
        target=leads_to,
        percent_off=percent_off if is_coupon else None,
        created_at=timezone.now(),
    )
    audit(
        acting_user=acting_user,
        action="address.link_added",
        subject=f"link:{link.pk}",
        changes={"campaign": [None, f"campaign:{campaign.pk}"], "code": ["", chosen]},
    )
    return link.pk


@transaction.atomic
def add_next_step(
    *, acting_user: Member, slug: str, what: str, member_id: int, due_on: date
) -> int:
    """Say what is done next: one action, one owner, one date; returns its id."""
    campaign = _campaign(acting_user, slug)
    _require_member(member_id)
    step = NextStep.objects.create(
        campaign=campaign, what=what.strip(), member_id=member_id, due_on=due_on
    )
    audit(
        acting_user=acting_user,
        action="address.next_step_added",
        subject=f"next_step:{step.pk}",
        changes={
            "campaign": [None, f"campaign:{campaign.pk}"],
            "owner": [None, f"member:{member_id}"],
            "due_on": [None, due_on.isoformat()],
        },
    )
    return step.pk


@transaction.atomic
def finish_next_step(*, acting_user: Member, slug: str, next_step_id: int) -> None:
    """Note that a next step was done, today."""
    campaign = _campaign(acting_user, slug)
    step = NextStep.objects.filter(pk=next_step_id, campaign=campaign).first()
    if step is None:
        raise NotFound("There is no such next step.")
    if step.done_on is not None:
        return
    step.done_on = local_day(timezone.now())
    step.save(update_fields=["done_on"])
    audit(
        acting_user=acting_user,
        action="address.next_step_done",
        subject=f"next_step:{step.pk}",
        changes={"done_on": [None, step.done_on.isoformat()]},
    )


@transaction.atomic
def set_cost(*, acting_user: Member, slug: str, cost: Decimal | None) -> None:
    """Say what a campaign cost; None is 'not given', which is not zero."""
    campaign = _campaign(acting_user, slug)
    if cost is not None and not 0 <= cost < Decimal(10**10):
        raise AddressRefused("bad_cost")
    if campaign.cost == cost:
        return
    old, campaign.cost = campaign.cost, cost
    campaign.save(update_fields=["cost"])
    audit(
        acting_user=acting_user,
        action="address.cost_set",
        subject=f"campaign:{campaign.pk}",
        changes={"cost": [None if each is None else str(each) for each in (old, cost)]},
    )


def _free_code(*, is_coupon: bool) -> str:
    while True:
        code = "".join(secrets.choice(_READABLE) for _ in range(_CODE_LENGTH))
        code = code.upper() if is_coupon else code
        if not TrackedLink.objects.filter(code__iexact=code).exists():
            return code


def _campaign(acting_user: Member, slug: str) -> Campaign:
    _require_worker(acting_user)
    campaign = Campaign.objects.select_for_update().filter(slug=slug).first()
    if campaign is None:
        raise NotFound("There is no such campaign.")
    return campaign


def _require_member(member_id: int) -> None:
    if not Member.objects.filter(pk=member_id, is_active=True).exclude(role="guest").exists():
        raise AddressRefused("no_such_member")


def _require_worker(member: Member) -> None:
    if not member.may_work:
        raise PermissionDenied("Guests may look, not change.")
