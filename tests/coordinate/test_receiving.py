"""What is said comes to the conversation it belongs to."""

from datetime import timedelta

import pytest
from django.utils import timezone

from entregent.apps.coordinate.models import Conversation, Message
from entregent.apps.organisation.models import AuditEntry, Member
from entregent.apps.understand.models import SavedQuery
from tests.coordinate.scene import MARYSE, OURS, THOMAS, Scene, member_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_a_private_message_waits(scene: Scene) -> None:
    row = scene.say("Bonjour, j'aimerais vous parler.")
    assert (row.state, row.is_public, row.our_uri) == ("waiting", False, OURS)
    assert row.waiting_since == row.opened_at
    assert row.due_at is not None
    assert row.due_at > row.waiting_since


@pytest.mark.parametrize(
    ("intents", "state"), [(("question",), "waiting"), (("praise",), "closed")]
)
def test_a_public_mention_waits_if_it_asks_something(
    scene: Scene, intents: tuple[str, ...], state: str
) -> None:
    row = scene.say("Heille!", public=True, recipients=(), mentions=(OURS,), intents=intents)
    assert row.state == state


def test_what_does_not_speak_to_us_opens_nothing(scene: Scene) -> None:
    scene.hear(
        scene.text("Quelle heure est-il?", public=True, recipients=(), intents=("question",)),
        scene.text("Entre nous", recipients=(THOMAS,), intents=("question",)),
    )
    assert not Conversation.objects.exists()


def test_a_saved_query_opens_a_conversation_and_names_the_function(scene: Scene) -> None:
    query = SavedQuery.objects.create(
        name="Rampe",
        text="rampe",
        function_id=scene.functions["produit"],
        opens_conversations=True,
        created_at=timezone.now(),
    )
    row = scene.say(
        "La rampe?", public=True, recipients=(), queries=(query.pk,), intents=("question",)
    )
    assert row.function_id == scene.functions["produit"]


def test_the_same_text_twice_is_one_message(scene: Scene) -> None:
    said = scene.text("Bonjour")
    scene.hear(said)
    scene.hear(said)
    assert Message.objects.count() == 1


def test_our_answer_ends_the_wait(scene: Scene) -> None:
    row = scene.say("Bonjour", object_id="https://fete.example/notes/q")
    scene.say(
        "Oui — Odile, relations publiques",
        actor=OURS,
        in_reply_to="https://fete.example/notes/q",
        thread=row.thread,
        published=timezone.now() - HOUR,
    )
    row.refresh_from_db()
    assert (row.state, row.waiting_since, row.due_at) == ("answered", None, None)
    assert row.first_answer_at is not None
    assert row.member is None


def test_a_thank_you_after_our_answer_does_not_wait_and_a_question_does(scene: Scene) -> None:
    row = scene.say("Bonjour", published=timezone.now() - 3 * HOUR)
    scene.say("Oui", actor=OURS, thread=row.thread, published=timezone.now() - 2 * HOUR)
    scene.say("Merci beaucoup!", thread=row.thread, published=timezone.now() - HOUR)
    row.refresh_from_db()
    assert row.state == "answered"
    scene.say("Et les chiens?", thread=row.thread, intents=("question",), published=timezone.now())
    row.refresh_from_db()
    assert (row.state, row.intents) == ("waiting", ["question"])


def test_the_wait_begins_with_the_first_unanswered_words(scene: Scene) -> None:
    first = timezone.now() - timedelta(days=9)
    row = scene.say("La rampe?", published=first, intents=("question",))
    scene.say("Toujours rien?", thread=row.thread, intents=("complaint",))
    row.refresh_from_db()
    assert row.waiting_since == first
    assert row.intents == ["question", "complaint"]


def test_an_archive_waits_for_nobody(scene: Scene) -> None:
    old = timezone.now() - timedelta(days=400)
    assert scene.say("La rampe?", published=old, intents=("question",)).state == "closed"


