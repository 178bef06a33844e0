"""Opens what a test writes, and tells what came out."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from entregent.networks.files import Limits, RefusedFile, documents
from entregent.networks.json_documents import Read
from entregent.networks.reading import Refused, Taken

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass
class Opened:
    """What a file told."""

    kinds: dict[str, str] = field(default_factory=dict)
    reads: list[tuple[str, Read]] = field(default_factory=list)
    files: list[RefusedFile] = field(default_factory=list)

    @property
    def activities(self) -> list[str]:
        return [
            activity.id
            for _, read in self.reads
            if isinstance(read.outcome, Taken)
            for activity in read.outcome.activities
        ]

    @property
    def refused(self) -> list[tuple[str, str]]:
        return [
            (read.outcome.where, read.outcome.reason)
            for _, read in self.reads
            if isinstance(read.outcome, Refused)
        ]

    @property
    def formats(self) -> set[str]:
        return {read.format for _, read in self.reads}


@pytest.fixture
def opened(tmp_path: Path) -> Callable[..., Opened]:
    """Write bytes to a file, or take a path, and read all that `documents` gives."""

    def open_it(given: bytes | Path, limits: Limits | None = None) -> Opened:
        path = given if isinstance(given, Path) else tmp_path / "fichier"
        if isinstance(given, bytes):
            path.write_bytes(given)
        told = Opened()
        for one in documents(path, NOW, limits=limits or Limits()):
            if isinstance(one, RefusedFile):
                told.files.append(one)
                continue
            told.kinds[one.path] = one.kind
            told.reads += [(one.path, read) for read in one.read()]
        return told

    return open_it
