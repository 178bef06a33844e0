"""The lease: one keeper at a time, and another as soon as it is gone.

A holder renews its lease while it works. It passes on when it expires, or at once when its holder
ran on this machine and is seen to be dead.
"""

import os
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic

from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from entregent.apps.listen.models import Lease

KEEPER = "keeper"
LENGTH = timedelta(seconds=30)
RENEW_AFTER_S = 5.0


def _boot() -> str:
    with suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()[:8]
    return "-"


def _started(pid: int) -> str:
    """When a process began, as the system counts: a number may be used again by another."""
    with suppress(OSError, IndexError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    return "-"


def is_dead(holder: str) -> bool:
    """Whether a holder ran here and runs no more; False where that cannot be told."""
    parts = holder.split("/")
    if len(parts) != 5 or parts[0] != socket.gethostname():
        return False
    _, boot, pid, started, _ = parts
    if boot != _boot():
        return True
    if not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return started not in {"-", _started(int(pid))}


@dataclass
class Claim:
    """One process's claim to be the keeper.

    Attributes
    ----------
    holder
        Who asks: machine, boot, process, its start, and a word that tells two claims apart.
    """

    holder: str = field(
        default_factory=lambda: "/".join(
            (
                socket.gethostname(),
                _boot(),
                str(os.getpid()),
                _started(os.getpid()),
                secrets.token_hex(4),
            )
        )
    )

    _renewed_s: float = field(default=float("-inf"), init=False)
    _other: tuple[str, datetime, float] | None = field(default=None, init=False)

    def take(self) -> bool:
        """Take or renew the lease; False while somebody else holds it."""
        if monotonic() - self._renewed_s < RENEW_AFTER_S:
            return True
        if not self._take():
            return False
        self._renewed_s = monotonic()
        return True

    def _take(self) -> bool:
        now = timezone.now()
        found = Lease.objects.filter(name=KEEPER).values_list("holder", "expires_at").first()
        other, until = found or ("", now)
        is_theirs = other not in {"", self.holder} and until > now and not is_dead(other)
        if is_theirs and not self._is_silent(other, until):
            # Only looked at: whoever waits for the lease does not hold up who has it.
            return False
        with transaction.atomic():
            Lease.objects.get_or_create(name=KEEPER, defaults={"expires_at": now})
            free = Q(holder=self.holder) | Q(expires_at__lte=now)
            free |= Q(holder=other, expires_at=until)
            return bool(
                Lease.objects.filter(free, name=KEEPER).update(
                    holder=self.holder, expires_at=now + LENGTH
                )
            )

    def _is_silent(self, other: str, until: datetime) -> bool:
        """Whether we saw a holder not renew for as long as a lease lasts, whatever clocks say."""
        if self._other is None or self._other[:2] != (other, until):
            self._other = other, until, monotonic()
        return monotonic() - self._other[2] > LENGTH.total_seconds()

    def renew(self) -> None:
        """Make the lease last longer, if it is still ours."""
        Lease.objects.filter(name=KEEPER, holder=self.holder, expires_at__gt=timezone.now()).update(
            expires_at=timezone.now() + LENGTH
        )

    def is_held(self) -> bool:
        """Whether the lease is still ours, with time enough for one more step."""
        soonest = timezone.now() + LENGTH / 3
        return Lease.objects.filter(
            name=KEEPER, holder=self.holder, expires_at__gt=soonest
        ).exists()

    def release(self) -> None:
        """Give the lease back."""
        self._renewed_s = float("-inf")
        Lease.objects.filter(name=KEEPER, holder=self.holder).update(
            holder="", expires_at=timezone.now()
        )


def is_at_work() -> bool:
    """Whether a keeper holds the lease, and is not seen to be dead."""
    found = Lease.objects.filter(name=KEEPER, expires_at__gt=timezone.now()).first()
    return found is not None and bool(found.holder) and not is_dead(found.holder)


def free() -> None:
    """Take the lease from whoever had it: after a restore it is of a process that is gone."""
    Lease.objects.filter(name=KEEPER).update(holder="", expires_at=timezone.now())


@contextmanager
def held(claim: Claim) -> Iterator[None]:
    """Context in which a claim that holds the lease keeps it, however long a step takes."""
    done = threading.Event()

    def renew() -> None:
        try:
            while not done.wait(RENEW_AFTER_S):
                with suppress(DatabaseError):
                    claim.renew()
        finally:
            connection.close()

    thread = threading.Thread(target=renew, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
