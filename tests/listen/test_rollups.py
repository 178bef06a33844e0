"""Roll-ups follow the record: whatever is heard or corrected, they say what a recount says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from entregent.apps.listen import journal, rollups
from entregent.apps.listen.keeper import Keeper
from entregent.apps.listen.lease import Claim
from entregent.apps.listen.models import Reopened, RollUpState
from entregent.apps.listen.rollups import is_late, refresh_due
from entregent.apps.organisation.models import AuditEntry, Member, Organisation
from entregent.apps.remember.actions import add_person_behind
from entregent.apps.remember.models import Account
from entregent.apps.understand.actions import correct_label, save_query
from entregent.apps.understand.queries import corrected_labels
from entregent.lake.errors import LostRace
from entregent.lake.rollups.store import RollUps
from entregent.loop import hear, turn
from entregent.vocabulary import PUBLIC, Activity, Object
from tests.listen.rolling import by_hand, differences, keep, refresh, stored

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 2, 3, 17, tzinfo=UTC)
NOTHING: dict[str, list[Any]] = {"too much": [], "missing": []}


@pytest.fixture
def listening(keeper: Keeper, alice: Member) -> Keeper:
    """A keeper that hears as the loop does."""
    return Keeper(keeper.claim, hear)


def note(name: str) -> str:
    return f"https://battures.example/notes/{name}"


def text(name: str, words: str, at: datetime = NOON, who: str = "maryse") -> Activity:
    about = Object(id=note(name), type="Note", content=words, published=at)
    return act("Create", f"{note(name)}/create", at, about, who)


def edit(name: str, words: str, at: datetime) -> Activity:
    about = Object(id=note(name), type="Note", content=words, updated=at)
    return act("Update", f"{note(name)}/update", at, about)


def delete(name: str, at: datetime) -> Activity:
    return act("Delete", f"{note(name)}/delete", at, Object(id=note(name), type="Tombstone"))


def act(kind: str, uri: str, at: datetime, about: Object, who: str = "maryse") -> Activity:
    return Activity(
        id=uri,
        type=kind,
        actor=f"https://battures.example/users/{who}",
        object=about,
        to=(PUBLIC,),
        published=at,
        received_at=at + timedelta(minutes=5),
        source="file:activitystreams",
        dataschema="test/1",
    )


def values(roll_up: str, level: int, grain: str = "day") -> dict[tuple[Any, ...], int]:
    return {row[4:7]: row[7] for row in stored() if row[:3] == (grain, roll_up, level)}


ANGRY = "La navette est en retard, c'est inacceptable, j'ai honte pour vous!"
GLAD = "Merci, c'était magnifique, bravo, j'ai adoré!"


def test_what_is_heard_is_counted_by_hour_and_by_day(listening: Keeper) -> None:
    keep(listening, text("1", ANGRY), text("2", GLAD, NOON + timedelta(hours=2)))
    refresh(listening)
    assert differences(stored(), by_hand()) == NOTHING
    day = (NOON.date() - date(1970, 1, 1)).days
    assert ("day", "source", 0, day, None, None, None, 2, 1) in stored()
    assert values("state_of_mind", 4) == {
        (None, None, "negative"): 1,
        (None, None, "positive"): 1,
    }


def test_late_edited_and_deleted_things_change_the_hours_they_belong_to(
    listening: Keeper,
) -> None:
    later = NOON + timedelta(days=40)
    keep(listening, text("1", GLAD), text("2", GLAD, later, "jude"))
    refresh(listening)
    keep(listening, text("0", GLAD, NOON - timedelta(days=300)))
    keep(listening, edit("1", ANGRY, later), delete("2", later + timedelta(days=3)))
    refresh(listening)
    assert differences(stored(), by_hand()) == NOTHING
    moods = {row[3:7] for row in stored() if row[:3] == ("day", "state_of_mind", 4)}
    day = (NOON.date() - date(1970, 1, 1)).days
    assert (day, None, None, "negative") in moods
    assert len(moods) == 2


def test_a_correction_reopens_the_hour_of_its_text_and_no_other(
    listening: Keeper, bob: Member
) -> None:
    keep(listening, text("1", GLAD), text("2", GLAD, NOON + timedelta(days=1)))
    refresh(listening)
    correct_label(acting_user=bob, object_id=note("1"), label="state_of_mind", value="negative")
    assert [row.scope for row in Reopened.objects.all()] == ["object"]
    assert refresh(listening) == 1
    assert differences(stored(), by_hand()) == NOTHING
    assert values("state_of_mind", 4, "hour")[None, None, "negative"] == 1


def test_what_a_saved_query_finds_is_counted_under_its_number(
    listening: Keeper, bob: Member
) -> None:
    number = save_query(acting_user=bob, name="Navettes", text="navette*")
    keep(listening, text("1", ANGRY), text("2", GLAD, who="jude"))
    refresh(listening)
    assert values("query", 1) == {(str(number), None, None): 1}
    keep(listening, edit("1", "Finalement, non.", NOON + timedelta(hours=3)))
    refresh(listening)
    assert values("query", 1) == {}
    assert differences(stored(), by_hand()) == NOTHING


def test_linking_an_account_brings_what_it_did_to_its_publics(
    listening: Keeper, bob: Member
) -> None:
    from entregent.apps.organisation.answering import publics
    from entregent.apps.organisation.models import Public
    from entregent.apps.remember.actions import change_person

    public = Public.objects.create(slug="gens-d-ici", name_fr="Gens d'ici", name_en="Locals")
    keep(listening, text("1", GLAD))
    account = Account.objects.get()
    person = add_person_behind(
        acting_user=bob, account_id=account.pk, name="Maryse", reason="themselves"
    )
    keep(listening)
    refresh(listening)
    assert values("public", 1) == {}
    change_person(
        acting_user=bob,
        person_id=person,
        name="Maryse",
        languages=["fr"],
        address_form="",
        public_ids=[public.pk],
    )
    keep(listening)
    refresh(listening)
    assert values("public", 1) == {("gens-d-ici", None, None): 1}
    assert {each.slug for each in publics()} == {"gens-d-ici"}
    assert differences(stored(), by_hand()) == NOTHING


def test_what_happens_between_writing_counts_and_clearing_notes_costs_a_recount_alone(
    listening: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(listening, text("1", GLAD))

    class PowerCutError(Exception):
        pass

    def cut(*_: object, **__: object) -> None:
        raise PowerCutError

    with monkeypatch.context() as patch:
        patch.setattr(rollups, "audit", cut)
        with pytest.raises(PowerCutError):
            refresh(listening)
    assert stored() == by_hand()
    assert Reopened.objects.exists()
    keep(listening, text("2", GLAD, NOON + timedelta(minutes=1), "jude"))
    refresh(listening)
    assert differences(stored(), by_hand()) == NOTHING


def test_what_is_noted_while_we_count_stays_noted(
    listening: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(listening, text("1", GLAD))
    whole = rollups._counted

    def interrupted(*parts: Any) -> Any:
        found = whole(*parts)
        keep(listening, text("2", GLAD, NOON + timedelta(minutes=1), "jude"))
        return found

    with monkeypatch.context() as patch:
        patch.setattr(rollups, "_counted", interrupted)
        refresh_due(listening.claim, corrected_labels)
    assert Reopened.objects.filter(scope="hour").exists()
    refresh(listening)
    assert differences(stored(), by_hand()) == NOTHING


def test_of_two_keepers_the_one_whose_look_is_older_writes_nothing(
    listening: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(listening, text("1", GLAD))
    other = Keeper(Claim(), hear)
    whole = rollups._counted

    def asleep(*parts: Any) -> Any:
        found = whole(*parts)
        monkeypatch.setattr(rollups, "_counted", whole)
        listening.claim.release()
        keep(other, text("2", GLAD, NOON + timedelta(minutes=1), "jude"))
        refresh(other)
        other.claim.release()
        return found

    monkeypatch.setattr(rollups, "_counted", asleep)
    with pytest.raises(LostRace):
        refresh_due(listening.claim, corrected_labels)
    assert differences(stored(), by_hand()) == NOTHING


def test_whoever_does_not_hold_the_lease_counts_nothing(listening: Keeper) -> None:
    keep(listening, text("1", GLAD))
    assert refresh_due(Claim(), corrected_labels) == 0
    assert RollUps.open(journal.lake()) is None


def test_another_time_zone_makes_all_days_anew(listening: Keeper) -> None:
    keep(listening, text("1", GLAD, datetime(2026, 2, 4, 4, 15, tzinfo=UTC)))
    refresh(listening)
    Organisation.objects.update(time_zone="America/St_Johns")
    assert refresh(listening) > 0
    assert differences(stored(), by_hand()) == NOTHING


@pytest.mark.parametrize("loss", ["table", "older table", "states"])
def test_a_table_that_is_not_the_one_we_counted_into_is_filled_anew(
    loss: str, listening: Keeper
) -> None:
    import shutil
    from pathlib import Path

    keep(listening, text("1", GLAD))
    refresh(listening)
    folder = Path(journal.lake().path("rollups"))
    backup = folder.with_name("backup")
    shutil.copytree(folder, backup)
    keep(listening, text("2", GLAD, NOON + timedelta(days=40)))
    refresh(listening)
    if loss == "states":
        with transaction.atomic():
            rollups.count_all_again()
    else:
        shutil.rmtree(folder)
    if loss == "older table":
        backup.rename(folder)
    keep(listening, text("3", GLAD, NOON + timedelta(days=80)))
    refresh(listening)
    assert differences(stored(), by_hand()) == NOTHING


def test_small_months_are_counted_together_from_nothing(listening: Keeper) -> None:
    times = [NOON + timedelta(days=days) for days in (-90, 0, 30, 60)]
    keep(listening, *(text(str(n), GLAD, at) for n, at in enumerate(times)))
    refresh(listening)
    before = stored()
    with transaction.atomic():
        rollups.count_all_again()
    turns = 0
    while refresh_due(listening.claim, corrected_labels):
        turns += 1
    # December and January have nothing: they part the others.
    assert turns == 2
    told = AuditEntry.objects.filter(action="listen.hours_counted").order_by("-pk")
    assert [each.subject for each in told[:2]] == ["hours:2025-11", "hours:2026-02/2026-04"]
    assert stored() == before
    assert differences(stored(), by_hand()) == NOTHING


def test_months_that_are_large_together_are_counted_one_by_one(
    listening: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rollups, "MOST_TOGETHER", 2)
    keep(listening, *(text(str(n), GLAD, NOON + timedelta(days=30 * n)) for n in range(3)))
    with transaction.atomic():
        rollups.count_all_again()
    assert refresh_due(listening.claim, corrected_labels) > 31 * 24
    assert 0 < refresh_due(listening.claim, corrected_labels) <= 31 * 24
    assert refresh_due(listening.claim, corrected_labels) == 0
    assert differences(stored(), by_hand()) == NOTHING


def test_counting_is_one_line_of_the_trail_and_names_nobody(listening: Keeper) -> None:
    keep(listening, text("1", GLAD))
    refresh(listening)
    entry = AuditEntry.objects.get(action="listen.hours_counted")
    assert (entry.member, entry.subject) == (None, "hours:2026-02")
    assert "maryse" not in str(entry.changes)


def test_the_loop_counts_when_it_has_nothing_else_to_do(listening: Keeper) -> None:
    keep(listening, text("1", GLAD))
    assert is_late()
    while turn(listening, flush=True, measure=False).was_busy:
        pass
    assert not Reopened.objects.exists()
    assert not is_late()
    assert RollUpState.objects.count() == 8
    assert differences(stored(), by_hand()) == NOTHING
