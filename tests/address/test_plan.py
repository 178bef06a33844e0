"""The five lines are filled before the launch, and stay as they were written."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from entregent.apps.address import actions
from entregent.apps.address.actions import AddressRefused, CampaignDetails
from entregent.apps.address.plans import warnings_of
from entregent.apps.address.queries import access_campaign, campaigns, overlapping
from entregent.apps.organisation.models import AuditEntry, Member
from entregent.apps.organisation.queries import NotFound
from tests.address.conftest import LINES

pytestmark = pytest.mark.django_db


def test_a_campaign_begins_as_a_draft(bob: Member, slug: str) -> None:
    (line,) = campaigns(bob)
    assert (line.slug, line.state, line.is_launched) == ("gagne-ton-hiver", "draft", False)
    assert line.days == 28


def test_the_launch_names_the_lines_that_are_empty(bob: Member, slug: str) -> None:
    lines = {**LINES, "who_cares": "  ", "how_they_come": ""}
    actions.write_plan(acting_user=bob, slug=slug, lines=lines)
    with pytest.raises(AddressRefused) as refused:
        actions.launch(acting_user=bob, slug=slug)
    assert refused.value.code == "line_missing"
    assert refused.value.lines == ("who_cares", "how_they_come")
    assert campaigns(bob)[0].state == "draft"


@pytest.mark.parametrize("who_cares", ["Tout le monde!", "everyone", "Les familles"])
def test_who_cares_is_answered_in_a_sentence(bob: Member, slug: str, who_cares: str) -> None:
    actions.write_plan(acting_user=bob, slug=slug, lines={**LINES, "who_cares": who_cares})
    with pytest.raises(AddressRefused, match="not_a_sentence"):
        actions.launch(acting_user=bob, slug=slug)


def test_a_launched_plan_stays_and_a_change_stands_beside_it(bob: Member, slug: str) -> None:
    actions.write_plan(acting_user=bob, slug=slug, lines={"objective": "à voir"})
    actions.write_plan(acting_user=bob, slug=slug, lines=LINES)
    actions.launch(acting_user=bob, slug=slug)
    actions.write_plan(acting_user=bob, slug=slug, lines=LINES)
    sheet = access_campaign(bob, slug)
    assert sheet.plan is not None
    assert sheet.plan.lines == LINES
    assert sheet.is_unchanged

    easier = {**LINES, "objective": "1 abonnement de plus par jour"}
    actions.write_plan(acting_user=bob, slug=slug, lines=easier)
    sheet = access_campaign(bob, slug)
    assert sheet.plan is not None
    assert sheet.plan.lines == LINES
    (change,) = sheet.changes
    assert change.changed == ("objective",)
    assert change.plan.lines == easier
    with pytest.raises(AddressRefused, match="already_launched"):
        actions.launch(acting_user=bob, slug=slug)


def test_the_trail_says_which_lines_were_written_and_not_what(bob: Member, slug: str) -> None:
    actions.write_plan(acting_user=bob, slug=slug, lines=LINES)
    entry = AuditEntry.objects.get(action="address.plan_written")
    assert entry.member == bob
    assert set(entry.changes) == set(LINES)
    assert "famille" not in str(entry.changes)


def test_what_is_no_campaign_is_refused(
    bob: Member, gwen: Member, details: CampaignDetails
) -> None:
    for code, bad in {
        "ends_before_it_begins": replace(details, last_day=date(2027, 1, 4)),
        "no_such_function": replace(details, serves_id=999),
        "no_such_member": replace(details, owner_id=gwen.pk),
        "bad_cost": replace(details, budget=Decimal(-1)),
    }.items():
        with pytest.raises(AddressRefused, match=code):
            actions.add_campaign(acting_user=bob, details=bad)
    assert campaigns(bob) == []


def test_two_campaigns_of_one_name_have_two_addresses(
    bob: Member, details: CampaignDetails
) -> None:
    first = actions.add_campaign(acting_user=bob, details=details)
    assert actions.add_campaign(acting_user=bob, details=details) != first
    # The page that adds campaigns keeps its address.
    named = replace(details, name="Add")
    assert actions.add_campaign(acting_user=bob, details=named) == "add-2"


def test_launched_campaigns_overlap_by_their_days(bob: Member, slug: str) -> None:
    days = (date(2027, 2, 1), date(2027, 3, 1))
    assert overlapping(bob, *days) == []
    actions.write_plan(acting_user=bob, slug=slug, lines=LINES)
    actions.launch(acting_user=bob, slug=slug)
    (line,) = overlapping(bob, *days)
    assert line.slug == slug
    assert overlapping(bob, *days, but=line.id) == []
    assert overlapping(bob, date(2027, 2, 2), date(2027, 3, 1)) == []


def test_a_cost_that_nobody_gave_is_not_zero(bob: Member, slug: str) -> None:
    assert access_campaign(bob, slug).cost is None
    actions.set_cost(acting_user=bob, slug=slug, cost=Decimal("2000.00"))
    assert access_campaign(bob, slug).cost == 2000
    actions.set_cost(acting_user=bob, slug=slug, cost=None)
    assert access_campaign(bob, slug).cost is None


def test_a_next_step_is_open_until_it_is_done(bob: Member, gwen: Member, slug: str) -> None:
    step = actions.add_next_step(
        acting_user=bob, slug=slug, what="Écrire au CPE", member_id=bob.pk, due_on=date(2020, 1, 1)
    )
    assert access_campaign(gwen, slug).next_steps[0].is_late
    actions.finish_next_step(acting_user=bob, slug=slug, next_step_id=step)
    (line,) = access_campaign(gwen, slug).next_steps
    assert line.done_on is not None
    assert not line.is_late
    with pytest.raises(AddressRefused, match="no_such_member"):
        actions.add_next_step(
            acting_user=bob, slug=slug, what="?", member_id=gwen.pk, due_on=date(2027, 1, 1)
        )
    with pytest.raises(NotFound):
        actions.finish_next_step(acting_user=bob, slug=slug, next_step_id=step + 1)


def test_guests_read_and_change_nothing(gwen: Member, details: CampaignDetails, slug: str) -> None:
    assert access_campaign(gwen, slug).may_change is False
    day = date(2027, 1, 1)
    for attempt in (
        lambda: actions.add_campaign(acting_user=gwen, details=details),
        lambda: actions.write_plan(acting_user=gwen, slug=slug, lines=LINES),
        lambda: actions.launch(acting_user=gwen, slug=slug),
        lambda: actions.add_link(acting_user=gwen, slug=slug, kind="coupon", label="x"),
        lambda: actions.set_cost(acting_user=gwen, slug=slug, cost=None),
        lambda: actions.finish_next_step(acting_user=gwen, slug=slug, next_step_id=1),
        lambda: actions.add_next_step(
            acting_user=gwen, slug=slug, what="x", member_id=gwen.pk, due_on=day
        ),
    ):
        with pytest.raises(PermissionDenied):
            attempt()


def test_whoever_has_no_access_any_more_finds_nothing(gwen: Member, slug: str) -> None:
    gwen.is_active = False
    with pytest.raises(NotFound):
        campaigns(gwen)
    with pytest.raises(NotFound):
        access_campaign(gwen, slug)


@pytest.mark.parametrize(
    ("kind", "lines", "has_link", "codes"),
    [
        ("contest", LINES, True, ()),
        ("contest", LINES, False, ("no_link",)),
        ("contest", {**LINES, "how_they_come": ""}, False, ("no_way_there",)),
        ("dialogue", {**LINES, "how_they_come": ""}, False, ()),
        ("pr", {"objective": "Une vidéo par mois", "how_they_come": " "}, True, ("no_way_there",)),
        ("dialogue", {**LINES, "objective": "Un record de partages"}, False, ("peak", "no_rate")),
        ("dialogue", {**LINES, "objective": "As many as possible per day"}, False, ("peak",)),
        ("dialogue", {**LINES, "objective": "Plus d'abonnés"}, False, ("no_rate",)),
        ("dialogue", {**LINES, "objective": "5 orders a day more"}, False, ()),
        ("dialogue", {**LINES, "objective": "Apprendre le métier"}, False, ()),
        ("dialogue", {**LINES, "objective": ""}, False, ()),
    ],
)  # fmt: skip
def test_warnings_say_what_to_look_at_again(
    kind: str, lines: dict[str, str], has_link: bool, codes: tuple[str, ...]
) -> None:
    assert warnings_of(kind, lines, has_link=has_link) == codes
