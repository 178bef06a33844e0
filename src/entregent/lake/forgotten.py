"""Who and what is forgotten, and what that means for rows that land or are kept.

What was forgotten is known by keyed hashes alone: they recognise an address that comes again, and
name nobody. Other people's rows stay, but what in them points to somebody forgotten is taken out,
or replaced by a name that means nothing: `entregent:forgotten:` and chance. All that pointed to one
post points to one such name, so that threads hold together.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from entregent.lake import keys
from entregent.lake.schema import LANDED_ACTIVITIES, conformed

OPAQUE: Final = "entregent:forgotten:"
"""What the name of something forgotten begins with."""

ADDRESSES: Final = (
    *("id", "object_id", "attributed_to", "in_reply_to", "context", "quote", "url"),
)
"""Columns of activities that hold one address each."""
DOCUMENTS: Final = ("object_rest", "target", "origin", "result", "instrument", "location")
"""Columns of activities that hold JSON."""
TEXTS: Final = ("name", "summary", "content")
"""Columns of activities that hold what somebody wrote."""
_CARRIERS = frozenset({"Create", "Update"})
_SAID = (*TEXTS, "language", "url", "object_rest", "quote")
_THEIR_WORDS = (*_SAID, "attributed_to")


def opaque(token: str = "") -> str:
    """Name that stands for something forgotten; a new one where no token is given."""
    return OPAQUE + (token or secrets.token_hex(8))


@dataclass(frozen=True)
class ForgottenKeys:
    """Keyed hashes of what is forgotten.

    Attributes
    ----------
    account_key
        Gives the keyed hash of an account's address.
    hidden
        Gives the keyed hash of an object's key, which by itself anybody could compute.
    accounts
        Keys of accounts, as in ``actor_key``.
    objects
        Tokens of objects, by their hidden key.
    """

    account_key: Callable[[str], int]
    hidden: Callable[[int], int]
    accounts: frozenset[int] = frozenset()
    objects: Mapping[int, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.accounts or self.objects)

    def is_account(self, uri: str) -> bool:
        """Whether an address is a forgotten account's."""
        return self.account_key(uri) in self.accounts

    def token_of(self, object_key: int | None) -> str | None:
        """What stands for an object; None if it is not forgotten."""
        if object_key is None or not self.objects:
            return None
        return self.objects.get(self.hidden(object_key))


class Scrubber:
    """Takes out of other people's rows what points to somebody forgotten.

    Parameters
    ----------
    forgotten
        Whom and what.
    words
        Masks what a text says of them; None leaves texts alone.
    """

    def __init__(
        self, forgotten: ForgottenKeys, words: Callable[[str, str | None], str] | None = None
    ) -> None:
        self._forgotten = forgotten
        self._words = words

    def address(self, uri: str | None) -> str | None:
        """An address, or what stands for it where it is of somebody forgotten."""
        if uri is None or uri.startswith(OPAQUE):
            return uri
        token = self._forgotten.token_of(keys.object_key(uri))
        if token is not None:
            return opaque(token)
        for part in _beginnings(uri):
            if self._forgotten.is_account(part):
                return opaque()
            if part is not uri:
                token = self._forgotten.token_of(keys.object_key(part))
                if token is not None:
                    return opaque()
        return uri

    def document(self, text: str | None, language: str | None = None) -> str | None:
        """JSON whose addresses and words are seen to; mentions of them are left out."""
        if not text:
            return text
        before = orjson.loads(text)
        after = self._part(before, language)
        return text if after == before else orjson.dumps(after).decode()

    def activity(self, row: Mapping[str, Any]) -> dict[str, Any] | None:
        """Another person's row as it may stay; None if it stays as it is."""
        after = dict(row)
        language = row["language"]
        if row["type"] in _CARRIERS and self._is_theirs(row):
            # Somebody else told it, but the words are theirs.
            after |= dict.fromkeys(_THEIR_WORDS)
        for name in ADDRESSES:
            after[name] = self.address(after[name])
        for name in DOCUMENTS:
            after[name] = self.document(after[name], language)
        for name in ("to", "cc"):
            after[name] = self._audience(row[name])
        if (row["to"] or row["cc"]) and not (after["to"] or after["cc"]):
            # Said to them alone: the words go with them, and that something was said stays private.
            after["to"] = [opaque()]
            if row["type"] in _CARRIERS:
                after |= dict.fromkeys(_SAID)
        if self._words is not None:
            for name in TEXTS:
                if after[name]:
                    after[name] = self._words(after[name], language)
        if all(after[name] == row[name] for name in row):
            return None
        self._rekey(row, after)
        return after

    def _is_theirs(self, row: Mapping[str, Any]) -> bool:
        author = row["attributed_to"]
        if author is not None and self._forgotten.is_account(author):
            return True
        return self._forgotten.token_of(row["object_key"]) is not None

    def _rekey(self, row: Mapping[str, Any], after: dict[str, Any]) -> None:
        """Keys of what an address became; the row's own stays, so that it is known again."""
        pairs = (("object_id", "object_key"), ("in_reply_to", "reply_key"))
        for name, key in (*pairs, ("context", "thread_key")):
            if after[name] != row[name]:
                after[key] = None if after[name] is None else keys.object_key(after[name])
        named = row["named_keys"]
        if named:
            after["named_keys"] = [
                key for key in named if key not in self._forgotten.accounts
            ] or None
        # What was received as a whole names them too.
        after["raw_ref"] = None

    def _audience(self, uris: Sequence[str] | None) -> list[str] | None:
        if not uris:
            return None if uris is None else list(uris)
        return [uri for uri in uris if self.address(uri) == uri] or None

    def _part(self, part: Any, language: str | None) -> Any:
        if isinstance(part, dict):
            return {name: self._part(value, language) for name, value in part.items()}
        if isinstance(part, list):
            return [self._part(item, language) for item in part if not self._mentions(item)]
        if isinstance(part, str):
            after = self.address(part)
            if after == part and self._words is not None:
                return self._words(part, language)
            return after
        return part

    def _mentions(self, item: Any) -> bool:
        if not isinstance(item, dict) or item.get("type") != "Mention":
            return False
        href = item.get("href")
        return isinstance(href, str) and self.address(href) != href


