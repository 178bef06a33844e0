"""Links lead where they say, count each person's step once, and note nobody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from entregent.apps.address import actions
from entregent.apps.address.actions import AddressRefused
from entregent.apps.address.queries import access_campaign
from entregent.apps.address.targets import good_code, good_target
from entregent.apps.listen.journal import open_record
from entregent.apps.listen.keeper import Keeper
from entregent.apps.listen.lease import Claim
from entregent.apps.listen.models import LandedChunk
from entregent.apps.organisation.models import Member

pytestmark = pytest.mark.django_db

TARGET = "https://frimasetframboises.example/billets?p=1"
PERSON = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def link(bob: Member, slug: str, home: Path) -> str:
    actions.add_link(
        acting_user=bob, slug=slug, kind="qr", label="Quai", target=TARGET, code="quai7"
    )
    return "/l/quai7/"


def follows(viewer: Member, slug: str) -> int:
    return access_campaign(viewer, slug).links[0].follows


def test_following_counts_once_and_leads_to_the_target_alone(
    bob: Member, charlie: Client, slug: str, link: str
) -> None:
    answer = charlie.get(f"{link}?next=https://evil.example", headers={"user-agent": PERSON})
    assert (answer.status_code, answer["Location"]) == (302, TARGET)
    assert follows(bob, slug) == 1
    assert not answer.cookies
    assert "no-store" in answer["Cache-Control"]


def test_what_is_kept_of_it_names_nobody(
    bob: Member, charlie: Client, slug: str, link: str
) -> None:
    charlie.get(
        link,
        headers={"user-agent": PERSON, "referer": "https://secret.example/moi"},
        REMOTE_ADDR="203.0.113.9",
    )
    keeper = Keeper(Claim())
    while keeper.turn(flush=True).was_busy:
        pass
    with open_record() as record:
        told = record.connection.sql("SELECT * FROM activities").fetch_arrow_table().to_pylist()
    (row,) = told
    assert (row["type"], row["actor"], row["object_id"]) == ("View", None, TARGET)
    assert '"quai7"' in row["instrument"]
    assert row["voluntary"] is False
    for hint in ("Mozilla", "203.0.113.9", "secret.example"):
        assert hint not in str(row)


@pytest.mark.parametrize(
    "headers",
    [
        {"user-agent": "facebookexternalhit/1.1"},
        {"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"user-agent": "curl/8.5.0"},
        {"user-agent": ""},
        {"user-agent": PERSON, "sec-purpose": "prefetch;prerender"},
    ],
)
def test_machines_arrive_and_are_not_counted(
    bob: Member, charlie: Client, slug: str, link: str, headers: dict[str, str]
) -> None:
    assert charlie.get(link, headers=headers)["Location"] == TARGET
    assert follows(bob, slug) == 0
    assert not LandedChunk.objects.exists()


def test_asking_only_for_the_headers_counts_nothing(
    bob: Member, charlie: Client, slug: str, link: str
) -> None:
    assert charlie.head(link, headers={"user-agent": PERSON}).status_code == 302
    assert charlie.post(link, headers={"user-agent": PERSON}).status_code == 405
    assert follows(bob, slug) == 0


@pytest.mark.parametrize(("code", "words"), [("fr", "Rien ici"), ("en", "Nothing here")])
def test_an_unknown_code_leads_nowhere(charlie: Client, code: str, words: str) -> None:
    answer = charlie.get("/l/nulle-part/", headers={"accept-language": code, "user-agent": PERSON})
    assert answer.status_code == 404
    assert words in answer.content.decode()


def test_a_coupon_cannot_be_followed(bob: Member, charlie: Client, slug: str, home: Path) -> None:
    actions.add_link(
        acting_user=bob, slug=slug, kind="coupon", label="Tuque", code="TUQUE15", percent_off=15
    )
    (line,) = access_campaign(bob, slug).links
    assert (line.code, line.percent_off, line.path, line.target) == ("TUQUE15", 15, "", "")
    assert charlie.get("/l/TUQUE15/", headers={"user-agent": PERSON}).status_code == 404


@pytest.mark.parametrize(
    "target",
    [
        "",
        "javascript:alert(1)",
        "JaVaScRiPt://frimas.example/%0aalert(1)",
        "data:text/html,x",
        "ftp://frimas.example/",
        "//frimas.example/",
        "https:///billets",
        "https://moi:secret@frimas.example/",
        "https://frimas.example@evil.example/",
        "https://frimas.example/\nSet-Cookie: a=b",
        "https://frimas.example/\r\nLocation: https://evil.example",
        "https://frimas.example/a b",
        "https://frimas.example\\@evil.example/",
        "https://frimas.example/\u202egnp.exe",
        "https://frimas.example:99999/",
        "https://[::1/",
        "https://frimas.example/" + "a" * 2000,
    ],
)
def test_hostile_targets_are_refused(bob: Member, slug: str, target: str) -> None:
    with pytest.raises(AddressRefused, match="bad_target"):
        actions.add_link(acting_user=bob, slug=slug, kind="link", label="x", target=target)


@pytest.mark.parametrize("code", ["ab", "a b c", "a/b/c", "été", "a" * 41, "../x", "=1+1"])
def test_codes_are_letters_and_digits(bob: Member, slug: str, code: str) -> None:
    with pytest.raises(AddressRefused, match="bad_code"):
        actions.add_link(
            acting_user=bob, slug=slug, kind="link", label="x", target=TARGET, code=code
        )


def test_a_code_is_taken_whatever_its_case(bob: Member, slug: str, link: str) -> None:
    with pytest.raises(AddressRefused, match="code_taken"):
        actions.add_link(acting_user=bob, slug=slug, kind="coupon", label="x", code="QUAI7")


def test_a_code_left_empty_is_made(bob: Member, slug: str) -> None:
    for _ in range(3):
        actions.add_link(acting_user=bob, slug=slug, kind="link", label="x", target=TARGET)
    codes = [line.code for line in access_campaign(bob, slug).links]
    assert len(set(codes)) == 3
    assert all(good_code(code) for code in codes)


@pytest.mark.parametrize("percent", [0, 101, -5])
def test_a_reduction_is_a_part_of_the_price(bob: Member, slug: str, percent: int) -> None:
    with pytest.raises(AddressRefused, match="bad_percent"):
        actions.add_link(acting_user=bob, slug=slug, kind="coupon", label="x", percent_off=percent)


@given(st.text())
def test_no_text_whatever_becomes_a_target_that_is_none(text: str) -> None:
    for typed in (text, f"https://{text}", f"https://frimas.example/{text}"):
        target: Any = good_target(typed)
        if target is not None:
            assert target.startswith(("http://", "https://"))
            assert target.isprintable()
            assert "@" not in target.split("/")[2]
