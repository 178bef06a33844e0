"""What brought an activity: a campaign is known by its codes, whoever tells of them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from entregent.apps.address.marking import campaign_marks, codes, marks
from entregent.apps.address.models import Campaign, TrackedLink
from entregent.apps.organisation.models import Function, Member
from entregent.lake.rows import Landing
from entregent.vocabulary import Activity, Object, native_id
from tests.lake.record_book import account_key

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)


def act(kind: str, name: str, **parts: Any) -> Activity:
    return Activity(
        id=f"urn:test:{name}",
        type=kind,
        published=NOW,
        received_at=NOW,
        source="file:quay",
        dataschema="test/1",
        **parts,
    )


def code(name: str) -> Object:
    return Object(id=native_id("code", name), type="entregent:Code", name=name)


@pytest.fixture
def rows() -> Any:
    landing = Landing(account_key)
    page = Object(id="https://frimas.example/billets", type="Page")
    offer = Object(id="urn:offer:1", type="Offer", name="TUQUE15")
    order = Object(id="urn:o:1", type="schema:Order", extra='{"schema:discountCode":"tuque15"}')
    plain = Object(id="urn:o:2", type="schema:Order")
    landing.add(
        activities=[
            act("View", "scan", object=page, instrument=code("QUAI")),
            act("View", "other-code", object=page, instrument=code("phare")),
            act("View", "visit", object=page),
            act("Accept", "coupon", object=offer),
            act("schema:BuyAction", "order", result=order),
            act("schema:BuyAction", "order-without", result=plain),
            act("Like", "like", object=page),
        ]
    )
    return landing.tables()["activities"]


def marked(found: Any, rows: Any) -> dict[str, str]:
    ids = dict(zip(rows["key"].to_pylist(), rows["id"].to_pylist(), strict=True))
    told = zip(found["activity_key"].to_pylist(), found["value"].to_pylist(), strict=True)
    return {ids[key].removeprefix("urn:test:"): value for key, value in told}


def test_scans_coupons_and_orders_are_marked_by_their_codes(rows: Any) -> None:
    found = campaign_marks(rows, {"quai": "voix", "tuque15": "tuques"})
    assert marked(found, rows) == {"scan": "voix", "coupon": "tuques", "order": "tuques"}
    assert set(found["dimension"].to_pylist()) == {"campaign"}
    assert len(set(found["key"].to_pylist())) == 3


def test_codes_of_every_campaign_are_known_in_small_letters(alice: Member, rows: Any) -> None:
    function = Function.objects.first() or Function.objects.create(
        slug="web", name_fr="Web", name_en="Web"
    )
    campaign = Campaign.objects.create(
        slug="voix",
        name="Voix",
        kind="dialogue",
        serves=function,
        function=function,
        owner=alice,
        first_day=date(2026, 11, 1),
        last_day=date(2026, 11, 30),
        metric="scans",
        created_at=NOW,
    )
    TrackedLink.objects.create(
        campaign=campaign,
        kind="qr",
        code="Quai",
        label="Quai",
        target="https://frimas.example/",
        created_at=NOW,
    )
    assert codes() == {"quai": "voix"}
    assert marked(marks(rows, [], ()), rows) == {"scan": "voix"}


def test_nothing_is_marked_where_nothing_was_done(rows: Any) -> None:
    assert len(campaign_marks(rows.slice(0, 0), {"quai": "voix"})) == 0
    assert len(campaign_marks(rows, {})) == 0