def _beginnings(uri: str) -> Iterator[str]:
    """An address, and what it is a part of: what comes before ``#``, ``?`` and each ``/``."""
    yield uri
    for mark in ("#", "?"):
        before, found, _ = uri.partition(mark)
        if found:
            yield before
            uri = before
    start = uri.find("://") + 3 if "://" in uri else 0
    while (end := uri.rfind("/", start)) > 0:
        uri = uri[:end]
        yield uri


def without_forgotten(
    tables: Mapping[str, pa.Table], forgotten: ForgottenKeys
) -> tuple[dict[str, pa.Table], int]:
    """Landed rows without those of somebody forgotten, and without what points to them.

    Returns
    -------
    tuple of dict and int
        The rows, and how many items were left out.
    """
    if not forgotten:
        return dict(tables), 0
    left = dict(tables)
    dropped = 0
    accounts = pa.array(forgotten.accounts, pa.int64())
    gone_raw: set[int] = set()
    gone_keys: set[int] = set()
    activities = tables.get("activities")
    if activities is not None:
        activities = conformed(activities, LANDED_ACTIVITIES)
        look = _Look(activities, forgotten, accounts)
        theirs = look.theirs()
        dropped = sum(
            1
            for is_theirs, derived in zip(theirs, activities["derived"].to_pylist(), strict=True)
            if is_theirs and not derived
        )
        columns = zip(
            theirs, activities["key"].to_pylist(), activities["raw_ref"].to_pylist(), strict=True
        )
        for is_theirs, key, ref in columns:
            if is_theirs:
                gone_keys.add(key)
                gone_raw |= {ref} - {None}
        left["activities"], pointed = look.scrubbed(theirs)
        gone_raw |= pointed
    raw = tables.get("raw")
    if raw is not None and gone_raw:
        left["raw"] = raw.filter(_not_among(raw["ref"], gone_raw))
    told = tables.get("accounts")
    if told is not None:
        left["accounts"] = told.filter(pc.invert(pc.is_in(told["account_key"], accounts)))
    points = tables.get("series")
    if points is not None:
        names = pc.unique(points["account"]).to_pylist()
        gone = pa.array([name for name in names if forgotten.is_account(name)], pa.string())
        kept = points.filter(pc.invert(pc.is_in(points["account"], gone)))
        dropped += len(points) - len(kept)
        left["series"] = kept
    effects = tables.get("superseded")
    if effects is not None:
        left["superseded"] = _effects(effects, forgotten, accounts, gone_keys)
    aliases = tables.get("aliases")
    if aliases is not None:
        stay = [
            forgotten.token_of(keys.object_key(uri)) is None and not forgotten.is_account(uri)
            for uri in aliases["uri"].to_pylist()
        ]
        left["aliases"] = aliases.filter(pa.array(stay, pa.bool_()))
    return {name: rows for name, rows in left.items() if len(rows)}, dropped


