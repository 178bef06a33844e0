"""``entregent loop`` and ``entregent lake compact``: the work behind the site."""

import os
import signal
import threading
import time
from contextlib import suppress

import structlog
from django.db import close_old_connections

from entregent.apps.listen.keeper import Keeper
from entregent.apps.listen.lease import Claim
from entregent.cli.output import PlainError
from entregent.demonstration.colleagues import act
from entregent.demonstration.removing import finish
from entregent.lake.errors import LakeError, LostRace
from entregent.loop import hear, turn

PAUSE_S = 1.0
COUNT_EVERY_S = 20.0
MEASURE_EVERY_S = 20.0
REST_S = 15.0

log = structlog.get_logger("entregent.loop")


def work(*, once: bool, parent: int = 0) -> int:
    """Turn the loop until told to stop, or once; returns the exit code.

    With a `parent`, it also ends when that process is no longer ours: a site that was killed
    leaves no worker behind.
    """
    keeper = Keeper(Claim(), hear)
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    try:
        if once:
            while turn(keeper, flush=True).was_busy:
                pass
            return 0
        counted_at_s = measured_at_s = float("-inf")
        while not stop.is_set() and parent in {0, os.getppid()}:
            try:
                now = time.monotonic()
                measure = now - measured_at_s >= MEASURE_EVERY_S
                done = turn(keeper, count=now - counted_at_s >= COUNT_EVERY_S, measure=measure)
                counted_at_s = now if done.counted else counted_at_s
                # One measurement follows the other; once nothing is due, it is not asked at once.
                measured_at_s = now if measure and not done.was_busy else measured_at_s
                busy = done.was_busy or act() or finish(keeper)
            except LakeError:
                raise
            except Exception as error:  # noqa: BLE001 (a worker goes on after a bad turn)
                log.error("loop.turn_failed", error=type(error).__name__)
                # A server that was restarted: its next turn begins with a new connection.
                close_old_connections()
                stop.wait(REST_S)
                continue
            if not busy:
                stop.wait(PAUSE_S)
        # What waits is kept before we go; everything else goes on where it stood.
        with suppress(LostRace):
            while keeper.turn(flush=True).was_busy:
                pass
    except LakeError as error:
        raise PlainError(str(error)) from None
    finally:
        keeper.claim.release()
    return 0


def compact_lake() -> int:
    """Merge the lake's small files now; returns the exit code."""
    keeper = Keeper(Claim())
    try:
        removed = keeper.compact()
    except LakeError as error:
        raise PlainError(str(error)) from None
    finally:
        keeper.claim.release()
    if removed is None:
        raise PlainError("another keeper is at work, and compacts by itself; nothing to do here")
    print(", ".join(f"{name}: {number} files merged" for name, number in removed.items()))
    return 0
