"""A house with one of everything in it: what each address that names something needs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from tests.coordinate.scene import OURS, THOMAS, make_demo, set_scene

from entregent.apps.address import actions as address
from entregent.apps.address import queries as address_queries
from entregent.apps.coordinate import actions as coordinate
from entregent.apps.coordinate.models import ApprovedLine, Decision, Draft
from entregent.apps.listen.actions import add_feed
from entregent.apps.measure import actions as measure
from entregent.apps.organisation import actions_answering, actions_tokens
from entregent.apps.organisation.models import Member, Public, Subject
from entregent.apps.remember import actions as remember
from entregent.apps.remember.erasures import ask_for_erasure
from entregent.apps.understand.actions import save_query

if TYPE_CHECKING:
    from entregent.apps.coordinate.models import Conversation

LINES = ("objective", "in_service_of", "who_cares", "how_they_come", "how_measured")

Values = dict[str, int | str]


def furnish(alice: Member, bob: Member, words: str) -> Values:
    """Add one of everything, with these words where people write; gives what addresses name."""
    feed = add_feed(acting_user=alice, address="https://echo.example/fil", name=words)
    scene = set_scene(acces="service-a-la-clientele")
    make_demo()
    scene.account(OURS, ours=True)
    talk = scene.say(words, public=True)
    scene.say(words, actor=THOMAS)
    now = timezone.now()
    today = timezone.localdate()
    function = next(iter(scene.functions.values()))
    found: Values = {"source_id": feed, "member_id": bob.pk, "function_id": function}
    found |= _talk(bob, talk, function, words)
    found["account_id"] = scene.account(THOMAS).id
    found["person_id"] = remember.add_person(
        acting_user=bob,
        name=words[:100],
        languages=["fr"],
        address_form="vous",
        known_since=today,
    )
    remember.link_account(
        acting_user=bob,
        account_id=talk.account_id,
        person_id=int(found["person_id"]),
        reason="themselves",
    )
    found["erasure_id"] = ask_for_erasure(
        acting_user=alice, account="https://echo.example/users/someone-else"
    )
    found["promise_id"] = remember.make_promise(
        acting_user=bob,
        account_id=talk.account_id,
        what=words,
        due_on=today,
        function_id=function,
        conversation_id=talk.pk,
    )
    found |= _campaign(alice, function, words)
    found["query_id"] = save_query(acting_user=bob, name=words[:60], text="navette")
    found["public_id"] = actions_answering.add_public(
        acting_user=alice, name_fr=words[:60], name_en=words[:60]
    )
    found["subject_id"] = Subject.objects.get(slug="acces").pk
    found["token_id"], _secret = actions_tokens.make_token(
        acting_user=bob,
        name=words[:60],
        scopes=["conversations"],
        expires_at=now + timedelta(days=9),
    )
    assert Public.objects.filter(pk=found["public_id"]).exists()
    return found


def _talk(bob: Member, talk: Conversation, function: int, words: str) -> Values:
    now = timezone.now()
    ask = coordinate.ask_function(
        acting_user=bob,
        conversation_id=talk.pk,
        function_id=function,
        question=words,
        due_at=now + timedelta(hours=4),
    )
    coordinate.save_draft(
        acting_user=bob, conversation_id=talk.pk, text=words, language="fr", is_public=True
    )
    coordinate.add_note(acting_user=bob, conversation_id=talk.pk, text=words)
    line = ApprovedLine.objects.create(
        subject_id=Subject.objects.get(slug="acces").pk,
        text_fr=words,
        text_en=words,
        function_id=function,
        until=timezone.localdate() + timedelta(days=9),
    )
    decision = Decision.objects.create(
        question_fr=words,
        question_en=words,
        options=[{"fr": words, "en": words}, {"fr": "Non", "en": "No"}],
        due_on=timezone.localdate(),
    )
    change = coordinate.record_change(
        acting_user=bob,
        what_fr=words[:200],
        what_en=words[:200],
        done_on=timezone.localdate(),
        function_id=function,
        account_ids=[talk.account_id],
    )
    crisis = coordinate.open_crisis(acting_user=bob, name=words[:120])
    coordinate.add_crisis_entry(
        acting_user=bob, crisis_id=crisis, kind="event", text_fr=words, text_en=words
    )
    return {
        "conversation_id": talk.pk,
        "ask_id": ask,
        "draft_id": Draft.objects.get().pk,
        "line_id": line.pk,
        "decision_id": decision.pk,
        "change_id": change,
        "crisis_id": crisis,
    }


def _campaign(alice: Member, function: int, words: str) -> Values:
    today = timezone.localdate()
    slug = address.add_campaign(
        acting_user=alice,
        details=address.CampaignDetails(
            name=words[:100],
            kind="contest",
            serves_id=function,
            function_id=function,
            owner_id=alice.pk,
            first_day=today + timedelta(days=1),
            last_day=today + timedelta(days=30),
            metric="follows",
        ),
    )
    address.write_plan(acting_user=alice, slug=slug, lines=dict.fromkeys(LINES, words))
    address.launch(acting_user=alice, slug=slug)
    link = address.add_link(
        acting_user=alice,
        slug=slug,
        kind="qr",
        label=words[:60],
        target="https://frimasetframboises.example/billets",
        code="quai7",
    )
    step = address.add_next_step(
        acting_user=alice,
        slug=slug,
        what=words,
        member_id=alice.pk,
        due_on=today + timedelta(days=30),
    )
    read_out = measure.plan_read_out(
        acting_user=alice,
        campaign_id=address_queries.access_line(alice, slug).id,
        months=3,
        due_on=today + timedelta(days=120),
        member_id=alice.pk,
    )
    return {
        "slug": slug,
        "link_id": link,
        "next_step_id": step,
        "code": "quai7",
        "read_out_id": read_out,
    }
