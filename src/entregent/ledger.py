"""The ledger of erasures: what was forgotten stays forgotten, also when a backup is restored.

One file of JSON lines outside the data folder. It names nobody: an erasure is a key that only the
holder of the instance's secret (``accounts.key``) can read, and each line carries a code that
depends on the lines before, so that a line that was cut out or changed is noticed.
"""

import fcntl
import hashlib
import hmac
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import orjson
from django.conf import settings

from entregent.apps.listen.keyring import secret

VERSION: Final = 1
KINDS: Final = frozenset({"account", "object"})
INSTANCE_FILE: Final = "instance.id"
"""In the data folder, and in every backup: which ledger belongs to it."""

_MAC: Final = 32
_ROUNDS: Final = 8


class LedgerError(Exception):
    """The ledger cannot be used as it is; the message names the file, and says what to do."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One erasure.

    Attributes
    ----------
    kind
        ``account`` or ``object``.
    key
        As the lake has it: the keyed hash of an account's URI, or the key of an object. In the
        file an object's key is sealed, since anybody could compute it from an address.
    number, at
        Place in the ledger, from 1 on without a gap, and when (UTC); given when it is written.
    """

    kind: str
    key: int
    number: int = 0
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """How far a ledger is written: number of its last erasure, and the code of its last line."""

    number: int
    code: str


