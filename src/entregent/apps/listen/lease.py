"""The lease: one keeper at a time, and another as soon as it is gone.

A holder renews its lease while it works. It passes on when it expires, or at once when its holder
ran on this machine and is seen to be dead.
"""

import os
import secrets
import socket
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from time import monotonic

from django.db import transaction
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
        if other not in {"", self.holder} and until > now and not is_dead(other):
            # Only looked at: whoever waits for the lease does not hold up who has it.
            return False
        with transaction.atomic():
            Lease.objects.get_or_create(name=KEEPER, defaults={"expires_at": now})
            free = Q(holder=self.holder) | Q(expires_at__lte=now) | Q(holder=other)
            return bool(
                Lease.objects.filter(free, name=KEEPER).update(
                    holder=self.holder, expires_at=now + LENGTH
                )
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
