"""One turn of the loop, readable in one sitting.

Take what sources bring; understand it; remember who spoke; bring it to the function that can act;
keep it; forget who asked for it; send what is due; count again what has changed; measure what
campaigns added.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from entregent import forget
from entregent.apps.address.marking import marks
from entregent.apps.coordinate.actions import route, take_back
from entregent.apps.listen.feeding import ask_due_feeds
from entregent.apps.listen.keeper import Heard, Keeper
from entregent.apps.listen.rechecking import recheck_due
from entregent.apps.listen.rollups import is_late, refresh_due
from entregent.apps.measure.actions import count_due, mark_dirty, origins_of
from entregent.apps.measure.actions_findings import measure_due
from entregent.apps.outbox.channels import senders
from entregent.apps.outbox.sending import send_due, take_answers
from entregent.apps.remember.actions import name_accounts, remember_accounts
from entregent.apps.remember.queries import our_accounts
from entregent.apps.understand.hearing import labels, understand
from entregent.apps.understand.queries import corrected_labels
from entregent.lake.errors import LostRace

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class LoopTurn:
    """What one turn did.

    Feeds asked, chunks admitted, batches kept, letters sent, days counted, campaigns measured,
    hours counted for the roll-ups, steps of forgetting.
    """

    asked: int
    admitted: int
    kept: int
    sent: int = 0
    counted: int = 0
    measured: int = 0
    rolled_up: int = 0
    forgotten: int = 0

    @property
    def was_busy(self) -> bool:
        """Whether the next turn should follow at once."""
        heard = self.asked or self.admitted or self.kept
        counted = self.counted or self.measured or self.rolled_up
        return bool(heard or self.sent or counted or self.forgotten)


def hear(tables: "Mapping[str, pa.Table]") -> Heard:
    """Understand admitted rows now; remember and coordinate when their batch gets its number."""
    rows, told = tables.get("activities"), tables.get("accounts")
    origins = origins_of(rows) if rows is not None else {}
    said = understand(rows) if rows is not None else []

    def settle() -> None:
        if rows is not None:
            accounts = remember_accounts(said, rows)
            route(said, accounts)
            mark_dirty(rows, origins)
        if told is not None:
            name_accounts(told)

    ours = {account.uri for account in our_accounts()}
    made = marks(rows, said, ours) if rows is not None else None
    return Heard(labels(said) if said else None, settle, made)


def turn(
    keeper: Keeper, *, flush: bool = False, count: bool = True, measure: bool = True
) -> LoopTurn:
    """Turn once; the keeper hears by `hear`, and `flush` keeps at once what would wait.

    Counting has its price, whatever the number of new rows: it waits for a moment when nothing else
    is to be done, and for `count`. So does measuring, one campaign in a turn, and for `measure`.
    Roll-ups wait so, too, but for a minute at most.
    """
    asked = ask_due_feeds() + recheck_due()
    sent = _send()
    try:
        done = keeper.turn(flush=flush)
        # One step in each turn, however busy: whoever asked to be forgotten does not wait.
        forgotten = int(forget.go_on(keeper))
        if not done.was_busy:
            keeper.compact_if_due()
            forgotten += forget.daily(keeper)
        rolled_up = 0
        if count and (not done.was_busy or is_late()):
            rolled_up = refresh_due(keeper.claim, corrected_labels)
    except LostRace:
        # Somebody else is the keeper now, and does this work.
        return LoopTurn(asked, 0, 0, sent)
    is_idle = not (done.was_busy or sent)
    # Days are counted from the record, but who spoke before is told by the roll-ups.
    counted = count_due() if count and is_idle and not rolled_up else 0
    measured = measure_due() if measure and is_idle and not counted else 0
    return LoopTurn(asked, done.admitted, done.kept, sent, counted, measured, rolled_up, forgotten)


def _send() -> int:
    """Hand over what is due; what did not leave waits again for the one who wrote it."""
    now = timezone.now()
    outcomes = send_due(senders(), now)
    take_back(keys=[outcome.key for outcome in outcomes if outcome.state == "failed"])
    return len(outcomes) + take_answers(now)
