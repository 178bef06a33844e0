"""A house in which Maryse is known, and what is done to it; run as a program by the tests.

A program of its own, so that it has a data folder and a database of its own, and can be killed.

Usage: python -m tests.forget.house build FOLDER | erase | crashes before|after FOLDER | …
The data folder is ENTREGENT_HOME. Prints one JSON document.
"""

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import django
import orjson

django.setup()

from django.conf import settings  # noqa: E402
from django.utils import timezone  # noqa: E402

from entregent import forget, ledger  # noqa: E402
from entregent.apps.coordinate import actions as coordinate  # noqa: E402
from entregent.apps.coordinate.models import Conversation, Message  # noqa: E402
from entregent.apps.listen import keeping_rules  # noqa: E402
from entregent.apps.listen.importing import import_files  # noqa: E402
from entregent.apps.listen.keeper import Keeper  # noqa: E402
from entregent.apps.listen.lease import Claim  # noqa: E402
from entregent.apps.listen.models import Forgotten, Source  # noqa: E402
from entregent.apps.listen.working import BackgroundKeeper  # noqa: E402
from entregent.apps.organisation.models import Function, Member  # noqa: E402
from entregent.apps.outbox.models import Outgoing  # noqa: E402
from entregent.apps.remember import actions as remember  # noqa: E402
from entregent.apps.remember import erasures  # noqa: E402
from entregent.apps.remember.models import Account, Erasure, Person  # noqa: E402
from entregent.cli.database import prepare  # noqa: E402
from entregent.loop import hear, turn  # noqa: E402
from tests.forget import story  # noqa: E402
from tests.forget.grep import found_in  # noqa: E402
from tests.founding import found  # noqa: E402


def build(folder: Path) -> dict[str, Any]:
    """Set a house up, import what people said, and work with it as colleagues do."""
    prepare()
    alice = found()
    remember.add_our_account(acting_user=alice, uri=story.US, network="activitystreams")
    take_in(story.write(folder))
    theirs = Account.objects.get(uri=story.MARYSE)
    person = remember.add_person_behind(
        acting_user=alice, account_id=theirs.pk, name=story.NAME, reason="themselves"
    )
    remember.give_consent(
        acting_user=alice,
        person_id=person,
        purpose="profile",
        basis="express",
        proof=f"Formulaire signé par {story.NAME}",
    )
    function = Function.objects.order_by("pk").first()
    assert function is not None
    remember.make_promise(
        acting_user=alice,
        account_id=theirs.pk,
        what=f"Rappeler {story.NAME} à propos de la rampe",
        due_on=date.today() + timedelta(days=3),
        function_id=function.pk,
    )
    remember.note_look(acting_user=alice, person_id=person)
    talk = Conversation.objects.filter(account=theirs).order_by("pk").first()
    assert talk is not None, "nobody spoke to us"
    coordinate.add_note(
        acting_user=alice, conversation_id=talk.pk, text=f"{story.NAME} a l'air pressée"
    )
    coordinate.save_draft(
        acting_user=alice,
        conversation_id=talk.pk,
        text="Bonjour Maryse, brouillon-topaze",
        language="fr",
        is_public=talk.is_public,
    )
    thomas = Account.objects.get(uri=story.THOMAS)
    remember.make_promise(
        acting_user=alice,
        account_id=thomas.pk,
        what=f"Dire à Thomas ce que {story.NAME} a répondu",
        due_on=date.today() + timedelta(days=3),
        function_id=function.pk,
    )
    return state()


def take_in(told: story.Story) -> dict[str, Any]:
    """Import the files, heard as the worker hears."""
    with BackgroundKeeper(hear) as keeper:
        report = import_files([told.hers, told.others], acting_user=None, work=keeper.wait)
    totals: dict[str, Any] = report.as_json()["totals"]
    return totals


def take_in_and_look(folder: Path) -> dict[str, Any]:
    """Import again what was forgotten, and search while the database is still open."""
    totals = take_in(story.write(folder))
    return {**totals, "found": found_in(Path(settings.HOME), [*story.WHO, *story.WORDS])}


def erase() -> dict[str, Any]:
    """Forget Maryse by one of her accounts."""
    keeper = Keeper(Claim(), hear)
    done = forget.forget(keeper, acting_user=None, account=story.MARYSE)
    keeper.claim.release()
    return {"proof": done.proof, "steps": done.steps}


