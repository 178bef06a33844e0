"""What can be asked of addressing, each through an access check.

Guests see campaigns too: an agency plans with us. Only members and owners change them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone

from entregent.apps.address.models import Campaign, NextStep, Plan, TrackedLink
from entregent.apps.address.plans import LINES, warnings_of
from entregent.apps.listen.queries import local_day
from entregent.apps.organisation.answering import function_names
from entregent.apps.organisation.folded import Folded
from entregent.apps.organisation.queries import Member, NotFound


@dataclass(frozen=True, slots=True)
class Planted:
    """What the demonstration planted: the verdict to find, and one sentence in each language."""

    verdict: str
    fr: str
    en: str
    numbers: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CampaignLine:
    """A campaign in a list.

    Attributes
    ----------
    serves, function, owner
        Names: the core business served, the function that carries it, and whose it is.
    first_day, last_day
        Days of the organisation's zone, both included.
    metric, place
        What it wants to move first, and where (URI of an account of ours, or empty).
    state
        ``draft`` (not launched), ``coming``, ``running`` or ``over``.
    planted
        Of a demonstration's campaign only.
    """

    id: int
    slug: str
    name: str
    kind: str
    serves_id: int
    serves: str
    function_id: int
    function: str
    owner_id: int
    owner: str
    first_day: date
    last_day: date
    metric: str
    place: str
    state: str
    launched_at: datetime | None
    is_demo: bool
    planted: Planted | None

    @property
    def is_launched(self) -> bool:
        """Whether its plan is fixed."""
        return self.launched_at is not None

    @property
    def days(self) -> int:
        """How many days it lasts."""
        return (self.last_day - self.first_day).days + 1


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """The five lines as somebody wrote them at one time."""

    id: int
    written_at: datetime
    written_on: date
    member: str
    objective: str
    in_service_of: str
    who_cares: str
    how_they_come: str
    how_measured: str

    @property
    def lines(self) -> dict[str, str]:
        """The lines by name, in their order."""
        return {name: getattr(self, name) for name in LINES}

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the lines that are still empty."""
        return tuple(name for name, text in self.lines.items() if not text.strip())


@dataclass(frozen=True, slots=True)
class PlanChange:
    """A plan written after the launch, and which lines it changed."""

    plan: PlanFacts
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LinkLine:
    """A link, QR code or coupon code.

    Attributes
    ----------
    path
        Where a link or QR code leads in, on this site; empty for a coupon.
    follows
        How often it was followed here. Scans and redemptions told by others are in the record:
        metrics ``scans`` and ``redemptions`` of measure, by code.
    """

    id: int
    kind: str
    code: str
    label: str
    target: str
    percent_off: int | None
    follows: int
    created_at: datetime
    path: str


@dataclass(frozen=True, slots=True)
class NextStepLine:
    """« On fait quoi avec ça? »: one action, one owner, one date."""

    id: int
    what: str
    member_id: int
    member: str
    due_on: date
    done_on: date | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class CampaignSheet:
    """A campaign with all that its page shows.

    Attributes
    ----------
    plan
        The one in force at launch, which stays as it was; before the launch the newest one; None
        while nothing was written.
    changes
        Plans written after the launch, oldest first.
    warnings
        Codes of what a reader of the plan should know: see `entregent.apps.address.plans`.
    next_steps
        Open ones first, by date; then those that were done, newest first.
    cost
        None is « non fourni », never zero.
    """

    line: CampaignLine
    plan: PlanFacts | None
    changes: tuple[PlanChange, ...]
    warnings: tuple[str, ...]
    links: tuple[LinkLine, ...]
    next_steps: tuple[NextStepLine, ...]
    budget: Decimal | None
    cost: Decimal | None
    currency: str
    may_change: bool

    @property
    def is_unchanged(self) -> bool:
        """Whether the plan is still as it was at the launch."""
        return not self.changes


def campaigns(viewer: Member) -> list[CampaignLine]:
    """Every campaign, the newest first; pages sort them by what stayed."""
    _require_active(viewer)
    return _lines(Campaign.objects.order_by("-first_day", "-pk"))


def access_line(viewer: Member, slug: str) -> CampaignLine:
    """One campaign without its plans and links, or `NotFound`."""
    _require_active(viewer)
    return _lines([_campaign(slug)])[0]


def access_campaign(viewer: Member, slug: str) -> CampaignSheet:
    """One campaign with all that its page shows, or `NotFound`."""
    _require_active(viewer)
    row = _campaign(slug)
    names = _member_names()
    written = [_plan(plan, names) for plan in row.plans.order_by("written_at", "pk")]
    fixed, changes = _fixed_and_changed(row, written)
    links = tuple(_link(link) for link in row.links.order_by("pk"))
    return CampaignSheet(
        line=_lines([row])[0],
        plan=fixed,
        changes=changes,
        warnings=warnings_of(row.kind, fixed.lines if fixed else {}, has_link=bool(links)),
        links=links,
        next_steps=_steps(row, names),
        budget=row.budget,
        cost=row.cost,
        currency=row.currency,
        may_change=viewer.may_work,
    )


def newest_plan(viewer: Member, slug: str) -> PlanFacts | None:
    """The plan as it was written last, before or after the launch."""
    _require_active(viewer)
    row = _campaign(slug).plans.order_by("-written_at", "-pk").first()
    return None if row is None else _plan(row, _member_names())


def access_link(viewer: Member, slug: str, link_id: int) -> LinkLine:
    """One link of a campaign, or `NotFound`."""
    _require_active(viewer)
    row = TrackedLink.objects.filter(pk=link_id, campaign__slug=slug).first()
    if row is None:
        raise NotFound("There is no such link.")
    return _link(row)