class _Look:
    """Which landed activities are of somebody forgotten, and which point to them."""

    def __init__(self, rows: pa.Table, forgotten: ForgottenKeys, accounts: pa.Array) -> None:
        self._rows = rows
        self._forgotten = forgotten
        self._accounts = accounts

    def theirs(self) -> list[bool]:
        rows, forgotten = self._rows, self._forgotten
        acted = pc.is_in(rows["actor_key"], self._accounts).to_pylist()
        carries = [kind in _CARRIERS for kind in rows["type"].to_pylist()]
        wrote = self._of_accounts("attributed_to")
        about = [forgotten.token_of(key) is not None for key in rows["object_key"].to_pylist()]
        return [
            did or (carry and (author or subject))
            for did, carry, author, subject in zip(acted, carries, wrote, about, strict=True)
        ]

    def scrubbed(self, theirs: Sequence[bool]) -> tuple[pa.Table, set[int]]:
        """Rows of others, and the payloads of those that had to be changed."""
        rows = self._rows
        stay = rows.filter(pc.invert(pa.array(theirs, pa.bool_())))
        points = [name and not gone for name, gone in zip(self._pointing(), theirs, strict=True)]
        if not any(points):
            return stay, set()
        scrubber = Scrubber(self._forgotten)
        found: list[dict[str, Any]] = []
        payloads: set[int] = set()
        kept = [point for point, gone in zip(points, theirs, strict=True) if not gone]
        for row, is_pointing in zip(stay.to_pylist(), kept, strict=True):
            after = scrubber.activity(row) if is_pointing else None
            if after is not None and row["raw_ref"] is not None:
                payloads.add(row["raw_ref"])
            found.append(after or row)
        return pa.Table.from_pylist(found, schema=stay.schema), payloads

    def _pointing(self) -> list[bool]:
        rows, forgotten = self._rows, self._forgotten
        found = [False] * len(rows)
        for name in ("object_key", "reply_key", "thread_key"):
            for index, key in enumerate(rows[name].to_pylist()):
                if key is not None and forgotten.token_of(key) is not None:
                    found[index] = True
        for index, named in enumerate(rows["named_keys"].to_pylist()):
            if named and not forgotten.accounts.isdisjoint(named):
                found[index] = True
        for index, uri in enumerate(rows["quote"].to_pylist()):
            if uri and forgotten.token_of(keys.object_key(uri)) is not None:
                found[index] = True
        by_author = self._of_accounts("attributed_to")
        return [pointing or author for pointing, author in zip(found, by_author, strict=True)]

    def _of_accounts(self, column: str) -> list[bool]:
        uris = self._rows[column]
        names = [uri for uri in pc.unique(uris).to_pylist() if uri]
        gone = frozenset(uri for uri in names if self._forgotten.is_account(uri))
        return [uri in gone for uri in uris.to_pylist()]


def _effects(
    rows: pa.Table, forgotten: ForgottenKeys, accounts: pa.Array, gone_keys: set[int]
) -> pa.Table:
    of_account = pc.and_(pc.equal(rows["scope"], "account"), pc.is_in(rows["subject"], accounts))
    by_them = pc.is_in(rows["key"], pa.array(gone_keys, pa.int64()))
    about = [
        scope == "object" and forgotten.token_of(subject) is not None
        for scope, subject in zip(
            rows["scope"].to_pylist(), rows["subject"].to_pylist(), strict=True
        )
    ]
    gone = pc.or_(pc.or_(of_account, by_them), pa.array(about, pa.bool_()))
    return rows.filter(pc.invert(gone))


def _not_among(column: pa.ChunkedArray, values: set[int]) -> pa.ChunkedArray:
    wanted = pa.array(list(values), pa.int64())
    return pc.invert(pc.is_in(column, value_set=wanted))
