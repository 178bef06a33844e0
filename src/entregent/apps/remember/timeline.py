"""The thread of a person: everything their accounts said and did, and what we told them.

It is read from the record by their accounts' keys. Without an express `profile` consent only what
they said to us is read out of it: no trace, no deed, no facet.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from entregent.apps.listen import journal
from entregent.apps.listen.queries import network_names, zone_of_days
from entregent.apps.organisation.queries import Member
from entregent.apps.remember import deeds
from entregent.apps.remember.lines import AccountLine
from entregent.apps.remember.models import Account
from entregent.apps.remember.thread_rows import LOOKS_AT, NARROWED, Found, Question, answered_by
from entregent.apps.remember.words import DEEDS
from entregent.apps.understand.queries import corrections
from entregent.lake.keys import object_key
from entregent.lake.record import read
from entregent.people.facets import Act
from entregent.understanding.reading import plain

FIRST_WORDS = 140


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the thread.

    Attributes
    ----------
    way
        ``said`` (their words), ``did`` (a deed or a trace), ``told`` (what we told them).
    is_trace
        Whether it was left without speaking to anybody: a visit, a scan, an order.
    side
        ``public``, ``private``; empty for a trace.
    text, language
        Plain words, and the language declared or read; empty for a deed.
    deed, detail
        The deed in words, and what it was about in the words of where it came from.
    is_withdrawn
        Whether they took the words back: then there is no text.
    undone_at
        Since when a deed is taken back.
    """

    at: datetime
    way: str
    network: str
    side: str
    account_id: int | None
    is_trace: bool = False
    text: str = ""
    language: str = ""
    deed: str = ""
    detail: str = ""
    url: str = ""
    is_withdrawn: bool = False
    undone_at: datetime | None = None

    @property
    def is_ours(self) -> bool:
        """Whether it was said by us."""
        return self.way == "told"


@dataclass(frozen=True, slots=True)
class Thread:
    """Entries, newest first, and the acts that facets are told from."""

    entries: tuple[Entry, ...] = ()
    acts: tuple[Act, ...] = ()


def read_thread(viewer: Member, accounts: Sequence[AccountLine], *, with_deeds: bool) -> Thread:
    """Everything of some accounts of one person.

    Parameters
    ----------
    viewer
        Who looks; to guests there is nothing.
    accounts
        The person's, or one that stands alone.
    with_deeds
        Whether the person agreed to it: everything, rather than what they said to us.
    """
    if not viewer.may_work or not accounts:
        return Thread()
    theirs = dict(
        Account.objects.filter(pk__in=[each.id for each in accounts]).values_list("key", "pk")
    )
    ours = dict(Account.objects.filter(is_ours=True).values_list("key", "uri"))
    asked = Question(
        tuple(theirs),
        tuple(each.uri for each in accounts),
        tuple(ours),
        with_others=with_deeds,
    )
    found = read(lambda: journal.open_record(tables=LOOKS_AT, narrowed=NARROWED), asked.ask)
    names = {each.id: each.network for each in accounts}
    reader = _Reader(theirs, ours, names, found, with_deeds=with_deeds)
    return reader.thread()


