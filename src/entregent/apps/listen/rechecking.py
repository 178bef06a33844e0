"""Looking again at the origin: what is deleted there is forgotten here.

Feeds do not say that an entry was taken down: it is no longer there, and nothing more. So the
entries of sources that may be asked are asked for one by one, some at a time, in an endless round.
"""

import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from entregent.apps.listen import journal
from entregent.apps.listen.keyring import account_key
from entregent.apps.listen.models import Source, Upkeep
from entregent.networks.outgoing import guarded_client
from entregent.networks.rechecking import look_again
from entregent.vocabulary import Activity, Object
from entregent.vocabulary.objects import TOMBSTONE

if TYPE_CHECKING:
    from entregent.lake.record import Record

EVERY: Final = timedelta(minutes=10)
AT_ONCE: Final = 40
"""Entries asked for in one look: some five thousand a day."""
_NAME: Final = "recheck"
_FIRST: Final = -(2**63)
_FEW: Final = 4
"""From more than so many on, a server that has lost most of what it is asked for is in trouble."""

Asked = tuple[int, str, str, str]
"""Key, id, address and source of an object."""


def recheck_due() -> int:
    """Look again at some entries, if it is time; returns how many were asked for."""
    slugs = list(
        Source.objects.filter(rechecks=True, is_paused=False).values_list("slug", flat=True)
    )
    if not slugs or not _claim():
        return 0
    place = Upkeep.objects.get(name=_NAME).place
    asked = _some(slugs, place)
    gone = _gone(asked)
    with transaction.atomic():
        if gone:
            _land(gone)
        Upkeep.objects.filter(name=_NAME).update(
            place=asked[-1][0] if len(asked) == AT_ONCE else _FIRST, done_at=timezone.now()
        )
    return len(asked)


def _claim() -> bool:
    """Whether it is time, and nobody else looks."""
    now = timezone.now()
    row, _ = Upkeep.objects.get_or_create(name=_NAME, defaults={"done_at": now, "place": _FIRST})
    due = Upkeep.objects.filter(pk=row.pk, done_at__lte=now - EVERY)
    return bool(due.update(done_at=now))


def _some(slugs: Sequence[str], place: int) -> list[Asked]:
    """The next objects of some sources that still stand, in the order of their keys."""
    from entregent.lake.record import read

    def ask(record: "Record") -> list[Asked]:
        found = record.connection.execute(
            _NEXT, {"slugs": list(slugs), "place": place, "some": AT_ONCE}
        )
        rows: list[Asked] = found.fetchall()
        return rows

    return read(lambda: journal.open_record(tables=("activities", "superseded")), ask)


_NEXT = """
SELECT object_key, min(object_id),
       min(CASE WHEN object_id LIKE 'http%' THEN object_id ELSE url END), min(source)
FROM activities
WHERE type = 'Create' AND source IN (SELECT unnest($slugs)) AND object_key > $place
  AND (object_id LIKE 'http%' OR url LIKE 'http%')
  AND object_key NOT IN (
      SELECT subject FROM superseded WHERE scope = 'object' AND state = 'deleted')
GROUP BY object_key ORDER BY object_key LIMIT $some
"""


def _gone(asked: Sequence[Asked]) -> list[Asked]:
    """Those that are gone, but for servers that seem to have lost everything."""
    with guarded_client(
        allow_private=settings.FETCH_PRIVATE, timeout_s=10, deadline_s=20
    ) as client:
        answers = [(each, look_again(each[2], client)) for each in asked]
    asked_of = Counter(urlsplit(each[2]).hostname for each, _ in answers)
    missing = Counter(urlsplit(each[2]).hostname for each, told in answers if told == "gone")
    lost = {
        host
        for host, count in missing.items()
        if asked_of[host] > _FEW and 2 * count > asked_of[host]
    }
    return [
        each for each, told in answers if told == "gone" and urlsplit(each[2]).hostname not in lost
    ]


def _land(gone: Sequence[Asked]) -> None:
    """Say it as the origin would have: a deletion, heard and kept like any other."""
    from entregent.lake.rows import Landing

    landing = Landing(account_key)
    now = timezone.now()
    for _, uri, _, source in gone:
        landing.add(
            activities=[
                Activity(
                    id=f"{uri}#gone",
                    type="Delete",
                    source=source,
                    received_at=now,
                    published=now,
                    dataschema="recheck/1",
                    object=Object(id=uri, type=TOMBSTONE),
                )
            ]
        )
    journal.land(landing.tables(), origin=f"recheck:{secrets.token_hex(8)}")
