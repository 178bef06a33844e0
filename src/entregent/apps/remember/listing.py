"""The list of people: whom we owe something first, then by name."""

from datetime import date

from django.db.models import Count, F, Min, Q

from entregent.apps.organisation.folded import Folded, folded
from entregent.apps.organisation.queries import Member
from entregent.apps.remember.lines import PeoplePage, PersonLine
from entregent.apps.remember.models import Account, Person

A_PAGE = 30
_OPEN = Q(accounts__promises__kept_at=None, accounts__promises__isnull=False)


def people(viewer: Member, search: str = "", *, number: int = 1, size: int = A_PAGE) -> PeoplePage:
    """People whose name, or an account's name or handle, holds some words.

    Without words: everybody who is known. With words: accounts without a person are found too,
    after the people. Guests find nobody.

    Parameters
    ----------
    viewer : Member
        Who looks.
    search : str
        Words, in any case.
    number, size : int
        Which page, from 1, of how many rows.
    """
    if not viewer.may_work:
        return PeoplePage((), 1, 0, has_next=False)
    words, number = folded(search.strip().lstrip("@")[:200]), max(1, number)
    known = _people(words)
    count = known.count()
    alone = _accounts(words)
    total = count + (alone.count() if words else 0)
    start, until = (number - 1) * size, number * size
    rows = _person_lines(list(known[start : min(until, count)])) if start < count else []
    if words and until > count:
        rows += _account_lines(list(alone[max(0, start - count) : until - count]))
    return PeoplePage(tuple(rows), number, total, has_next=until < total)


def _people(words: str):  # type: ignore[no-untyped-def] # a queryset with annotations has no name
    found = Person.objects.all()
    if words:
        theirs = Account.objects.filter(
            Q(name__folded__contains=words) | Q(handle__folded__contains=words)
        )
        found = found.filter(
            Q(name__folded__contains=words)
            | Q(pk__in=theirs.exclude(person=None).values("person_id"))
        )
    return found.annotate(
        promises=Count("accounts__promises", filter=_OPEN, distinct=True),
        oldest_due_on=Min("accounts__promises__due_on", filter=_OPEN),
    ).order_by(F("oldest_due_on").asc(nulls_last=True), Folded("name"), "pk")


def _accounts(words: str):  # type: ignore[no-untyped-def] # the same
    found = Account.objects.filter(person=None, is_ours=False).exclude(network="linkedin")
    owed = Q(promises__kept_at=None, promises__isnull=False)
    return (
        found.filter(Q(name__folded__contains=words) | Q(handle__folded__contains=words))
        .annotate(
            open_promises=Count("promises", filter=owed),
            oldest_due_on=Min("promises__due_on", filter=owed),
        )
        .order_by(F("oldest_due_on").asc(nulls_last=True), Folded("name"), Folded("handle"), "pk")
    )


def _person_lines(rows: list[Person]) -> list[PersonLine]:
    theirs: dict[int, list[Account]] = {row.pk: [] for row in rows}
    for account in Account.objects.filter(person_id__in=theirs).order_by("linked_at", "pk"):
        if account.person_id is not None:
            theirs[account.person_id].append(account)
    return [
        PersonLine(
            person_id=row.pk,
            account_id=None,
            name=row.name,
            handle=", ".join(each.handle for each in theirs[row.pk] if each.handle),
            networks=tuple(dict.fromkeys(each.network for each in theirs[row.pk])),
            languages=tuple(row.languages),
            do_not_solicit=row.do_not_solicit,
            promises=_number(row, "promises"),
            oldest_due_on=_day(row),
        )
        for row in rows
    ]


def _account_lines(rows: list[Account]) -> list[PersonLine]:
    return [
        PersonLine(
            person_id=None,
            account_id=row.pk,
            name=row.name,
            handle=row.handle,
            networks=(row.network,),
            languages=(row.language,) if row.language else (),
            do_not_solicit=False,
            promises=_number(row, "open_promises"),
            oldest_due_on=_day(row),
        )
        for row in rows
    ]


def _number(row: Person | Account, name: str) -> int:
    return int(getattr(row, name))


def _day(row: Person | Account) -> date | None:
    found: date | None = getattr(row, "oldest_due_on")  # noqa: B009 (an annotation, unknown to mypy)
    return found
