"""Everything that is held on a person, in one document that can be handed to them.

Each app says what its tables hold, and the lake what the record holds: in readable JSON, and as
ActivityStreams, in which other programs can read what they did and wrote.
"""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import orjson
from django.utils import timezone

from entregent.apps.coordinate import forgetting as coordinate
from entregent.apps.listen import journal
from entregent.apps.organisation.actions import record as audit
from entregent.apps.organisation.queries import Member
from entregent.apps.outbox import forgetting as outbox
from entregent.apps.remember import forgetting as remember
from entregent.apps.remember.erasures import who_is
from entregent.apps.remember.queries import our_accounts
from entregent.apps.understand import forgetting as understand
from entregent.vocabulary.activity import JSON_CONTEXT

if TYPE_CHECKING:
    from entregent.lake.holding import Held

FORMATS: Final = ("both", "json", "as2")


@dataclass(frozen=True)
class Document:
    """What is held on somebody: in the working set by table, and in the record."""

    working_set: Mapping[str, list[dict[str, Any]]]
    record: "Held"
    made_at: datetime

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is held."""
        return not any(self.working_set.values()) and not any(self.record.tables.values())

    def as_json(self, form: str = "both") -> dict[str, Any]:
        """As one JSON document: ``json`` for the tables, ``as2`` for the activities, or both."""
        if form == "as2":
            return self.as_activitystreams()
        document: dict[str, Any] = {
            "made_at": self.made_at,
            "working_set": self.working_set,
            "record": self.record.tables,
        }
        if form == "both":
            document["activitystreams"] = self.as_activitystreams()
        return document

    def as_activitystreams(self) -> dict[str, Any]:
        """What they did and wrote, and what we said to them, as collections of activities."""
        return {
            "@context": JSON_CONTEXT,
            "type": "Collection",
            "items": [
                _collection("theirs", self.record.activities),
                _collection("told", self.record.told),
            ],
        }

    def as_bytes(self, form: str = "both") -> bytes:
        """The JSON document as it stands in a file."""
        options = orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS
        return orjson.dumps(self.as_json(form), option=options, default=_plain) + b"\n"

    def write(self, path: Path, form: str = "both") -> None:
        """Write a file: an archive of one file for each form where its name ends in ``.zip``."""
        if path.suffix != ".zip":
            path.write_bytes(self.as_bytes(form))
            return
        forms = ("json", "as2") if form == "both" else (form,)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for each in forms:
                archive.writestr(f"{each}.json", self.as_bytes(each))


def everything_on(
    *, acting_user: Member | None, account: str = "", person_id: int | None = None
) -> Document:
    """Read everything that is held on somebody, and note that it was read.

    Parameters
    ----------
    acting_user
        A member who works here, or None at the command line.
    account, person_id
        As for an erasure: an account stands for the person behind it.
    """
    # The record's engine is heavy, and the site starts without it.
    from entregent.lake.holding import held_on

    asked = who_is(acting_user=acting_user, account=account, person_id=person_id)
    ours = [remember.key_of(line.uri) for line in our_accounts()]
    record = held_on(journal.open_record, sorted(asked.account_keys), ours)
    known = remember.known_here(asked.account_keys, asked.person_id) | record.known
    wrote = {row["object_id"]: None for row in record.tables["activities"] if row["object_id"]}
    who = remember.leaving(asked.account_keys, asked.person_id, known.with_objects(tuple(wrote)))
    working_set: dict[str, list[dict[str, Any]]] = {}
    for part in (
        remember.held_on(who),
        coordinate.held_on(who),
        outbox.held_on(who),
        understand.held_on(who),
    ):
        working_set |= part
    audit(
        acting_user=acting_user,
        action="remember.person_exported",
        subject="account:one" if asked.person_id is None else f"person:{asked.person_id}",
        changes={"rows": [0, sum(map(len, record.tables.values()))]},
    )
    return Document(working_set, record, timezone.now())


def how_much(
    *, acting_user: Member, account: str = "", person_id: int | None = None
) -> dict[str, int]:
    """How much is held on somebody, by kind: what an erasure would remove."""
    from entregent.lake.holding import count_of

    asked = who_is(acting_user=acting_user, account=account, person_id=person_id)
    known = remember.known_here(asked.account_keys, asked.person_id)
    who = remember.leaving(asked.account_keys, asked.person_id, known)
    keys = sorted(asked.account_keys)
    return {
        "accounts": len(who.account_ids),
        "activities": count_of(lambda: journal.open_record(tables=("activities",)), keys),
        **remember.how_much(who),
        **coordinate.how_much(who),
    }


def _collection(name: str, items: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "type": "OrderedCollection",
        "name": name,
        "totalItems": len(items),
        "orderedItems": items,
    }


def _plain(value: object) -> object:
    """What JSON has no word for."""
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (UUID, memoryview)):
        return str(value)
    return str(value)