def crashes(when: str, folder: Path) -> dict[str, Any]:
    """Forget Maryse in a process that is killed at each step once, and started again each time.

    Killed ``before`` a step begins, or ``after`` its work is done and before that is noted.
    """
    tried = folder / "tried"
    tried.touch()
    kills = 0
    while True:
        process = multiprocessing.get_context("fork").Process(target=_cut_off, args=(when, tried))
        process.start()
        process.join()
        if process.exitcode == 0:
            break
        assert process.exitcode == -signal.SIGKILL, process.exitcode
        kills += 1
        assert kills < 100
    return {"kills": kills, "steps": tried.read_text().splitlines()}


def _cut_off(when: str, tried: Path) -> None:
    def die_once(step: str) -> None:
        if step not in tried.read_text().splitlines():
            with tried.open("a") as file:
                file.write(f"{step}\n")
            os.kill(os.getpid(), signal.SIGKILL)

    if when == "before":
        keeper = Keeper(Claim(), hear)
        forget.forget(
            keeper,
            acting_user=None,
            account=story.MARYSE,
            watch=lambda step, _: die_once(step),
        )
        return
    note, finish = erasures.step_done, erasures.finish

    def dying(number: int, step: str, **more: Any) -> None:
        die_once(step)
        note(number, step, **more)

    def dying_at_last(number: int, proof: Any) -> None:
        die_once("verify")
        finish(number, proof)

    erasures.step_done, erasures.finish = dying, dying_at_last
    # By the worker, as after a start: the command asked, and was killed with everything else.
    if not erasures.unfinished() and not tried.read_text():
        erasures.ask_for_erasure(acting_user=None, account=story.MARYSE)
    work()


def work() -> dict[str, Any]:
    """Turn the loop as the worker does after a start, until nothing is left to do."""
    keeper = Keeper(Claim(), hear)
    for _ in range(500):
        if not turn(keeper, flush=True, measure=False).was_busy:
            break
    keeper.claim.release()
    return state()


def delete(folder: Path) -> dict[str, Any]:
    """Hear that Maryse deleted one of her posts, and turn the worker's loop."""
    gone = story.act(
        "Delete",
        story.MARYSE,
        f"{story.DELETED}/d",
        {"id": story.DELETED, "type": "Tombstone"},
        "2026-02-07T12:00:00Z",
    )
    path = folder / "deletion.jsonl"
    path.write_bytes(orjson.dumps(gone) + b"\n")
    with BackgroundKeeper(hear) as keeper:
        import_files([path], acting_user=None, work=keeper.wait)
    return work()


def retain(kind: str, days: str) -> dict[str, Any]:
    """Keep what files brought for some days only, and turn the worker's loop."""
    source = Source.objects.get(slug="file:activitystreams")
    keeping_rules.keep_for(
        acting_user=Member.objects.get(), source_id=source.pk, kind=kind, days=int(days)
    )
    return work()


def again() -> dict[str, Any]:
    """What a restore does at its end: forget again what the ledger says."""
    return {"forgotten": forget.forget_again(ledger.read())}


def state() -> dict[str, Any]:
    """How things stand in the working set."""
    newest = Erasure.objects.order_by("-pk").first()
    return {
        "people": Person.objects.count(),
        "accounts": sorted(Account.objects.values_list("uri", flat=True)),
        "conversations": Conversation.objects.count(),
        "messages": sorted(Message.objects.values_list("text", flat=True)),
        "outgoing": Outgoing.objects.count(),
        "forgotten": Forgotten.objects.count(),
        "members": Member.objects.count(),
        "erasure": None if newest is None else newest.state,
        "sealed": newest is not None and newest.sealed is not None,
        "proof": {} if newest is None else newest.proof,
        "now": timezone.now().isoformat(),
    }


def main() -> None:
    what, *more = sys.argv[1:]
    deeds: dict[str, Callable[..., dict[str, Any]]] = {
        "build": lambda folder: build(Path(folder)),
        "take_in": lambda folder: take_in(story.write(Path(folder))),
        "take_in_and_look": lambda folder: take_in_and_look(Path(folder)),
        "erase": erase,
        "crashes": lambda when, folder: crashes(when, Path(folder)),
        "work": work,
        "again": again,
        "delete": lambda folder: delete(Path(folder)),
        "retain": retain,
        "state": state,
    }
    sys.stdout.buffer.write(orjson.dumps(deeds[what](*more)))


if __name__ == "__main__":
    main()
