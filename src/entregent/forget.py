"""Forgetting somebody, readable in one sitting.

Note whom; write it to the ledger; find what the record holds of them; remove it from every app's
tables and from the lake; clean what lay underneath. Then mask what other people's texts say of
them, look through every file, and keep a proof that names nobody.

Every step may be cut off anywhere and is done again from its beginning by the next turn, here or in
the worker. What has to be known in between is sealed in the erasure's row, and goes with the end.
"""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import structlog
from django.db import transaction

from entregent import ledger, proof
from entregent.apps.address import forgetting as address
from entregent.apps.coordinate import forgetting as coordinate
from entregent.apps.listen import deleting, journal
from entregent.apps.listen import forgetting as listen
from entregent.apps.listen.keeper import Keeper
from entregent.apps.listen.keyring import account_key
from entregent.apps.listen.lease import Claim, held
from entregent.apps.listen.queries import local_day
from entregent.apps.listen.tidying import tidy as tidy_database
from entregent.apps.measure import forgetting as measure
from entregent.apps.organisation import forgetting as organisation
from entregent.apps.organisation.queries import Member
from entregent.apps.outbox import forgetting as outbox
from entregent.apps.remember import erasures
from entregent.apps.remember import forgetting as remember
from entregent.apps.remember.erasures import ErasureLine, State
from entregent.apps.understand import forgetting as understand
from entregent.lake.errors import LostRace

if TYPE_CHECKING:
    from entregent.lake.masking import Known, Mask
    from entregent.lake.mentions import Slice
    from entregent.lake.rewriting import Changed

log = structlog.get_logger("entregent.forget")

Watch = Callable[[str, ErasureLine], None]
"""Told each step's name before it is done."""


STEPS_FOR_S: Final = 2.0
"""For how long a turn of the worker begins new steps."""


class _NotNow(Exception):
    """A step that has to wait: somebody else writes, or something is still on its way."""


def forget(
    keeper: Keeper,
    *,
    acting_user: Member | None,
    account: str = "",
    person_id: int | None = None,
    watch: Watch | None = None,
) -> ErasureLine:
    """Forget a person now, and return the erasure with its proof.

    Parameters
    ----------
    keeper
        Does the lake's part if nobody else holds the lease; otherwise the worker that does.
    acting_user, account, person_id
        As for `entregent.apps.remember.erasures.ask_for_erasure`.
    watch
        Told how far things are.
    """
    number = erasures.ask_for_erasure(acting_user=acting_user, account=account, person_id=person_id)
    return see_through(keeper, number, watch=watch)


def see_through(keeper: Keeper, number: int, *, watch: Watch | None = None) -> ErasureLine:
    """Go on with an erasure until it is done, or wait while the worker does."""
    while True:
        line = erasures.erasure(number)
        if line.is_done:
            return line
        if keeper.claim.take():
            try:
                _do(keeper, line, watch)
                continue
            except (LostRace, _NotNow):
                pass
        elif watch is not None:
            watch(_next(line), line)
        time.sleep(0.2)


def go_on(keeper: Keeper) -> bool:
    """Do the next steps of the oldest erasure, for a moment; whether there were any.

    For the worker's turn: listening goes on between two of them. A step that fails is tried again
    later; the worker goes on with its other work.
    """
    until = time.monotonic() + STEPS_FOR_S
    worked = False
    while time.monotonic() < until and _one_step(keeper):
        worked = True
    return worked


def _one_step(keeper: Keeper) -> bool:
    line = erasures.next_due()
    if line is None or not keeper.claim.take():
        return False
    try:
        _do(keeper, line, None)
    except LostRace:
        return False
    except _NotNow:
        erasures.step_failed(line.id)
        return False
    except Exception as error:  # noqa: BLE001 (told by its kind alone: a message may quote words)
        log.error("forget.step_failed", erasure=line.id, error=type(error).__name__)
        erasures.step_failed(line.id)
    return True


def forget_again(entries: Sequence[ledger.Entry], keeper: Keeper | None = None) -> int:
    """Forget again what a ledger says was forgotten: after a restore, when it may all be back.

    Parameters
    ----------
    entries
        Of the ledger.
    keeper
        Whoever restores, holding the lease; a new one if left out.

    Returns
    -------
    int
        How many people, accounts and objects were forgotten again.
    """
    accounts = {entry.key for entry in entries if entry.kind == "account"}
    objects = [entry.key for entry in entries if entry.kind == "object"]
    own = keeper or Keeper(Claim())
    done = 0
    try:
        if accounts:
            listen.forget_keys(accounts=accounts)
            # One erasure for all: what was one person's is not told apart from another's.
            row = erasures.add_erasure(None, accounts, None, _nobody())
            see_through(own, row.pk)
            done += len(accounts)
            while (person_id := remember.person_with(accounts)) is not None:
                row = erasures.add_erasure(None, set(), person_id, _nobody())
                see_through(own, row.pk)
        if objects:
            _require(listen.keep_all(lambda: own.turn(flush=True).was_busy))
            coordinate.withdraw_objects(set(objects))
            done += deleting.forget_objects(own, objects)
    finally:
        if keeper is None:
            own.claim.release()
    return done


