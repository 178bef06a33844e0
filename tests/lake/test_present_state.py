"""What the record says now, whatever came in, in whatever order, however often."""

import tempfile
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from entregent.lake.admission import Counts
from entregent.vocabulary import Object
from tests.lake.record_book import (
    MARYSE,
    NOTE,
    RecordBook,
    at,
    create,
    delete,
    like,
    told,
    unlike,
    update,
)


def test_a_post_is_kept_once_whoever_tells_it(book: RecordBook) -> None:
    from dataclasses import replace

    assert book.keep(create(0)) == Counts(new=1)
    again = replace(create(0), id="https://elsewhere.example/other-id", source="feed:other")
    assert book.keep(again, create(0)) == Counts(known=2)
    assert len(book.present()) == 1


def test_an_edit_shows_the_newest_text_everywhere(book: RecordBook) -> None:
    book.keep(create(0, "avant"))
    assert book.keep(update(5, "après")) == Counts(updated=1)
    assert book.document(f"{NOTE}#create")["object"]["content"] == "après"
    assert book.document(f"{NOTE}#update-5")["object"]["content"] == "après"


def test_the_newest_edit_wins_even_if_an_older_one_comes_later(book: RecordBook) -> None:
    book.keep(update(9, "dernière"))
    book.keep(create(0, "première"))
    book.keep(update(5, "deuxième"))
    assert {d["object"]["content"] for d in book.present()} == {"dernière"}


def test_a_create_that_is_read_again_with_a_newer_text_is_an_edit(book: RecordBook) -> None:
    book.keep(create(0, "avant"))
    assert book.keep(create(0, "après", updated=at(7))) == Counts(updated=1)
    assert book.keep(create(0, "après", updated=at(7))) == Counts(known=1)
    assert book.document(f"{NOTE}#create")["object"]["content"] == "après"


def test_a_deleted_post_is_a_tombstone_without_text(book: RecordBook) -> None:
    book.keep(create(0, "à oublier"), update(3, "à oublier aussi"))
    assert book.keep(delete(5)) == Counts(deleted=1)
    for uri in (f"{NOTE}#create", f"{NOTE}#update-3"):
        about = book.document(uri)["object"]
        assert about == {
            "id": NOTE,
            "type": "Tombstone",
            "formerType": "Note",
            "deleted": "2026-02-03T12:05:00Z",
        }


def test_a_tombstone_outlives_a_late_create_and_a_later_edit(book: RecordBook) -> None:
    book.keep(delete(5))
    book.keep(create(0, "revenant"), update(9, "revenant aussi"))
    assert all(document["object"]["type"] == "Tombstone" for document in book.present())


@pytest.mark.parametrize("by_id_only", [False, True])
@pytest.mark.parametrize("order", list(permutations(range(2))))
def test_an_undone_like_says_so_whichever_comes_first(
    book: RecordBook, order: tuple[int, ...], by_id_only: bool
) -> None:
    deeds = [like(0), unlike(5, by_id_only=by_id_only)]
    for index in order:
        book.keep(deeds[index])
    assert book.document(f"{MARYSE}/likes/a")["entregent:undone"] == "2026-02-03T12:05:00Z"


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_what_was_undone_can_be_done_again(book: RecordBook, order: tuple[int, ...]) -> None:
    deeds = [like(0), unlike(5), like(9, "b")]
    for index in order:
        book.keep(deeds[index])
    likes = [document for document in book.present() if document["type"] == "Like"]
    assert len(likes) == 1
    assert "entregent:undone" not in likes[0]


def test_without_dates_an_undoing_takes_back_what_it_names_even_if_it_came_first(
    book: RecordBook,
) -> None:
    book.keep(unlike(5))
    book.keep(like(None))
    assert "entregent:undone" in book.document(f"{MARYSE}/likes/a")


def test_reading_the_same_undated_follow_again_does_not_bring_it_back(book: RecordBook) -> None:
    book.keep(like(None))
    book.keep(unlike(5))
    book.keep(like(None))
    assert "entregent:undone" in book.document(f"{MARYSE}/likes/a")


def test_two_emoji_are_two_reactions(book: RecordBook) -> None:
    assert book.keep(like(0), like(1, "b", "🫐"), like(2, "c", "❤️")) == Counts(new=3)


def test_a_like_does_not_carry_the_text_of_what_is_liked(book: RecordBook) -> None:
    from dataclasses import replace

    heavy = Object(id=NOTE, type="Note", content="le texte d'une autre personne")
    book.keep(replace(like(0), object=heavy))
    assert "content" not in str(book.document(f"{MARYSE}/likes/a"))


def test_a_closed_account_leaves_no_text_and_may_come_back(book: RecordBook) -> None:
    book.keep(create(0, "mes mots"))
    gone = told(
        "Delete", 5, f"{MARYSE}#gone-5", actor=MARYSE, object=Object(id=MARYSE, type="Person")
    )
    book.keep(gone)
    assert book.document(f"{NOTE}#create")["object"]["type"] == "Tombstone"
    back = told(
        "Undo",
        9,
        f"{MARYSE}#back-9",
        actor=MARYSE,
        object=Object(id=f"{MARYSE}#gone-5", type="Delete", actor=MARYSE, object=MARYSE),
    )
    book.keep(back)
    assert book.document(f"{NOTE}#create")["object"]["content"] == "mes mots"


def test_a_local_id_gets_its_true_name_when_it_is_learnt(book: RecordBook) -> None:
    from entregent.lake.admission import admit
    from entregent.lake.record import Record
    from entregent.lake.rows import Landing
    from tests.lake.record_book import account_key

    placeholder = "urn:entregent:alias:mastodon:frimas.example:7"
    book.keep(create(0, note="https://battures.example/notes/2", in_reply_to=placeholder))
    landing = Landing(account_key)
    landing.add(aliases=[(placeholder, NOTE)])
    with Record(book.lake, {}) as known:
        admitted = admit([landing.tables()], known)
    book.lake.append("aliases", {2: admitted.numbered(2)["aliases"]})
    assert book.document("https://battures.example/notes/2#create")["object"]["inReplyTo"] == NOTE


DEEDS = [
    create(0, "un"),
    update(3, "deux"),
    update(6, "trois"),
    delete(9),
    like(1),
    unlike(2),
    like(4, "b"),
    unlike(7, "b"),
    like(8, "c"),
    create(1, "autre", note="https://battures.example/notes/2"),
    update(5, "autre, corrigé", note="https://battures.example/notes/2"),
]


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_order_any_batches_and_any_repetition_give_the_same_present(
    data: st.DataObject,
) -> None:
    order = data.draw(st.permutations(range(len(DEEDS))))
    repeated = data.draw(st.lists(st.sampled_from(range(len(DEEDS))), max_size=4))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(DEEDS) - 1), max_size=3)))
    with tempfile.TemporaryDirectory() as folder:
        book = RecordBook(Path(folder) / "lake")
        for start, end in zip([0, *cuts], [*cuts, len(order)], strict=True):
            book.keep(*(DEEDS[index] for index in order[start:end]))
        book.keep(*(DEEDS[index] for index in repeated))
        present = book.present()
    created = {
        document["object"]["id"]: document["object"]
        for document in present
        if document["type"] == "Create"
    }
    assert created[NOTE]["type"] == "Tombstone"
    assert created["https://battures.example/notes/2"]["content"] == "autre, corrigé"
    likes = [document for document in present if document["type"] == "Like"]
    assert len(likes) == 1
    assert "entregent:undone" not in likes[0]
    # Three likes are one relation; everything else stands once.
    assert len(present) == len(DEEDS) - 2