def test_two_people_in_one_thread_are_two_conversations(scene: Scene) -> None:
    one = scene.say("La rampe?", public=True, intents=("question",))
    two = scene.say(
        "Et le stationnement?", public=True, actor=THOMAS, thread=one.thread, intents=("question",)
    )
    assert one.pk != two.pk
    assert {one.account_id, two.account_id} == {
        scene.account(MARYSE).id,
        scene.account(THOMAS).id,
    }


def test_a_bystander_joins_without_waiting(scene: Scene) -> None:
    one = scene.say("La rampe?", public=True, intents=("question",), object_id="urn:test:one")
    two = scene.say(
        "Pareil ici?",
        public=True,
        actor=THOMAS,
        thread=one.thread,
        recipients=(),
        intents=("question",),
    )
    assert one.pk == two.pk
    assert two.waiting_since == one.waiting_since


def test_an_edit_replaces_the_words_and_only_by_their_author(scene: Scene) -> None:
    scene.say("La rampe", object_id="urn:test:1", intents=("question",))
    later = timezone.now()
    scene.hear(
        scene.text("Piraté", object_id="urn:test:1", actor=THOMAS, edits=True, version=later)
    )
    assert Message.objects.get().text == "La rampe"
    scene.hear(scene.text("La rampe?", object_id="urn:test:1", edits=True, version=later))
    assert Message.objects.get().text == "La rampe?"
    scene.hear(scene.text("Plus tôt", object_id="urn:test:1", edits=True, version=later - 5 * HOUR))
    assert Message.objects.get().text == "La rampe?"


def test_a_deletion_empties_the_words_and_ends_the_wait(scene: Scene) -> None:
    row = scene.say("La rampe?", object_id="urn:test:1", intents=("question",))
    scene.hear(scene.text("", object_id="urn:test:1", actor=THOMAS, is_deleted=True))
    assert Message.objects.get().text
    scene.hear(scene.text("", object_id="urn:test:1", is_deleted=True))
    row.refresh_from_db()
    assert row.state == "closed"
    assert Message.objects.get().text == ""
    assert Message.objects.get().labels["withdrawn"]


def test_what_was_left_is_opened_by_new_words_only(scene: Scene) -> None:
    row = scene.say("La rampe?", public=True, intents=("question",))
    Conversation.objects.update(state="left", waiting_since=None, due_at=None)
    scene.say("Bof", public=True, thread=row.thread)
    row.refresh_from_db()
    assert row.state == "left"
    scene.say("Allo?", public=True, thread=row.thread, intents=("question",))
    row.refresh_from_db()
    assert row.state == "waiting"


def test_english_names_whoever_answers_in_english(scene: Scene, alice: Member) -> None:
    siobhan = member_of(scene, alice, "Siobhan", "relations-publiques", language="en")
    row = scene.say("On deadline", language="en", intents=("press",))
    assert row.reason["answerers"] == [siobhan.pk]
    assert row.member is None


def test_a_private_window_of_the_network_closes_after_a_day(scene: Scene) -> None:
    row = scene.say("Bonjour", network="facebook")
    assert row.window_until == row.opened_at + timedelta(days=1)


def test_what_is_too_long_to_name_is_left_aside(scene: Scene) -> None:
    scene.hear(scene.text("Bonjour", object_id="https://fete.example/" + "x" * 3_000))
    assert not Message.objects.exists()


def test_a_batch_leaves_one_row_in_the_trail(scene: Scene) -> None:
    scene.hear(scene.text("Un"), scene.text("Deux"))
    entry = AuditEntry.objects.get(action="coordinate.texts_routed")
    assert entry.changes == {"conversations": [0, 2], "texts": [0, 2]}
    assert entry.member is None


def test_many_texts_take_few_queries(scene: Scene, django_assert_max_num_queries: object) -> None:
    said = [scene.text(f"Question {n}?", intents=("question",)) for n in range(300)]
    with django_assert_max_num_queries(45):  # type: ignore[operator]
        scene.hear(*said)