class Ledger:
    """One ledger.

    Parameters
    ----------
    path
        The file.
    secret
        Content of the instance's ``accounts.key``.
    instance
        Which instance it belongs to.
    """

    def __init__(self, path: Path, secret: bytes, instance: str) -> None:
        self.path = path
        self.instance = instance
        self._code_key = hashlib.blake2b(b"ledger code", key=secret).digest()
        self._seal_key = hashlib.blake2b(b"ledger seal", key=secret).digest()

    def exists(self) -> bool:
        """Whether the file is there, whatever stands in it."""
        return self.path.exists()

    def begin(self) -> None:
        """Make the file, with a header and no erasure.

        Raises
        ------
        FileExistsError
            If there is one.
        """
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        head = {
            "entregent": "ledger",
            "version": VERSION,
            "instance": self.instance,
            "at": _words(datetime.now(UTC)),
        }
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(self._line(head, "")[0])
            file.flush()
            os.fsync(file.fileno())
        _settle_folder(self.path.parent)

    def append(self, entries: Sequence[Entry]) -> list[Entry]:
        """Write erasures, and return only when they are on the disk.

        Parameters
        ----------
        entries
            Their numbers and times are given here.

        Raises
        ------
        LedgerError
            If there is no ledger, or its end is damaged. Nothing was written then.
        """
        now = datetime.now(UTC).replace(microsecond=0)
        with self._locked() as file:
            lines, whole = self._end(file)
            head, code = lines[-1]
            number = int(head.get("n", 0))
            body, written = b"", []
            for entry in entries:
                if entry.kind not in KINDS:
                    raise ValueError(f"no kind of erasure: {entry.kind!r}")
                number += 1
                written.append(replace(entry, number=number, at=now))
                document = {
                    "n": number,
                    "at": _words(now),
                    "kind": entry.kind,
                    "key": self._sealed(entry),
                }
                line, code = self._line(document, code)
                body += line
            os.truncate(file, whole)  # what a crash left of a line that was never confirmed
            os.lseek(file, 0, os.SEEK_END)
            while body:
                body = body[os.write(file, body) :]
            os.fsync(file)
        return written

    def read(self) -> list[Entry]:
        """Every erasure, oldest first.

        Raises
        ------
        LedgerError
            If there is none, or it is damaged: the message names the line.
        """
        return self.read_to_end()[0]

    def read_to_end(self) -> tuple[list[Entry], Place]:
        """Every erasure, and how far the ledger is written; raises as `read` does."""
        try:
            lines = self.path.read_bytes().split(b"\n")
        except OSError as error:
            raise self._gone(error) from error
        entries: list[Entry] = []
        code = ""
        # After the last end of a line stands nothing, or a line that was never confirmed.
        for place, line in enumerate(lines[:-1], start=1):
            document, code = self._checked(line, code, place)
            if place == 1:
                self._check_head(document)
                continue
            try:
                entry = self._entry(document)
            except (KeyError, TypeError, ValueError):
                raise self._damaged(place) from None
            if entry.number != place - 1:
                raise self._damaged(place)
            entries.append(entry)
        if not code:
            raise self._damaged(1)
        return entries, Place(len(entries), code)

    def holds(self, place: Place) -> bool:
        """Whether the ledger goes on from a place: nothing up to there was cut off."""
        entries, _ = self.read_to_end()
        if len(entries) < place.number:
            return False
        line = self.path.read_bytes().split(b"\n")[place.number]
        return bool(orjson.loads(line)["code"] == place.code)

    def _check_head(self, head: dict[str, Any]) -> None:
        if head.get("entregent") != "ledger" or not isinstance(head.get("version"), int):
            raise self._damaged(1)
        if head["version"] > VERSION:
            raise LedgerError(
                f"the ledger {self.path} was written by a newer Entregent; install that version"
            )
        if head.get("instance") != self.instance:
            raise LedgerError(
                f"the ledger {self.path} belongs to another instance ({head.get('instance')}); "
                "name the right one with ENTREGENT_LEDGER"
            )

    def _entry(self, document: dict[str, Any]) -> Entry:
        kind = document["kind"]
        if kind not in KINDS:
            raise ValueError(kind)
        key = int.from_bytes(bytes.fromhex(document["key"]), "big")
        if kind == "object":
            key = self._turned(key, range(_ROUNDS - 1, -1, -1))
        signed = key - (1 << 64) if key >= 1 << 63 else key
        return Entry(kind, signed, document["n"], datetime.fromisoformat(document["at"]))

    def _sealed(self, entry: Entry) -> str:
        key = entry.key % (1 << 64)
        if entry.kind == "object":
            key = self._turned(key, range(_ROUNDS))
        return key.to_bytes(8, "big").hex()

    def _turned(self, number: int, rounds: range) -> int:
        """A keyed permutation of 64 bits (Luby and Rackoff, 1988), or its inverse.

        A hash would do to hide the key; but whoever forgets again would have to hash every object
        of the record to find those meant.
        """
        left, right = number >> 32, number & 0xFFFFFFFF
        for turn in rounds:
            word = bytes([turn]) + right.to_bytes(4, "big")
            mixed = hashlib.blake2b(word, digest_size=4, key=self._seal_key).digest()
            left, right = right, left ^ int.from_bytes(mixed, "big")
        return right << 32 | left

    def _line(self, document: dict[str, Any], before: str) -> tuple[bytes, str]:
        code = self._code(document, before)
        return orjson.dumps({**document, "code": code}) + b"\n", code

    def _code(self, document: dict[str, Any], before: str) -> str:
        body = before.encode() + orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
        return hmac.new(self._code_key, body, hashlib.sha256).hexdigest()[:_MAC]

    def _checked(self, line: bytes, before: str, place: int) -> tuple[dict[str, Any], str]:
        try:
            document = orjson.loads(line)
            code = document.pop("code")
        except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError):
            raise self._damaged(place) from None
        if not isinstance(code, str) or not hmac.compare_digest(code, self._code(document, before)):
            raise self._damaged(place)
        return document, code

    def _damaged(self, place: int) -> LedgerError:
        return LedgerError(
            f"the ledger {self.path} is damaged at line {place}, or was written with another "
            "accounts.key; put back the newest copy of it"
        )

    def _gone(self, error: OSError) -> LedgerError:
        return LedgerError(
            f"the ledger of erasures {self.path} cannot be read ({error.strerror}); put it back "
            "from its copy, or name its place with ENTREGENT_LEDGER"
        )

    @contextmanager
    def _locked(self) -> Iterator[int]:
        try:
            file = os.open(self.path, os.O_RDWR)
        except OSError as error:
            raise self._gone(error) from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file
        finally:
            os.close(file)

    def _end(self, file: int) -> tuple[list[tuple[dict[str, Any], str]], int]:
        """The last line, checked against the one before it, and where whole lines end."""
        size = os.fstat(file).st_size
        # Three of our longest lines fit into this several times over.
        tail = os.pread(file, 4096, max(0, size - 4096))
        whole = tail.rfind(b"\n") + 1
        lines = tail[:whole].split(b"\n")[:-1]
        if not lines:
            raise self._damaged(1)
        number = self._number(lines[-1])
        before = "" if number == 0 else self._told(lines[-2:-1])
        document, code = self._checked(lines[-1], before, number + 1)
        if number == 0:
            self._check_head(document)
        return [(document, code)], max(0, size - 4096) + whole

    def _number(self, line: bytes) -> int:
        with suppress(orjson.JSONDecodeError, AttributeError, TypeError, ValueError):
            return int(orjson.loads(line).get("n", 0))
        raise LedgerError(
            f"the last line of the ledger {self.path} is damaged; put back the newest copy of it"
        )

    def _told(self, lines: Sequence[bytes]) -> str:
        with suppress(orjson.JSONDecodeError, KeyError, TypeError):
            return str(orjson.loads(b"".join(lines))["code"])
        return ""