def daily(keeper: Keeper) -> bool:
    """The daily pass, where it is due: deleted posts, and what may be kept no longer.

    What is deleted at its origin is forgotten the same way: its words leave the record, and the
    ledger sees to it that a restored backup does not bring them back.
    """
    if not deleting.pass_is_due() or not keeper.claim.take():
        return False

    def note(objects: Collection[int]) -> None:
        before = {entry.key for entry in ledger.read() if entry.kind == "object"}
        fresh = [ledger.Entry("object", key) for key in objects if key not in before]
        if fresh:
            ledger.append(fresh)

    def forget_texts(addresses: Sequence[str]) -> None:
        coordinate.forget_texts(addresses)
        understand.forget_texts(addresses)

    gone = deleting.daily_pass(keeper, note, forget_texts)
    if gone is None:
        return False
    if gone.emptied or gone.removed:
        tidy_database({"coordinate_message"}, lambda _: True)
    return True


# Steps


def _do(keeper: Keeper, line: ErasureLine, watch: Watch | None) -> None:
    """Do the next step of an erasure, holding the lease."""
    name = _next(line)
    if watch is not None:
        watch(name, line)
    begun = time.monotonic()
    with held(keeper.claim):
        if name.startswith(_MASK):
            found = _mask_lake(keeper, line, name.removeprefix(_MASK))
        else:
            found = _STEPS[name](keeper, line)
    if name == _LAST:
        erasures.finish(line.id, proof.of(line, found))
        _empty_log()
        return
    state = State.MASKING if name == "tidy" else None
    erasures.step_done(
        line.id, name, seconds=time.monotonic() - begun, state=state, **_as_outcome(found)
    )


def _as_outcome(found: Mapping[str, Any]) -> dict[str, Any]:
    """What a step gives: counts, and what the next ones have to know."""
    named = {name: found[name] for name in ("known", "found") if name in found}
    return {"counts": {name: n for name, n in found.items() if name not in named}, **named}


def _next(line: ErasureLine) -> str:
    """Name of the next step: fixed ones, with a slice of the lake at a time between them."""
    for name in _STEPS:
        if name == "words":
            for part in _slices():
                if _MASK + part.name not in line.steps:
                    return _MASK + part.name
        if name not in line.steps:
            return name
    return _LAST


def _note(keeper: Keeper, line: ErasureLine) -> dict[str, Any]:
    """Gather by what they are known, and note their keys so that nothing more of them comes in."""
    from entregent.lake.erasing import known_of
    from entregent.lake.masking import Known

    del keeper
    known = line.known | remember.known_here(line.account_keys, line.person_id)
    with journal.open_record(tables=("accounts", "activities")) as record:
        known |= known_of(record, line.account_keys)
    known |= Known(handles=remember.handles_in(known.addresses))
    keys = {*line.account_keys, *map(account_key, known.addresses)}
    return {"noted": listen.forget_keys(accounts=keys), "known": known}


def _write_ledger(keeper: Keeper, line: ErasureLine) -> dict[str, Any]:
    """Write the erasure down outside the data folder: a backup restored later obeys it."""
    del keeper
    keys = erasures.account_keys_of(line.person_id, line.account_keys)
    before = {entry.key for entry in ledger.read()}
    fresh = [ledger.Entry("account", key) for key in keys if key not in before]
    if fresh:
        ledger.append(fresh)
    return {"written": len(fresh)}


def _find(keeper: Keeper, line: ErasureLine) -> dict[str, Any]:
    """Keep everything that waits, then find what the record holds of them."""
    from entregent.lake.erasing import find

    _require(listen.keep_all(lambda: keeper.turn(flush=True).was_busy))
    lake = journal.lake()
    with proof.kept(("activities", "aliases")) as record:
        found, known = find(record, lake, line.account_keys, line.known)
    listen.forget_keys(objects=found.objects)
    return {
        "activities": sum(map(len, found.own.values())),
        "pointing": sum(map(len, found.pointing.values())),
        "objects": len(known.objects),
        "known": known,
        "found": found.as_json(),
    }


def _forget_in_apps(keeper: Keeper, line: ErasureLine) -> dict[str, Any]:
    """Each app's part, the last one first: who they are is known until the end."""
    del keeper
    who = remember.leaving(line.account_keys, line.person_id, line.known)
    hours = line.found.get("hours") or []
    first = local_day(datetime.fromtimestamp(hours[0] * 3600, UTC)) if hours else None
    counts: dict[str, int] = {}
    for part in (
        measure.forget_account(who, first),
        coordinate.forget_account(who),
        outbox.forget_account(who),
        remember.forget_account(who),
        understand.forget_account(who),
        listen.forget_account(who),
    ):
        counts |= {name: number for name, number in part.items() if number}
    return counts


