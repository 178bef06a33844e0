"""What the record is told of people: which accounts are whose, and which publics they belong to.

Links change without touching activities. They are rows of a table of their own, in which the newest
row of an account counts; a change is landed in the transaction that makes it.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils import timezone

from entregent.apps.organisation.answering import publics
from entregent.apps.remember import consenting
from entregent.apps.remember.models import Account, Consent, PublicOf
from entregent.vocabulary import key64

if TYPE_CHECKING:
    import pyarrow as pa

ORIGIN = "links"
"""Where the journal says that these rows come from."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def tell_links(*, accounts: Collection[int] = (), person_id: int | None = None) -> None:
    """Land how some accounts, or every account of a person, are linked now.

    Call it inside the transaction that changed a link, a public, or a consent to a profile.
    """
    from entregent.apps.listen import journal

    chosen = Q(pk__in=accounts) if person_id is None else Q(person_id=person_id)
    rows = links_of(Account.objects.filter(chosen))
    if len(rows):
        journal.land({"links": rows}, origin=ORIGIN)


def links_of(accounts: "QuerySet[Account]") -> "pa.Table":
    """Rows of the lake's ``links`` for some accounts, as they are linked now."""
    import pyarrow as pa

    from entregent.lake.schema import LINKS

    now = timezone.now()
    rank = (now - _EPOCH) // timedelta(microseconds=1)
    linked: list[tuple[int, int | None]] = list(accounts.values_list("key", "person_id"))
    people = sorted({person for _, person in linked if person is not None})
    belong, agreed = _publics_of(people), _agreed(people, now)
    rows = [
        (
            key64("link", str(key), str(rank)),
            key,
            person,
            belong[person] if person is not None else [],
            person in agreed,
            rank,
            now,
            0,
        )
        for key, person in linked
    ]
    columns = zip(*rows, strict=True) if rows else [()] * len(LINKS.schema)
    return pa.table(
        [pa.array(column, kind) for column, kind in zip(columns, LINKS.schema.types, strict=True)],
        schema=LINKS.schema,
    )


def _publics_of(people: Sequence[int]) -> dict[int, list[str]]:
    slugs = {each.id: each.slug for each in publics()}
    found: dict[int, list[str]] = defaultdict(list)
    rows = PublicOf.objects.filter(person_id__in=people).order_by("public_id")
    for person, public in rows.values_list("person_id", "public_id"):
        found[person].append(slugs[public])
    return found


def _agreed(people: Sequence[int], now: datetime) -> set[int]:
    """Those of some people whose consent to a profile holds."""
    given: dict[int, list[Consent]] = defaultdict(list)
    for row in Consent.objects.filter(person_id__in=people, purpose=Consent.Purpose.PROFILE):
        given[row.person_id].append(row)
    return {person for person, rows in given.items() if consenting.holds(rows, now)}