def overlapping(
    viewer: Member, first_day: date, last_day: date, *, but: int | None = None
) -> list[CampaignLine]:
    """Launched campaigns that were under way in some days (both included), oldest first.

    Parameters
    ----------
    viewer
        Who looks.
    first_day, last_day
        Days in the organisation's zone.
    but
        Id of a campaign to leave out.
    """
    _require_active(viewer)
    found = Campaign.objects.filter(
        launched_at__isnull=False, first_day__lte=last_day, last_day__gte=first_day
    )
    if but is not None:
        found = found.exclude(pk=but)
    return _lines(found.order_by("first_day", "pk"))


def launched_campaigns() -> list[CampaignLine]:
    """Every launched campaign, the newest first; for the worker, behind which nobody looks."""
    found = Campaign.objects.filter(launched_at__isnull=False)
    return _lines(found.order_by("-first_day", "-pk"))


def campaign_metric(campaign_id: int) -> str:
    """The metric that a campaign wants to move first; empty where there is no such campaign."""
    found = Campaign.objects.filter(pk=campaign_id).values_list("metric", flat=True)
    return found.first() or ""


def names_by_id(ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Slug and name of some campaigns."""
    return {
        pk: (slug, name)
        for pk, slug, name in Campaign.objects.filter(pk__in=ids).values_list("pk", "slug", "name")
    }


def working_members(viewer: Member) -> list[tuple[int, str]]:
    """Ids and names of the members to whom a campaign or a next step may be given."""
    _require_active(viewer)
    found = (
        Member.objects.filter(is_active=True).exclude(role="guest").order_by(Folded("name"), "pk")
    )
    return list(found.values_list("pk", "name"))


def _campaign(slug: str) -> Campaign:
    row = Campaign.objects.filter(slug=slug).first()
    if row is None:
        raise NotFound("There is no such campaign.")
    return row


def _lines(rows: Iterable[Campaign]) -> list[CampaignLine]:
    listed = list(rows)
    functions, members = function_names(), _member_names()
    today = local_day(timezone.now())
    return [
        CampaignLine(
            id=row.pk,
            slug=row.slug,
            name=row.name,
            kind=row.kind,
            serves_id=row.serves_id,
            serves=functions.get(row.serves_id, ""),
            function_id=row.function_id,
            function=functions.get(row.function_id, ""),
            owner_id=row.owner_id,
            owner=members.get(row.owner_id, ""),
            first_day=row.first_day,
            last_day=row.last_day,
            metric=row.metric,
            place=row.place,
            state=_state(row, today),
            launched_at=row.launched_at,
            is_demo=row.is_demo,
            planted=_planted(row.planted) if row.is_demo else None,
        )
        for row in listed
    ]


def _state(row: Campaign, today: date) -> str:
    if row.launched_at is None:
        return "draft"
    if today < row.first_day:
        return "coming"
    return "running" if today <= row.last_day else "over"


def _planted(told: dict[str, Any]) -> Planted | None:
    if not told:
        return None
    return Planted(
        verdict=told.get("verdict", ""),
        fr=told.get("fr", ""),
        en=told.get("en", ""),
        numbers=told.get("numbers") or {},
    )


def _plan(row: Plan, names: dict[int, str]) -> PlanFacts:
    return PlanFacts(
        id=row.pk,
        written_at=row.written_at,
        written_on=local_day(row.written_at),
        member=names.get(row.member_id, ""),
        **{name: getattr(row, name) for name in LINES},
    )


def _fixed_and_changed(
    row: Campaign, written: list[PlanFacts]
) -> tuple[PlanFacts | None, tuple[PlanChange, ...]]:
    """The plan that counts, and what was written after it was fixed."""
    launched = row.launched_at
    if launched is None:
        return (written[-1] if written else None), ()
    before = [plan for plan in written if plan.written_at <= launched]
    fixed = before[-1] if before else None
    changes, last = [], fixed
    for plan in written:
        if plan.written_at > launched:
            old = last.lines if last is not None else dict.fromkeys(LINES, "")
            changed = tuple(name for name in LINES if old[name] != plan.lines[name])
            changes.append(PlanChange(plan, changed))
            last = plan
    return fixed, tuple(changes)


def _link(row: TrackedLink) -> LinkLine:
    is_followed = row.kind != TrackedLink.Kind.COUPON
    return LinkLine(
        id=row.pk,
        kind=row.kind,
        code=row.code,
        label=row.label,
        target=row.target,
        percent_off=row.percent_off,
        follows=row.follows,
        created_at=row.created_at,
        path=reverse("address:follow", args=[row.code]) if is_followed else "",
    )


def _steps(row: Campaign, names: dict[int, str]) -> tuple[NextStepLine, ...]:
    today = local_day(timezone.now())
    found = [
        NextStepLine(
            id=step.pk,
            what=step.what,
            member_id=step.member_id,
            member=names.get(step.member_id, ""),
            due_on=step.due_on,
            done_on=step.done_on,
            is_late=step.done_on is None and step.due_on < today,
        )
        for step in NextStep.objects.filter(campaign=row).order_by("due_on", "pk")
    ]
    still = [step for step in found if step.done_on is None]
    done = [step for step in found if step.done_on is not None]
    done.sort(key=lambda step: step.done_on or step.due_on, reverse=True)
    return (*still, *done)


def _member_names() -> dict[int, str]:
    return dict(Member.objects.values_list("pk", "name"))


def _require_active(viewer: Member) -> None:
    if not viewer.is_active:
        raise NotFound("This member no longer has access.")
