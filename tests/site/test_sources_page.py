"""The sources page says what comes in, what does not, and what to do about it."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from entregent.apps.listen.models import Source, SourceDay, SourceGap
from entregent.apps.listen.queries import SourceState
from entregent.apps.listen.strips import HEIGHT, row_of
from entregent.apps.listen.words import REASONS, REFUSALS, REMEDIES, STATES
from entregent.apps.organisation.models import Member

pytestmark = pytest.mark.django_db

Browser = Callable[[Member], Client]
PAGE = "/sources/"


def source(name: str, **values: object) -> Source:
    now = timezone.now()
    usual = {
        "slug": name,
        "network": "feed",
        "kind": "feed",
        "name": name,
        "address": f"https://{name.lower().replace(' ', '-')}.example/fil",
        "created_at": now,
        "last_try_at": now - timedelta(minutes=4),
        "next_try_at": now + timedelta(minutes=26),
    }
    return Source.objects.create(**(usual | values))


def words_of(page: str) -> str:
    """Return what a page says, without its marks."""
    text = re.sub(r"<(script|title|svg)\b.*?</\1>", "", page, flags=re.DOTALL)
    text = re.sub(r"<[^>]+>", "", text).replace("&#x27;", "'").replace("\xa0", " ")
    return re.sub(r"\s+", " ", text)


@pytest.fixture
def hers(alice: Member, as_member: Browser) -> Client:
    return as_member(alice)


def test_an_empty_house_is_told_what_to_do_next(hers: Client) -> None:
    page = hers.get(PAGE).content.decode()
    assert "entregent listen import CHEMIN" in words_of(page)
    assert 'name="address"' in page


def test_a_guest_is_not_offered_what_they_may_not_do(gwen: Member, as_member: Browser) -> None:
    theirs = as_member(gwen)
    assert "<form" not in theirs.get(PAGE).content.decode().split("<main")[1]
    source("Écho")
    assert "<form" not in theirs.get(PAGE).content.decode().split("<main")[1]


def test_all_is_well_in_one_sentence(hers: Client) -> None:
    source("Écho")
    assert "La source est à jour." in words_of(hers.get(PAGE).content.decode())
    source("Dépêche")
    page = hers.get(PAGE).content.decode()
    assert "Les 2 sources sont à jour." in words_of(page)
    assert "all-well" in page


def test_what_is_missing_is_told_with_its_reason_and_its_remedy(hers: Client) -> None:
    source("Écho")
    broken = source("Dépêche", error="forbidden")
    SourceGap.objects.create(
        source=broken, start=timezone.now() - timedelta(days=40), reason="forbidden"
    )
    page = hers.get(PAGE).content.decode()
    text = words_of(page)
    assert "1 source sur 2 à jour. Dépêche : non recueilli depuis le " in text
    assert "accès refusé" in text
    assert "Ce n'est pas zéro." in text
    assert "Demandez au site de laisser Entregent lire son fil." in text
    assert "all-well" not in page


def test_a_closed_gap_is_a_phrase_of_days(hers: Client) -> None:
    there = source("Écho")
    now = timezone.now()
    SourceGap.objects.create(
        source=there,
        start=now - timedelta(days=3),
        until=now - timedelta(days=1),
        reason="server_error",
    )
    text = words_of(hers.get(PAGE).content.decode())
    assert re.search(r"Non recueilli du .+ au .+ : leur serveur est en panne\.", text)


def test_none_is_not_the_same_as_not_collected(hers: Client) -> None:
    there = source("Écho")
    today = timezone.now().date() - timedelta(days=3)
    SourceDay.objects.create(source=there, day=today, items=0)
    SourceDay.objects.create(source=there, day=today - timedelta(days=1), items=1234)
    text = words_of(hers.get(reverse("listen:source", args=[there.pk])).content.decode())
    assert text.count("Non recueilli") == 12
    assert text.count("Aucune ") == 1
    assert "1 234" in text
    strip = hers.get(PAGE).content.decode()
    assert strip.count('fill="url(#hatch)"') == 12
    assert strip.count('class="none"') == 1


def test_it_refreshes_only_when_there_is_something_new(hers: Client) -> None:
    there = source("Écho")
    page = hers.get(PAGE).content.decode()
    found = re.search(r'hx-get="([^"]+)"', page)
    assert found is not None
    again = hers.get(found[1], headers={"hx-request": "true"})
    # A minute may have turned meanwhile: then it is told anew.
    if again.status_code == 204:
        assert again.content == b""
    Source.objects.filter(pk=there.pk).update(error="not_a_feed")
    part = hers.get(found[1], headers={"hx-request": "true"})
    assert part.status_code == 200
    assert "HX-Request" in part["Vary"]
    assert part.content.decode().lstrip().startswith('<div id="sources"')
    assert "pas un fil" in part.content.decode()


def test_a_teammate_pauses_resumes_and_asks(bob: Member, as_member: Browser) -> None:
    his, there = as_member(bob), source("Écho")
    back = reverse("listen:source", args=[there.pk])
    answer = his.post(reverse("listen:pause_source", args=[there.pk]), {"next": back})
    assert answer["Location"] == back
    assert "En pause" in words_of(his.get(PAGE).content.decode())
    his.post(reverse("listen:resume_source", args=[there.pk]))
    his.post(reverse("listen:ask_source", args=[there.pk]), {"next": "https://elsewhere.example"})
    there.refresh_from_db()
    assert not there.is_paused
    assert there.next_try_at is not None
    assert there.next_try_at <= timezone.now()


def test_a_way_back_never_leads_elsewhere(hers: Client) -> None:
    there = source("Écho")
    for back in ("https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"):
        answer = hers.post(reverse("listen:ask_source", args=[there.pk]), {"next": back})
        assert answer["Location"] == PAGE


def test_what_is_not_there_cannot_be_asked(hers: Client) -> None:
    assert hers.post(reverse("listen:ask_source", args=[99])).status_code == 404


def test_a_feed_is_added(hers: Client) -> None:
    form = {"address": " https://echo.example/fil ", "name": "L'Écho"}
    assert hers.post(reverse("listen:add_feed"), form).status_code == 302
    assert Source.objects.get().name == "L'Écho"
    again = hers.post(reverse("listen:add_feed"), form)
    assert "Ce fil est déjà parmi les sources." in words_of(again.content.decode())


@pytest.mark.parametrize(
    "address", ["", "echo", "ftp://echo.example/", "http://", "http://[", "x" * 3000]
)
def test_an_address_that_is_none_is_refused_beside_its_field(hers: Client, address: str) -> None:
    answer = hers.post(reverse("listen:add_feed"), {"address": address})
    assert answer.status_code == 200
    assert "address" in answer.context["form"].errors
    assert not Source.objects.exists()


def test_it_asks_the_database_as_often_for_ten_sources_as_for_one(
    hers: Client, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    for number in range(10):
        source(f"Écho {number}")
    with django_assert_max_num_queries(8):  # type: ignore[attr-defined]  # a context manager
        hers.get(PAGE)


def test_each_reason_has_its_words_and_its_remedy() -> None:
    assert set(REASONS) == set(REMEDIES)
    assert {"current", "waiting", "late", "failing", "paused", "never"} == set(STATES)
    assert {"known_address", "bad_address", "refused_address"} == set(REFUSALS)


@given(
    items=st.lists(st.none() | st.integers(min_value=0, max_value=10**9), min_size=1, max_size=14)
)
def test_bars_stand_on_one_floor_and_tell_none_from_nothing(items: list[int | None]) -> None:
    today = timezone.now().date()
    days = tuple((today - timedelta(days=each), count) for each, count in enumerate(items))
    row = row_of(
        SourceState(
            id=1,
            name="Écho",
            network="feed",
            kind="feed",
            address="",
            state="current",
            last_item_at=None,
            last_try_at=None,
            next_try_at=None,
            items=0,
            days=days,
            gaps=(),
            error="",
            refused=0,
        )
    )
    assert all(bar.y + bar.height == HEIGHT for bar in row.bars)
    assert all(0 < bar.height <= HEIGHT for bar in row.bars)
    assert all(bar.height == 1 for bar in row.bars if bar.items == 0)
    counted = [(bar.items, bar.height) for bar in row.bars if bar.items]
    assert all(a[1] <= b[1] for a in counted for b in counted if a[0] <= b[0])
    assert row.not_collected == items.count(None)
    assert row.total == sum(filter(None, items))