def begin() -> None:
    """Give this instance its id and its ledger at its first start; later ones change nothing.

    A ledger that has gone is not made again: 'no ledger' must not look like 'nothing erased'.

    Raises
    ------
    LedgerError
        If a ledger of another instance stands in its place.
    """
    known = Path(settings.HOME) / INSTANCE_FILE
    if known.exists():
        return
    given: Path | None = settings.LEDGER
    instance = _instance_of(given) if given is not None else ""
    instance = instance or secrets.token_hex(8)
    ledger = Ledger(path_of(instance), secret(), instance)
    with suppress(FileExistsError):
        ledger.begin()
    # One that a first start has left when it was cut off is ours; any other is not.
    ledger.read()
    draft = known.with_name(f".{known.name}.{secrets.token_hex(8)}")
    draft.touch(mode=0o600)
    draft.write_text(f"{instance}\n", encoding="ascii")
    try:
        # A link appears whole or not at all, so two first starts agree on one id.
        known.hardlink_to(draft)
    except FileExistsError:
        if given is None and instance_id() != instance:
            ledger.path.unlink()
    finally:
        draft.unlink()


def current() -> Ledger:
    """The ledger of this instance.

    Raises
    ------
    LedgerError
        If this instance was never started.
    """
    instance = instance_id()
    return Ledger(path_of(instance), secret(), instance)


def append(entries: Sequence[Entry]) -> list[Entry]:
    """Write erasures into this instance's ledger; see `Ledger.append`."""
    return current().append(entries)


def read() -> list[Entry]:
    """Every erasure of this instance, oldest first; see `Ledger.read`."""
    return current().read()


def exists() -> bool:
    """Whether this instance has its ledger."""
    return (Path(settings.HOME) / INSTANCE_FILE).exists() and current().exists()


def instance_id() -> str:
    """Id of this instance; raises `LedgerError` before its first start."""
    path = Path(settings.HOME) / INSTANCE_FILE
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise LedgerError(
            f"{path} cannot be read; start Entregent once to make it, or restore a backup"
        ) from error


def path_of(instance: str) -> Path:
    """Where the ledger of an instance is."""
    given: Path | None = settings.LEDGER
    return given or Path(settings.STATE) / f"ledger-{instance}.jsonl"


def _instance_of(path: Path) -> str:
    """Which instance a file says that it belongs to; empty where there is none."""
    with suppress(OSError, orjson.JSONDecodeError, AttributeError), path.open("rb") as file:
        return str(orjson.loads(file.readline()).get("instance", ""))
    return ""


def _words(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}+00:00"


def _settle_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
