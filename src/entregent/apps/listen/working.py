"""A keeper that works in the background of a command, while nobody else does."""

import threading
from types import TracebackType
from typing import Self

from django.db import connection

from entregent.apps.listen.keeper import Hear, Keeper
from entregent.apps.listen.lease import Claim
from entregent.lake.errors import LostRace

PAUSE_S = 0.05


class BackgroundKeeper:
    """Context in which what lands is admitted and kept, by this process or by the one that runs.

    On leaving, everything that this process may keep is in the lake, and the lease is given back.

    Parameters
    ----------
    hear
        As in `Keeper`.
    """

    def __init__(self, hear: Hear | None = None) -> None:
        self._keeper = Keeper(Claim(), hear)
        self._stop = threading.Event()
        self._hurry = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name="keeper", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()
        if error is None:
            self.check()

    def wait(self) -> None:
        """Pause for a moment, and have what landed admitted soon.

        Raises what stopped the work, if something did.
        """
        self._hurry.set()
        self._stop.wait(PAUSE_S)
        self.check()

    def check(self) -> None:
        """Raise what stopped the work, if something did."""
        if self._failure is not None:
            raise self._failure

    def _work(self) -> None:
        try:
            while not self._stop.is_set():
                if not self._turn(flush=False):
                    self._stop.wait(PAUSE_S)
            while self._turn(flush=True):
                pass
        except BaseException as error:  # noqa: BLE001 (told to whoever waits, by `check`)
            self._failure = error
        finally:
            self._keeper.claim.release()
            connection.close()

    def _turn(self, *, flush: bool) -> bool:
        try:
            hurry = self._hurry.is_set()
            self._hurry.clear()
            return self._keeper.turn(hurry=hurry, flush=flush).was_busy
        except LostRace:
            # Another keeper has the lease: what it does is as good as what we would do.
            return False
