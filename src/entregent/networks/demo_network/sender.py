"""Letters of the demonstration, one JSON line each, and the answers that come soon after."""

import fcntl
import os
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import orjson

from entregent.networks.demo_network.thanks import THANKS
from entregent.networks.sending import Letter, Sent
from entregent.vocabulary import PUBLIC, Activity, Object, format_time, native_id, parse_time
from entregent.vocabulary.objects import Tag

SOONEST: Final = timedelta(seconds=3)
LATEST: Final = timedelta(seconds=6)

_TU: Final = re.compile(r"(?<!-)\b(?:tu|toi|ton|ta|tes|te)\b", re.IGNORECASE)


class Sender:
    """The demonstration's sender: it serves every network.

    Parameters
    ----------
    folder
        Where the letters are kept; made on first use.
    """

    network = ""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, letter: Letter) -> Sent:
        """Write a letter down, durably; one that was sent before keeps its first name and time."""
        with self._locked():
            before = self._find(letter.idempotency_key)
            if before is not None:
                return before
            line = {
                "key": str(letter.idempotency_key),
                "id": native_id("demo", letter.network, str(letter.idempotency_key)),
                "at": format_time(letter.at),
                "network": letter.network,
                "from": letter.from_uri,
                "to": letter.to_uri,
                "in_reply_to": letter.in_reply_to,
                "thread": letter.thread,
                "is_public": letter.is_public,
                "text": letter.text,
                "language": letter.language,
            }
            self._append("sent.jsonl", line)
        return _sent(line)

    def read_back(self, key: UUID) -> Sent | None:
        """Look whether a letter was written down."""
        return self._find(key)

    def answers_due(self, now: datetime) -> list[Activity]:
        """What people answer by now and was not taken yet; `taken` says that it was.

        Parameters
        ----------
        now
            Aware.

        Returns
        -------
        list of Activity
            The same id each time, so that taking one twice changes nothing. `source` names the
            network only (``demo:email``): whoever lands them knows the channel.
        """
        taken = {line["key"] for line in self._lines("answered.jsonl")}
        return [
            _answer(line, when)
            for line in self._lines("sent.jsonl")
            if line["to"] and line["key"] not in taken and (when := _answer_at(line)) <= now
        ]

    def taken(self, answers: list[Activity]) -> None:
        """Note that answers were landed."""
        with self._locked():
            for answer in answers:
                self._append("answered.jsonl", {"key": answer.id.rpartition(":")[2]})

    def forget(self, addresses: Collection[str]) -> int:
        """Remove the letters to some addresses, or under them; returns how many."""
        with self._locked():
            lines = list(self._lines("sent.jsonl"))
            kept = [
                line
                for line in lines
                if not {line["to"], line["in_reply_to"], line["thread"]} & set(addresses)
            ]
            if len(kept) < len(lines):
                draft = self._folder / "sent.jsonl.part"
                with draft.open("wb") as file:
                    file.write(b"".join(orjson.dumps(line) + b"\n" for line in kept))
                    file.flush()
                    os.fsync(file.fileno())
                draft.replace(self._folder / "sent.jsonl")
            return len(lines) - len(kept)

    def _find(self, key: UUID) -> Sent | None:
        wanted = str(key)
        return next((_sent(x) for x in self._lines("sent.jsonl") if x["key"] == wanted), None)

    def _lines(self, name: str) -> Iterator[dict[str, Any]]:
        try:
            body = (self._folder / name).read_bytes()
        except FileNotFoundError:
            return
        for line in body.split(b"\n"):
            try:
                found = orjson.loads(line)
            except orjson.JSONDecodeError:
                continue  # cut off while it was written: that letter has not left
            if isinstance(found, dict):
                yield found

    def _append(self, name: str, line: dict[str, Any]) -> None:
        # A line that was cut off is ended first, so that it spoils none but itself.
        with (self._folder / name).open("ab") as file:
            whole = file.tell() == 0 or self._ends_whole(name)
            file.write((b"" if whole else b"\n") + orjson.dumps(line) + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def _ends_whole(self, name: str) -> bool:
        with (self._folder / name).open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read(1) == b"\n"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _sent(line: dict[str, Any]) -> Sent:
    return Sent(line["id"], parse_time(line["at"], "at"))


def _number(line: dict[str, Any]) -> int:
    return UUID(line["key"]).int


def _answer_at(line: dict[str, Any]) -> datetime:
    wait = SOONEST + (LATEST - SOONEST) * ((_number(line) % 1_000) / 1_000)
    return parse_time(line["at"], "at") + wait


def _answer(line: dict[str, Any], when: datetime) -> Activity:
    form = "en" if line["language"] == "en" else "tu" if _TU.search(line["text"]) else "vous"
    words = THANKS[form][_number(line) % len(THANKS[form])]
    note = native_id("demo", line["network"], "answer", line["key"])
    public = bool(line["is_public"])
    return Activity(
        id=native_id("demo", line["network"], "answered", line["key"]),
        type="Create",
        source=f"demo:{line['network']}",
        received_at=when,
        dataschema="demo/1",
        actor=line["to"],
        object=Object(
            id=note,
            type="Note",
            content=words,
            in_reply_to=line["id"],
            context=line["thread"] or None,
            tag=(Tag("Mention", line["from"]),),
        ),
        to=(PUBLIC, line["from"]) if public else (line["from"],),
        published=when,
        legal_basis="public" if public else "direct-message",
    )
