"""Whom and what this instance has forgotten, by keyed hashes; and the journal's part of it."""

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from entregent.apps.listen.keyring import account_key, hidden_key
from entregent.apps.listen.models import Batch, Forgotten, LandedChunk, Source
from entregent.apps.organisation.forgetting import Mask, mask_texts
from entregent.lake import keys
from entregent.lake.masking import Known

if TYPE_CHECKING:
    from entregent.lake.forgotten import ForgottenKeys

_SOME = 5_000


@dataclass
class _Read:
    """What was read of the table so far: rows are only ever added to it."""

    last: tuple[int, str] | None = None
    keys: "ForgottenKeys | None" = None


_read = _Read()


def forgotten_keys() -> "ForgottenKeys":
    """Everything that is forgotten, for admission; read once, and then only what is new."""
    from entregent.lake.forgotten import ForgottenKeys

    rows = Forgotten.objects.order_by("pk")
    newest = rows.values_list("pk", "token").last()
    known = _read.keys or ForgottenKeys(account_key, hidden_key)
    if newest == _read.last:
        return known
    # Another database, as after a restore, does not hold the very row that was read last.
    before = _read.last or (0, "")
    if not rows.filter(pk=before[0], token=before[1]).exists():
        before, known = (0, ""), ForgottenKeys(account_key, hidden_key)
    accounts, objects = set(known.accounts), dict(known.objects)
    fresh = rows.filter(pk__gt=before[0]).values_list("kind", "key", "token")
    for kind, key, token in fresh.iterator():
        if kind == Forgotten.Kind.ACCOUNT:
            accounts.add(key)
        else:
            objects[key] = token
    known = ForgottenKeys(account_key, hidden_key, frozenset(accounts), objects)
    _read.keys, _read.last = known, newest
    return known


@transaction.atomic
def forget_keys(*, accounts: Iterable[int] = (), objects: Iterable[int] = ()) -> int:
    """Note keys of accounts and of objects as forgotten; returns how many are new.

    Parameters
    ----------
    accounts
        As ``actor_key``.
    objects
        As ``object_key``; they are hidden before they are written.
    """
    kinds = Forgotten.Kind
    wanted = [(kinds.ACCOUNT, key) for key in accounts]
    wanted += [(kinds.OBJECT, hidden_key(key)) for key in objects]
    before = Forgotten.objects.count()
    now = timezone.now()
    for start in range(0, len(wanted), _SOME):
        Forgotten.objects.bulk_create(
            (
                Forgotten(kind=kind, key=key, token=secrets.token_hex(8), at=now)
                for kind, key in dict.fromkeys(wanted[start : start + _SOME])
            ),
            ignore_conflicts=True,
        )
    return Forgotten.objects.count() - before


def tokens_of(uris: Iterable[str]) -> Mapping[str, str]:
    """What stands for some forgotten objects, by their addresses."""
    forgotten = forgotten_keys()
    found = {uri: forgotten.token_of(keys.object_key(uri)) for uri in uris}
    return {uri: token for uri, token in found.items() if token is not None}


def keep_all(turn: Callable[[], bool]) -> bool:
    """Turn the keeper until what waits now is in the lake; False if it could not go on.

    Parameters
    ----------
    turn
        One turn that keeps everything it can; gives whether it was busy.
    """
    last = LandedChunk.objects.aggregate(last=Max("pk"))["last"] or 0
    landed = LandedChunk.objects.filter(body__isnull=False, pk__lte=last)
    while landed.exists() or Batch.objects.exists():
        if not turn():
            return False
    return True


@dataclass(frozen=True)
class Leaving:
    """Somebody who is being forgotten, as the apps know them.

    Attributes
    ----------
    account_ids
        Numbers of their accounts.
    person_id
        Their number, where the whole person goes.
    known
        Their addresses, and those of what they wrote.
    """

    account_ids: tuple[int, ...]
    person_id: int | None
    known: Known


def forget_account(leaving: Leaving) -> dict[str, int]:
    """Remove sources that are somebody's own site; what waits in the journal is the keeper's."""
    sites = tuple(uri.rstrip("/") for uri in leaving.known.addresses if "://" in uri)
    theirs = [
        source.pk
        for source in Source.objects.exclude(address="").only("address")
        if any(_is_part(source.address, site) for site in sites)
    ]
    with transaction.atomic():
        gone, _ = Source.objects.filter(pk__in=theirs).delete()
    return {"listen_source": gone}


def mask_account(mask: Mask) -> int:
    """Mask what sources say of somebody; returns the rows changed."""
    return mask_texts(Source, ["name", "address", "cursor"], mask)


def _is_part(address: str, site: str) -> bool:
    return address == site or address.startswith((f"{site}/", f"{site}?", f"{site}#"))