class _Reader:
    """Turns rows into entries and acts."""

    def __init__(
        self,
        theirs: Mapping[int, int],
        ours: Mapping[int, str],
        networks: Mapping[int, str],
        found: Found,
        *,
        with_deeds: bool,
    ) -> None:
        self._theirs, self._ours, self._networks = theirs, ours, networks
        self._found = found
        self._with_deeds = with_deeds
        self._our_uris = frozenset(ours.values())
        self._sources = network_names()
        self._zone = zone_of_days()
        self._corrected = corrections([row["object_id"] for row in found.rows if row["object_id"]])
        self._acts: list[Act] = []

    def thread(self) -> Thread:
        """Entries and acts, newest first."""
        entries = [entry for row in self._found.rows if (entry := self._entry(row)) is not None]
        entries.sort(key=lambda entry: entry.at, reverse=True)
        acts = sorted(self._acts, key=lambda act: act.at, reverse=True) if self._with_deeds else []
        return Thread(tuple(entries), tuple(acts))

    def _entry(self, row: Mapping[str, Any]) -> Entry | None:
        is_words = deeds.is_words(row)
        account = self._theirs.get(row["actor_key"])
        if account is None:
            # Promises of ours stand in the working set, with who holds them.
            return self._told(row) if is_words else None
        if is_words:
            return self._said(row, account)
        return self._did(row, account) if self._with_deeds else None

    def _said(self, row: Mapping[str, Any], account: int) -> Entry | None:
        if not self._with_deeds and not self._was_to_us(row):
            return None
        language, intents = self._labels(row)
        entry = self._words(row, "said", account, language)
        if entry.text:
            kinds = deeds.kinds_of_words(row, intents, helps=self._helps(row))
            self._acts += [
                Act(entry.at, kind, _first_words(entry.text), voluntary=True) for kind in kinds
            ]
        return entry

    def _told(self, row: Mapping[str, Any]) -> Entry:
        return self._words(row, "told", None, self._labels(row)[0])

    def _labels(self, row: Mapping[str, Any]) -> tuple[str, Collection[str]]:
        """Language and intents of a text: as it was read, and as colleagues corrected it."""
        language, intents = self._found.labels.get(row["object_key"], ("", ()))
        corrected = self._corrected.get(row["object_id"], {})
        if "language" in corrected:
            language = corrected["language"].value
        if "intent" in corrected:
            intents = (corrected["intent"].value,)
        return language, intents

    def _words(self, row: Mapping[str, Any], way: str, account: int | None, language: str) -> Entry:
        text = plain(row["content"] or row["name"] or "")
        gone = row["deleted"] is not None or row["account_gone"] is not None
        return Entry(
            at=self._when(row),
            way=way,
            network=self._network(row, account),
            side=deeds.side_of(row),
            account_id=account,
            text="" if gone else text,
            language=row["language"] or language,
            url=_web(row["url"]),
            is_withdrawn=gone,
        )

    def _did(self, row: Mapping[str, Any], account: int) -> Entry:
        kind, at = deeds.kind_of(row), self._when(row)
        detail = deeds.detail_of(row)
        deed = str(DEEDS[kind])
        if row["undone"] is None:
            what = f"{deed} · {detail}" if detail else deed
            self._acts.append(Act(at, kind, what, voluntary=bool(row["voluntary"])))
        return Entry(
            at=at,
            way="did",
            network=self._network(row, account),
            side="",
            account_id=account,
            is_trace=not row["voluntary"],
            deed=deed,
            detail=detail,
            undone_at=row["undone"],
        )

    def _was_to_us(self, row: Mapping[str, Any]) -> bool:
        """Whether words were said to us: privately, by naming us, as a review, or under ours."""
        if deeds.side_of(row) == "private" or deeds.names_one_of(row, self._our_uris):
            return True
        if row["object_type"] == "schema:Review":
            return True
        return any(self._author(uri) in self._ours for uri in answered_by(row))

    def _helps(self, row: Mapping[str, Any]) -> bool:
        """Whether words answer a question of somebody who is neither they nor we."""
        uri = row["in_reply_to"]
        author = self._author(uri) if uri else None
        if author is None or author in self._ours or author in self._theirs:
            return False
        return "question" in self._found.labels.get(object_key(uri), ("", ()))[1]

    def _author(self, uri: str) -> int | None:
        return self._found.authors.get(object_key(uri))

    def _when(self, row: Mapping[str, Any]) -> datetime:
        at: datetime = row["published"] or row["received_at"]
        return at.astimezone(self._zone)

    def _network(self, row: Mapping[str, Any], account: int | None) -> str:
        source: str = row["source"]
        named = self._sources.get(source) or self._networks.get(account or 0)
        return named or source.rpartition(":")[2]


def _first_words(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= FIRST_WORDS else f"{line[:FIRST_WORDS].rstrip()}…"


def _web(url: str | None) -> str:
    """An address that may stand in a link: what people typed may be a script."""
    return url if url and url.startswith(("https://", "http://")) else ""
