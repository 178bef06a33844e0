"""Importing files: each item lands in the journal, and the report says what became of it."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC
from pathlib import Path
from time import sleep
from typing import Any

from django.db import transaction
from django.utils import timezone

from entregent.apps.listen import journal
from entregent.apps.listen.keyring import account_key
from entregent.apps.listen.models import Source
from entregent.apps.organisation.actions import record as audit
from entregent.apps.organisation.queries import Member
from entregent.lake.admission import Counts
from entregent.lake.rows import Landing
from entregent.networks.files import Document, RefusedFile, documents
from entregent.networks.json_documents import UNKNOWN
from entregent.networks.reading import Refused, Taken
from entregent.networks.registry import NETWORKS

LONGEST_LIST = 1000
"""Refusals of one file that are listed; further ones are counted."""
PATIENCE_S = 0.05


@dataclass
class FileReport:
    """What became of one file, or of one member of an archive."""

    path: str
    format: str = ""
    counts: Counts = field(default_factory=Counts)
    refused: list[Refused] = field(default_factory=list)
    refusals: int = 0
    note: str = ""

    def refuse(self, where: str, reason: str) -> None:
        """Note that something was refused."""
        self.refusals += 1
        if len(self.refused) < LONGEST_LIST:
            self.refused.append(Refused(where, reason))

    def as_json(self) -> dict[str, Any]:
        """The report as the command line gives it."""
        listed = [{"where": item.where, "reason": item.reason} for item in self.refused]
        if self.refusals > len(self.refused):
            more = self.refusals - len(self.refused)
            listed.append({"where": "", "reason": f"{more} more refusals, not listed here"})
        return {
            "path": self.path,
            "format": self.format,
            **{part.name: getattr(self.counts, part.name) for part in fields(Counts)},
            "refused": listed,
            "note": self.note,
        }


@dataclass
class ImportReport:
    """What became of all files of one import."""

    files: list[FileReport] = field(default_factory=list)

    @property
    def refusals(self) -> int:
        """How many things were refused in all."""
        return sum(file.refusals for file in self.files)

    def as_json(self) -> dict[str, Any]:
        """The report as the command line gives it."""
        total = sum((file.counts for file in self.files), Counts())
        return {
            "files": [file.as_json() for file in self.files],
            "totals": {
                **{part.name: getattr(total, part.name) for part in fields(Counts)},
                "refused": self.refusals,
                "files": len(self.files),
            },
        }


@dataclass
class Progress:
    """How far an import has come; given to the caller's `watch` now and then."""

    path: str = ""
    items: int = 0
    rows: int = 0


def import_files(
    paths: Sequence[Path],
    *,
    acting_user: Member | None,
    work: Callable[[], None] | None = None,
    watch: Callable[[Progress], None] = lambda _: None,
) -> ImportReport:
    """Import files, folders and archives; what is known already is left as it is.

    Parameters
    ----------
    paths
        What to read; each exists.
    acting_user
        Who imports; None at the command line.
    work
        Called while waiting for the keeper, to do its work where no other process does.
    watch
        Told how far things have come, after each chunk.
    """
    run = _Run(secrets.token_hex(8), acting_user, work or (lambda: sleep(PATIENCE_S)), watch)
    now = timezone.now().astimezone(UTC)
    for path in paths:
        for document in documents(path, now):
            run.read(document)
    run.settle()
    return run.report


@dataclass
class _Run:
    origin: str
    acting_user: Member | None
    work: Callable[[], None]
    watch: Callable[[Progress], None]
    report: ImportReport = field(default_factory=ImportReport)
    progress: Progress = field(default_factory=Progress)
    _chunks: dict[int, int] = field(default_factory=dict)
    _sources: set[str] = field(default_factory=set)
    _refused: dict[str, int] = field(default_factory=dict)

    def read(self, document: Document | RefusedFile) -> None:
        """Read one document to its end, landing it chunk by chunk."""
        report = FileReport(document.path)
        self.report.files.append(report)
        self.progress.path = document.path
        if isinstance(document, RefusedFile):
            report.refuse(document.where, document.reason)
            return
        formats: dict[str, None] = {}
        notes: dict[str, None] = {}
        landing = Landing(account_key)
        for read in document.read():
            outcome = read.outcome
            if read.format:
                formats[read.format] = None
            if isinstance(outcome, Refused):
                report.refuse(outcome.where, outcome.reason)
                self._refused[read.network] = self._refused.get(read.network, 0) + 1
                continue
            if outcome.nothing:
                notes[outcome.nothing] = None
            if _is_empty(outcome):
                continue
            self._sources.add(read.network)
            journal.gather(landing, outcome)
            if landing.items >= journal.CHUNK_ROWS or landing.size >= journal.CHUNK_BYTES:
                self._land(landing)
                landing = Landing(account_key)
        if landing.items:
            self._land(landing)
        # A line that is not known among many that are says nothing of the file.
        report.format = "+".join([name for name in formats if name != UNKNOWN] or formats)
        if notes:
            listed = list(notes)
            report.note = "nothing to keep: " + "; ".join(listed[:5])
        self._audit(report)

    def _land(self, landing: Landing) -> None:
        tables = landing.tables()
        while journal.backlog_bytes() > journal.BACKLOG_BYTES:
            self.work()
        with transaction.atomic():
            for slug in sorted(self._sources):
                ensure_file_source(slug, acting_user=self.acting_user)
            self._sources.clear()
            pk = journal.land(
                tables, origin=self.origin, place=len(self.report.files) - 1, awaited=True
            )
        self._chunks[pk] = len(self.report.files) - 1
        self.progress.items += landing.items
        self.progress.rows += len(landing)
        self.watch(self.progress)

    def _audit(self, report: FileReport) -> None:
        with transaction.atomic():
            changes: dict[str, object] = {"format": ["", report.format]}
            if report.refusals:
                changes["refused"] = [0, report.refusals]
            audit(
                acting_user=self.acting_user,
                action="listen.file_read",
                subject=f"import:{self.origin}",
                changes=changes,
            )
            for network, refusals in self._refused.items():
                source = Source.objects.filter(slug=f"file:{network}").first()
                if source is not None:
                    source.refused += refusals
                    source.save(update_fields=["refused"])
            self._refused.clear()

    def settle(self) -> None:
        """Wait until the keeper has said what became of every chunk."""
        while self._chunks:
            found = journal.take_counts(list(self._chunks)[:500])
            for pk, counts in found.items():
                file = self.report.files[self._chunks.pop(pk)]
                file.counts = file.counts + counts
            if not found:
                self.work()
        self.watch(self.progress)


def _is_empty(taken: Taken) -> bool:
    return not (taken.activities or taken.accounts or taken.points or taken.aliases)


def ensure_file_source(network: str, *, acting_user: Member | None) -> None:
    """Make sure that files of a network stand among the sources; inside a transaction."""
    slug = f"file:{network}"
    if Source.objects.filter(slug=slug).exists():
        return
    label = next((item.label for item in NETWORKS if item.slug == network), network)
    source = Source.objects.create(
        slug=slug, network=network, kind=Source.Kind.FILE, name=label, created_at=timezone.now()
    )
    audit(acting_user=acting_user, action="listen.source_added", subject=f"source:{source.pk}")
