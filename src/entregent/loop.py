"""One turn of the loop, readable in one sitting: take what sources bring, and keep it.

Understanding, remembering and coordinating take their place between the two as they are built.
"""

from dataclasses import dataclass

from entregent.apps.listen.feeding import ask_due_feeds
from entregent.apps.listen.keeper import Keeper
from entregent.lake.errors import LostRace


@dataclass(frozen=True)
class LoopTurn:
    """What one turn did: feeds asked, chunks admitted, batches kept in the lake."""

    asked: int
    admitted: int
    kept: int

    @property
    def was_busy(self) -> bool:
        """Whether the next turn should follow at once."""
        return bool(self.asked or self.admitted or self.kept)


def turn(keeper: Keeper, *, flush: bool = False) -> LoopTurn:
    """Take, then keep; `flush` keeps at once what would wait for company."""
    asked = ask_due_feeds()
    try:
        done = keeper.turn(flush=flush)
        if not done.was_busy:
            keeper.compact_if_due()
    except LostRace:
        # Somebody else is the keeper now, and does this work.
        return LoopTurn(asked, 0, 0)
    return LoopTurn(asked, done.admitted, done.kept)
