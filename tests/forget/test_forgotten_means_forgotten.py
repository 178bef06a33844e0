"""After an erasure no file holds a byte of what they wrote, nor of what they are known by."""

import shutil
from typing import Any

import orjson

from tests import databases
from tests.forget import story
from tests.forget.conftest import House
from tests.forget.grep import found_in

# Written by colleagues to her alone, or about her in her own conversation.
OF_HER = ("brouillon-topaze", "l'air pressée", "porte-secrète-7", "Formulaire signé")
# As labels keep words for searching: folded, in one run.
FOLDED = ("zibeline patinoire gelee", "porte secrete 7", "croise maryse bolduc cote")
EVERYTHING = (*story.WHO, *story.WORDS, *OF_HER, *FOLDED)


def test_before_it_everything_stands_somewhere(built: House) -> None:
    """What is looked for afterwards can be found: otherwise nothing would be proved."""
    found = {word for _, word in found_in(built.home, EVERYTHING)}
    assert found == set(EVERYTHING)


def test_no_byte_is_left_in_any_file(erased: tuple[House, Any]) -> None:
    house, _ = erased
    assert found_in(house.home, EVERYTHING) == []


def test_the_ledger_outside_the_data_folder_names_nobody(erased: tuple[House, Any]) -> None:
    house, _ = erased
    assert list(house.state.rglob("ledger*"))
    assert found_in(house.state, EVERYTHING) == []


def test_the_proof_says_what_went_and_names_nobody(erased: tuple[House, Any]) -> None:
    _, proof = erased
    assert proof["verified"] is True
    assert proof["places"] == []
    assert proof["removed"]["lake"]["activities"] == 7
    assert proof["removed"]["lake"]["accounts"] == 1
    assert proof["removed"]["database"]["remember_person"] == 1
    assert proof["removed"]["database"]["coordinate_conversation"] >= 1
    told = orjson.dumps(proof).decode()
    assert not [word for word in EVERYTHING if word.lower() in told.lower()]


def test_what_they_are_known_by_is_not_kept_after_the_end(erased: tuple[House, Any]) -> None:
    state = erased[0]("state")
    assert state["erasure"] == "done"
    assert not state["sealed"]


def test_other_people_and_their_words_stay(erased: tuple[House, Any]) -> None:
    house, _ = erased
    assert found_in(house.home, ["la soupe était bonne", "sous la même pluie", "écœurante"])
    state = house("state")
    assert story.THOMAS in state["accounts"]
    assert story.MARYSE not in state["accounts"]


def test_threads_of_others_hold_together(erased: tuple[House, Any]) -> None:
    house, _ = erased
    told = house.program("export", "activities")
    rows = [orjson.loads(line) for line in told.stdout.splitlines()]
    by_object = {
        row["object"]["id"]: row["object"]
        for row in rows
        if row["type"] == "Create" and isinstance(row["object"], dict)
    }
    answer = by_object[story.ANSWER]
    below = by_object["https://rivage.example/notes/80"]
    assert answer["inReplyTo"].startswith("entregent:forgotten:")
    assert answer["context"] == below["context"] == answer["inReplyTo"]
    assert below["inReplyTo"] == story.ANSWER
    liked = next(row for row in rows if row["id"] == "https://rivage.example/likes/5")
    assert liked["object"] == answer["inReplyTo"]


def test_mentions_are_masked_in_the_language_of_the_text(erased: tuple[House, Any]) -> None:
    house, _ = erased
    told = house.program("export", "activities").stdout.decode()
    assert "J'ai croisé [nom retiré] au quai, quelle voix!" in told
    assert "[nom retiré] tout à fait d'accord, la soupe était bonne" in told


def test_a_promise_to_somebody_else_no_longer_names_them(erased: tuple[House, Any]) -> None:
    house, _ = erased
    assert found_in(house.home, ["Dire à Thomas ce que [nom retiré] a répondu"])


def test_a_later_import_does_not_bring_them_back(house: House, tmp_path: Any) -> None:
    house("erase")
    again = house("take_in", str(tmp_path))
    # Hers count as known, and so does what others told before.
    assert again["new"] == 0
    assert again["accounts"] == 0
    assert again["known"] >= 14
    assert found_in(house.home, EVERYTHING) == []
    assert story.MARYSE not in house("state")["accounts"]


def test_what_a_later_import_told_of_them_does_not_stay_in_the_log_of_the_database(
    house: House, tmp_path: Any
) -> None:
    house("erase")
    again = house("take_in_and_look", str(tmp_path))
    assert again["known"] >= 14
    assert again["found"] == []


def test_what_others_tell_later_points_to_nobody(house: House, tmp_path: Any) -> None:
    house("erase")
    late = story.act(
        "Create",
        story.THOMAS,
        "https://rivage.example/notes/90/c",
        story.note(
            "https://rivage.example/notes/90",
            "Je réponds bien tard",
            inReplyTo=story.POST,
            context=story.POST,
        ),
        "2026-03-01T12:00:00Z",
        cc=[story.MARYSE],
    )
    path = tmp_path / "late.jsonl"
    path.write_bytes(orjson.dumps(late) + b"\n")
    assert house.program("listen", "import", path).returncode == 0
    assert found_in(house.home, [story.POST, story.MARYSE]) == []
    rows = [orjson.loads(x) for x in house.program("export", "activities").stdout.splitlines()]
    thread = {
        row["object"]["context"]
        for row in rows
        if isinstance(row["object"], dict) and row["object"].get("context")
    }
    assert len(thread) == 1, "a late answer stands in the thread of the early ones"


def test_after_restoring_an_older_copy_they_are_forgotten_again(
    house: House, tmp_path: Any
) -> None:
    older = databases.copy(house.home, tmp_path / "older")
    house("erase")
    shutil.rmtree(house.home)
    databases.copy(older, house.home)
    shutil.rmtree(older)
    assert found_in(house.home, story.WHO)
    house("again")
    assert found_in(house.home, EVERYTHING) == []
    assert story.MARYSE not in house("state")["accounts"]


def test_erasing_twice_changes_nothing(house: House) -> None:
    house("erase")
    done = house.program("remember", "erase", "--account", story.MARYSE, "--yes", "--json")
    assert done.returncode == 0
    proof = orjson.loads(done.stdout)
    assert proof["verified"] is True
    assert not any(proof["removed"]["lake"].values())
