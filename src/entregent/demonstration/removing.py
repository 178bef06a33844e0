"""Removing the demonstration: one click, and nothing of it is left.

What is in the database goes at once. The record belongs to the keeper: it removes its part as soon
as it sees that the demonstration's sources stand in a house that is none any more.
"""

from entregent.apps.address import demo as address
from entregent.apps.coordinate import demo as coordinate
from entregent.apps.listen import demo as listen
from entregent.apps.listen.keeper import Keeper
from entregent.apps.measure import demo as measure
from entregent.apps.measure.actions import mark_all_dirty
from entregent.apps.organisation import demo as organisation
from entregent.apps.organisation.queries import Member
from entregent.apps.outbox import demo as outbox
from entregent.apps.remember import demo as remember
from entregent.apps.understand import demo as understand


def remove(*, acting_user: Member | None) -> bool:
    """Remove the demonstration from the working set.

    Parameters
    ----------
    acting_user
        An owner, or None at the command line.

    Returns
    -------
    bool
        Whether an organisation remains, because people who exist work in it.
    """
    organisation.require_may_remove(acting_user)
    measure.remove_demonstration()
    address.remove_demonstration()
    coordinate.remove_demonstration()
    outbox.remove_demonstration()
    remember.remove_demonstration()
    understand.remove_demonstration()
    return organisation.remove_demonstration()


def finish(keeper: Keeper) -> bool:
    """Remove from the record what a removed demonstration left there; whether there was anything.

    Called by whoever turns the loop, and does nothing without the lease.
    """
    if not listen.is_left_behind() or not keeper.claim.take():
        return False
    while keeper.turn(flush=True).was_busy:
        pass
    remove_from_lake()
    return True


def remove_from_lake() -> None:
    """Remove the demonstration's part of the record; the caller holds the lease."""
    listen.remove_channels()
    mark_all_dirty()
