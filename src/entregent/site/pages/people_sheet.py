"""What the page of a person shows, section by section, in the words of the page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from entregent.apps.coordinate.queries import waiting_of
from entregent.apps.coordinate.queries_lines import WaitingLine
from entregent.apps.listen.queries import local_day
from entregent.apps.listen.words import NETWORKS
from entregent.apps.organisation.queries import Member
from entregent.apps.remember import queries
from entregent.apps.remember.lines import AccountLine, ConsentLine, PersonSheet, PromiseLine
from entregent.apps.remember.words import BASES, FACET_MEANINGS, FACET_NAMES, LANGUAGES, PURPOSES
from entregent.people.facets import FULL, Act, Facet, Stretch, facets
from entregent.site.templatetags.words import full_day

if TYPE_CHECKING:
    from entregent.apps.remember.timeline import Entry, Thread

A_YEAR = 100
"""Lines of a year that are shown; the export holds them all."""
WAYS = ("said", "did", "told")
BAR = 240
"""Width of a full bar, in units of its drawing."""


@dataclass(frozen=True)
class Chip:
    """An account under the name of whom it belongs to."""

    account: AccountLine
    network: str
    name: str
    link: str


@dataclass(frozen=True)
class Permission:
    """What a person allows for one purpose, as a sentence, with everything that proves it."""

    purpose: str
    sentence: str
    holds: bool
    proofs: tuple[tuple[ConsentLine, str], ...]


@dataclass(frozen=True)
class Bar:
    """A facet as a bar; `width` of `BAR`."""

    facet: Facet
    name: str
    meaning: str
    width: int
    acts: tuple[Act, ...]
    stretches: tuple[tuple[Stretch, str], ...]


@dataclass(frozen=True)
class Line:
    """A line of the thread, with the name of its network."""

    entry: "Entry"
    network: str


@dataclass(frozen=True)
class Year:
    """A year of the thread; `more` lines of it are in the export alone."""

    number: int
    lines: tuple[Line, ...]
    said: int
    did: int
    told: int
    more: int
    is_open: bool


@dataclass(frozen=True)
class Owed:
    """What we owe them."""

    promises: tuple[PromiseLine, ...]
    waiting: tuple[WaitingLine, ...]

    @property
    def is_nothing(self) -> bool:
        """Whether nothing is owed."""
        return not self.promises and not self.waiting


def owed_to(viewer: Member, accounts: Iterable[AccountLine]) -> Owed:
    """Open promises to some accounts, and their questions that wait."""
    ids = [account.id for account in accounts]
    promises = [line for line in queries.promises_of(viewer, ids) if line.is_open]
    return Owed(tuple(promises), tuple(waiting_of(viewer, ids)))


def network_name(code: str) -> str:
    """A network by its name."""
    return str(NETWORKS.get(code, code))


def language_names(codes: Iterable[str]) -> list[str]:
    """Languages by their names."""
    return [str(LANGUAGES.get(code, code)) for code in codes]


def month_of(day: date) -> str:
    """A month with its year: « novembre 2023 »."""
    return f"{MONTHS[day.month]} {day.year}"


def chips(accounts: Iterable[AccountLine]) -> list[Chip]:
    """Accounts of a person, with how each link was confirmed."""
    return [
        Chip(
            each, network_name(each.network), each.shown or _("account without a name"), _link(each)
        )
        for each in accounts
    ]


def _link(account: AccountLine) -> str:
    if account.linked_at is None:
        return ""
    when = {"day": full_day(account.linked_at)}
    match account.link_reason:
        case "themselves":
            return _("link confirmed by the person on %(day)s") % when
        case "order":
            return _("link confirmed by an order on %(day)s") % when
        case _reason:
            return _("link confirmed on %(day)s by a colleague who asked") % when


def permissions(rows: Sequence[ConsentLine]) -> list[Permission]:
    """What a person allows, purpose by purpose."""
    found = []
    for purpose, name in PURPOSES.items():
        given = [row for row in rows if row.purpose == purpose]
        holding = [row for row in given if row.holds]
        found.append(
            Permission(
                purpose,
                _("%(purpose)s: %(answer)s.") % {"purpose": name, "answer": _answer(given)},
                bool(holding),
                tuple((row, str(BASES[row.basis])) for row in given),
            )
        )
    return found


def _answer(given: Sequence[ConsentLine]) -> str:
    holding = [row for row in given if row.holds]
    if holding:
        # The longest: one without an end, else the one that ends last.
        row = max(holding, key=lambda each: (each.until is None, each.until or each.given_at))
        since = {"since": full_day(row.given_at)}
        if row.until is None:
            return _("yes, since %(since)s") % since
        return _("yes, since %(since)s, until %(until)s") % {**since, "until": full_day(row.until)}
    if not given:
        return _("no, not asked yet")
    last = given[0]
    if last.basis == "refused":
        return _("no, refused on %(day)s") % {"day": full_day(last.given_at)}
    if last.withdrawn_at is not None:
        return _("no, withdrawn on %(day)s") % {"day": full_day(last.withdrawn_at)}
    ended = last.until or last.given_at
    return _("no, ended on %(day)s") % {"day": full_day(ended)}


def bars(sheet: PersonSheet, thread: "Thread", now: datetime) -> list[Bar]:
    """Facets of a person who agreed to them."""
    if not sheet.may_profile:
        return []
    today = local_day(now)
    told = facets(thread.acts, since=min(sheet.known_since, today), until=today)
    return [
        Bar(
            facet,
            str(FACET_NAMES[facet.code]),
            str(FACET_MEANINGS[facet.code]),
            round(BAR * facet.length),
            facet.newest,
            tuple((stretch, _stretch(stretch)) for stretch in facet.stretches),
        )
        for facet in told
    ]


def _stretch(stretch: Stretch) -> str:
    if stretch.months == 1:
        return month_of(stretch.first)
    return _("%(first)s to %(last)s") % {
        "first": month_of(stretch.first),
        "last": month_of(stretch.last),
    }


def years(thread: "Thread", way: str) -> list[Year]:
    """The thread by years, newest first; only the first is open.

    Parameters
    ----------
    thread
        Newest first.
    way
        One of `WAYS`, or anything else for all.
    """
    by_year: dict[int, list[Entry]] = {}
    for entry in thread.entries:
        by_year.setdefault(entry.at.year, []).append(entry)
    found: list[Year] = []
    for number, entries in by_year.items():
        wanted = [entry for entry in entries if way not in WAYS or entry.way == way]
        if not wanted:
            continue
        counts = {each: sum(entry.way == each for entry in wanted) for each in WAYS}
        lines = tuple(Line(entry, network_name(entry.network)) for entry in wanted[:A_YEAR])
        more = len(wanted) - len(lines)
        found.append(Year(number, lines, **counts, more=more, is_open=not found))
    return found


def scale() -> int:
    """How often a year fills a bar."""
    return int(FULL)


def now() -> datetime:
    """The time, for pages."""
    return timezone.now()