def _erase_activities(keeper: Keeper, line: ErasureLine) -> dict[str, Any]:
    """Their deeds and words go from the lake; other people's rows stay, without them."""
    from entregent.lake.erasing import Found, erase_activities
    from entregent.lake.forgotten import Scrubber
    from entregent.lake.refolding import refold

    scrubber = Scrubber(listen.forgotten_keys(), _mask_of(line.known))
    lake, guard, found = journal.lake(), _guard(keeper), Found(**line.found)
    with proof.kept(("activities", "labels")) as record:

        def words(changes: "Sequence[Changed]") -> None:
            refold(record, lake, changes, guard)

        return dict(erase_activities(record, lake, found, scrubber, guard, words))


def _erase_tables(keeper: Keeper, line: ErasureLine) -> dict[str, Any]:
    """Raw payloads, labels, marks, links, series, and what was told of their accounts."""
    from entregent.lake.erasing import HELD, Found, erase_table

    found, lake = Found(**line.found), journal.lake()
    counts = {}
    for name in HELD:
        _guard(keeper)()
        with proof.kept((name,)) as record:
            counts[name] = erase_table(record, lake, name, found, line.known)
    return counts


def _reopen(keeper: Keeper, line: ErasureLine) -> dict[str, Any]:
    """Count the hours again in which they did something: nobody is to be singled out."""
    del keeper
    from entregent.apps.listen import rollups

    hours = line.found.get("hours") or []
    with transaction.atomic():
        rollups.reopen_hours(hours)
    return {"hours": len(hours)}


def _tidy(keeper: Keeper, line: ErasureLine) -> dict[str, Any]:
    """Remove replaced files of the lake, its log, and what lies in the database's free pages."""
    from entregent.lake.erasing import tidy
    from entregent.lake.schema import TABLES
    from entregent.lake.searching import holds

    files = tidy(journal.lake(), TABLES, _guard(keeper))
    terms = _mask_of(line.known).terms
    database = tidy_database(_tables_touched(line), lambda path: holds(path, terms))
    if not database["log_emptied"] and "vacuumed" not in database:
        # Somebody reads for long: what they hold back is cut at the next try.
        raise _NotNow
    return {"files": sum(files.values()), **database}


def _mask_lake(keeper: Keeper, line: ErasureLine, name: str) -> dict[str, Any]:
    """Mask what other people's texts of one table and month say of them."""
    from entregent.lake.forgotten import Scrubber
    from entregent.lake.mentions import mask_slice

    part = next(each for each in _slices() if each.name == name)
    mask = _mask_of(line.known)
    scrubber: Scrubber = Scrubber(listen.forgotten_keys(), mask)
    tables = ("activities", "labels") if part.table == "activities" else (part.table,)
    with proof.kept(tables) as record:
        rows = mask_slice(record, journal.lake(), part, mask, scrubber, _guard(keeper))
    return {"rows": rows}


def _mask_apps(keeper: Keeper, line: ErasureLine) -> dict[str, Any]:
    """Mask what texts of every app say of them."""
    del keeper
    mask = _mask_of(line.known)
    parts = {
        "measure": measure.mask_account(mask),
        "address": address.mask_account(mask),
        "coordinate": coordinate.mask_account(mask),
        "outbox": outbox.mask_account(mask),
        "remember": remember.mask_account(mask),
        "understand": understand.mask_account(mask),
        "listen": listen.mask_account(mask),
        "organisation": organisation.mask_account(mask),
    }
    return {name: rows for name, rows in parts.items() if rows}


def _verify(keeper: Keeper, line: ErasureLine) -> dict[str, Any]:
    """Look through every file of the data folder, unpacked, for what they were known by."""
    _require(listen.keep_all(lambda: keeper.turn(flush=True).was_busy))
    return proof.look_through(line, _mask_of(line.known))


_MASK: Final = proof.MASKING
_LAST: Final = "verify"
_STEPS: Final[dict[str, Callable[[Keeper, ErasureLine], dict[str, Any]]]] = {
    "note": _note,
    "ledger": _write_ledger,
    "find": _find,
    "apps": _forget_in_apps,
    "activities": _erase_activities,
    "tables": _erase_tables,
    "counts": _reopen,
    "tidy": _tidy,
    "words": _mask_apps,
    "tidy again": _tidy,
    _LAST: _verify,
}


# Helpers


def _slices() -> "list[Slice]":
    from entregent.lake.mentions import slices

    return slices(journal.lake())


def _mask_of(known: "Known") -> "Mask":
    """A mask whose words are those of each text's language."""
    from entregent.lake.masking import Mask
    from entregent.understanding.language import Languages

    languages = Languages(("fr", "en"))
    return Mask(known, lambda text: languages.of(text).language or "fr")


def _nobody() -> "Known":
    from entregent.lake.masking import Known

    return Known()


def _guard(keeper: Keeper) -> Callable[[], None]:
    def still_ours() -> None:
        if not keeper.claim.take():
            raise LostRace("another keeper took over")

    return still_ours


def _require(done: bool) -> None:
    if not done:
        raise _NotNow


def _tables_touched(line: ErasureLine) -> set[str]:
    named = set(line.counts.get("apps", {}))
    return named | {"listen_batch", "listen_landedchunk", "remember_erasure"}


def _empty_log() -> None:
    from entregent.apps.listen.tidying import empty_log

    empty_log()
