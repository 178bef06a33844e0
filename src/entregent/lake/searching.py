"""Looking for somebody in every file of a folder, in what the files hold once unpacked."""

import gzip
import re
import shutil
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Final

import duckdb
import pyarrow as pa

from entregent.lake.masking import Mask
from entregent.lake.storage import files_under, storage
from entregent.lake.store import Lake

_CHUNK: Final = 16 * 1024 * 1024
_OVERLAP: Final = 4_096
_THEIR_OWN: Final = {"accounts": frozenset({"name", "handle"})}
"""Columns in which namesakes may stand, by table."""
_TEXTS: Final = re.compile(r"VARCHAR|BLOB|JSON")


def places(folder: Path, mask: Mask) -> Iterator[Path]:
    """Files in which somebody is found.

    Parameters
    ----------
    folder
        Looked through with everything below it.
    mask
        Finds them in texts; in files that are no tables, its terms are looked for.
    """
    with _engine() as ask:
        for path in sorted(folder.rglob("*")):
            try:
                if path.is_symlink() or not path.is_file():
                    continue
                found = _is_in(ask, path, mask, path.parts)
            except FileNotFoundError:
                continue  # it went while we looked
            if found:
                yield path


def addresses(lake: Lake, mask: Mask) -> Iterator[str]:
    """Objects of a lake in an object store in which somebody is found, as `places` does.

    Each is fetched into the lake's folder for spilling, and removed once it is looked through.
    """
    files = storage(lake)
    lake.spill.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (
        _engine() as ask,
        TemporaryDirectory(dir=lake.spill) as folder,
    ):
        for name in sorted(files_under(files, "")):
            place = PurePosixPath(name)
            fetched = Path(folder) / place.name
            try:
                with files.open_input_stream(name) as source, fetched.open("wb") as copy:
                    shutil.copyfileobj(source, copy, _CHUNK)
            except FileNotFoundError:
                continue  # it went while we looked
            found = _is_in(ask, fetched, mask, place.parts)
            fetched.unlink()
            if found:
                yield f"{lake.location}/{name}"


def _engine() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"memory_limit": "512MB", "threads": 2})


def _is_in(ask: duckdb.DuckDBPyConnection, path: Path, mask: Mask, parts: tuple[str, ...]) -> bool:
    if ".parquet" not in path.name:
        return holds(path, mask.terms)
    listed = str(path).replace("'", "''")
    try:
        columns = ask.execute(f"DESCRIBE SELECT * FROM read_parquet('{listed}')").fetchall()  # noqa: S608 (a path of ours)
    except duckdb.Error:
        return True  # what cannot be read may hold anything
    owned = next((names for part, names in _THEIR_OWN.items() if part in parts), frozenset())
    names = [row[0] for row in columns if _TEXTS.search(str(row[1])) and row[0] not in owned]
    for name in names:
        text = f'CAST("{name}" AS VARCHAR)'
        folded = f"strip_accents(lower({text}))"
        tests = " OR ".join(f"contains({folded}, strip_accents(lower(?)))" for _ in mask.fragments)
        if not tests:
            return False
        ask.execute(
            f"SELECT DISTINCT {text} FROM read_parquet('{listed}') WHERE {tests}",  # noqa: S608 (names of ours)
            list(mask.fragments),
        )
        for batch in ask.fetch_record_batch(5_000):
            if any(mask.holds(text) for text in _strings(batch)):
                return True
    return False


def _strings(batch: pa.RecordBatch) -> list[str]:
    return [text for text in batch.column(0).to_pylist() if text]


def holds(path: Path, words: Collection[str]) -> bool:
    """Whether a file holds one of some terms in lower case, also packed by gzip or zlib."""
    terms = frozenset(word.encode() for word in words)
    if not terms:
        return False
    with path.open("rb") as file:
        head = file.read(2)
    if head == b"\x1f\x8b":
        with gzip.open(path) as file:
            return _holds(iter(lambda: file.read(_CHUNK), b""), terms)
    with path.open("rb") as file:
        if head in {b"\x78\x9c", b"\x78\xda", b"\x78\x01"}:
            try:
                return _holds(iter([zlib.decompress(file.read())]), terms)
            except zlib.error:
                file.seek(0)
        return _holds(iter(lambda: file.read(_CHUNK), b""), terms)


def _holds(parts: Iterator[bytes], terms: frozenset[bytes]) -> bool:
    before = b""
    for part in parts:
        text = (before + part).lower()
        if any(term in text for term in terms):
            return True
        before = part[-_OVERLAP:]
    return False
