"""The folder of Delta tables: opening them, appending to them once, keeping them tidy."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import (
    ColumnProperties,
    CommitProperties,
    DeltaTable,
    PostCommitHookProperties,
    Schema,
    Transaction,
    WriterProperties,
    write_deltalake,
)
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError

from entregent.lake import disk, looking
from entregent.lake.errors import LakeError, LostRace, NewerLake
from entregent.lake.schema import SCHEMA_VERSION, TABLES, LakeTable, conformed

KEEPER: Final = "entregent-keeper"
"""Name under which batch numbers stand in each table's log."""

NO_HOOKS: Final = PostCommitHookProperties(create_checkpoint=False, cleanup_expired_logs=False)
"""No checkpoint comes with a commit: it is made later, of what is settled on the disk."""
_LOOKS: Final = 4
_COMMITS_A_CHECKPOINT: Final = 50
_DESCRIBED: Final = re.compile(r"entregent schema (\d+)(?: \(some files: (\d+)\))?")
# Keys are hashes and hardly ever come twice, and so do texts: a dictionary of them only takes room,
# and whoever reads one of them unpacks it whole. Times lie close to each other, and addresses of
# one account begin alike: their differences take less. Groups of rows are small, since whoever
# reads one account's words unpacks the whole group: 14 ms, not 23, for four months, at less room.
_PLAIN: Final = (
    *("key", "object_key", "actor_key", "reply_key", "thread_key", "activity_key", "account_key"),
    *("raw_ref", "ref", "subject", "told_of", "actor", "attributed_to", "in_reply_to", "payload"),
)
_TIMES: Final = ("published", "received_at", "object_published", "at", "version", "rank")
_ADDRESSES: Final = ("id", "object_id", "url", "native")
_TEXTS: Final = ("content", "folded")
_COLUMNS: Final = {
    name: ColumnProperties(dictionary_enabled=False, encoding=encoding)  # type: ignore[arg-type]
    for names, encoding in (
        (_PLAIN, "PLAIN"),
        (_TIMES, "DELTA_BINARY_PACKED"),
        (_ADDRESSES, "DELTA_BYTE_ARRAY"),
        (_TEXTS, "DELTA_LENGTH_BYTE_ARRAY"),
    )
    for name in names
}
ROW_GROUP: Final = 16 * 1024
"""Rows of a group, in files that stay."""


def _writer(level: int) -> WriterProperties:
    return WriterProperties(
        compression="ZSTD",
        compression_level=level,
        max_row_group_size=ROW_GROUP,
        column_properties=_COLUMNS,
    )


WRITER = _writer(9)
"""How files are written that stay."""
_FIRST_WRITER = _writer(1)
"""How files are written that are merged within the hour."""


class Lake:
    """The tables under one folder, or under one prefix of an object store.

    Parameters
    ----------
    root
        Folder of the lake, made on first use; or an address such as ``s3://bucket/prefix``, whose
        credentials and endpoint the environment gives (``AWS_…``).
    spill
        Folder where an engine may put what does not fit into memory; ``.spill`` in the lake's
        folder if left out, and needed where the lake has none.

    Attributes
    ----------
    options
        What the library that reads and writes tables is told besides the environment.
    index
        Folder of the keys that are known: a copy beside the spill, which can be made again.
    """

    def __init__(self, root: Path | str, *, spill: Path | None = None) -> None:
        self.is_local = isinstance(root, Path) or "://" not in root
        self.location = str(root).rstrip("/")
        if spill is None and not self.is_local:
            raise ValueError("a lake in an object store needs a folder to spill to")
        self.options = {} if self.is_local else _options(os.environ.get("AWS_ENDPOINT_URL", ""))
        self.spill = spill or Path(self.location) / ".spill"
        self.index = self.spill.with_name(".keys")

    @property
    def root(self) -> Path:
        """Folder of a local lake."""
        assert self.is_local, self.location
        return Path(self.location)

    def path(self, name: str) -> str:
        """Address of a table."""
        return f"{self.location}/{name}"

    def open(self, name: str) -> DeltaTable | None:
        """Newest snapshot of a table; None if it has not been created yet.

        Raises
        ------
        NewerLake
            If a newer program wrote it.
        LakeError
            If its log cannot be read.
        """
        try:
            table = self._opened(name)
        except TableNotFoundError:
            return None
        except DeltaError as error:
            told = str(error).partition("\n")[0][:200]
            raise LakeError(
                f"the log of « {name} » in {self.location} cannot be read ({told}); "
                "start the worker, which undoes what a fall of the machine cut off; if it cannot, "
                "restore the newest backup"
            ) from error
        version, _ = schema_versions(table)
        if version is None or version > SCHEMA_VERSION:
            raise NewerLake(
                f"the table « {name} » has schema {version or 'unknown'} and this program knows "
                f"{SCHEMA_VERSION}; install the newer Entregent that wrote it"
            )
        return table

    def look(self, name: str) -> DeltaTable | None:
        """Newest snapshot of a table to read from alone: others may read from the same one.

        Raises as `open` does.
        """
        if not self.is_local:
            return self.open(name)
        folder = self.root / name
        kept = looking.kept_snapshot(folder)
        if kept is None:
            checkpoint = looking.checkpoint_of(folder)
            kept = self.open(name)
            if kept is not None:
                looking.keep_snapshot(folder, kept, checkpoint)
        return kept

    def _opened(self, name: str) -> DeltaTable:
        """A table, looked at again if its log is being tidied while it is read."""
        for _ in range(_LOOKS - 1):
            try:
                return DeltaTable(self.path(name), storage_options=self.options)
            except DeltaError as error:
                if "not found" not in str(error).lower() or isinstance(error, TableNotFoundError):
                    raise
        return DeltaTable(self.path(name), storage_options=self.options)

    def count(self, name: str) -> int:
        """Rows of a table's newest snapshot, as its log tells."""
        table = self.open(name)
        return 0 if table is None else int(table.count())

    def create(self) -> None:
        """Create the tables that are missing, and add to older ones the columns they lack."""
        if self.is_local:
            self.root.mkdir(parents=True, exist_ok=True)
        for table in TABLES.values():
            found = self.look(table.name)
            if found is None:
                DeltaTable.create(
                    self.path(table.name),
                    table.schema,
                    mode="ignore",
                    partition_by=list(table.partition_by) or None,
                    description=f"entregent schema {SCHEMA_VERSION}",
                    configuration=_configuration(table),
                    storage_options=self.options,
                )
            elif schema_versions(found)[0] != SCHEMA_VERSION:
                older = self._opened(table.name)
                _evolve(older, table)
                disk.settle(older, 0)

    def append(self, name: str, parts: Mapping[int, pa.Table]) -> bool:
        """Append the parts of several batches to a table, in one commit, each only once.

        Parameters
        ----------
        name
            Table to append to.
        parts
            Rows by batch number; the numbers follow those already in the table's log.

        Returns
        -------
        bool
            Whether anything was written: False if all parts were there already.

        Raises
        ------
        LostRace
            If another process committed in between. Nothing was written then.
        """
        checkpoint = looking.checkpoint_of(self.root / name) if self.is_local else None
        table = self.open(name)
        if table is None:
            self.create()
            table = DeltaTable(self.path(name), storage_options=self.options)
        done = table.transaction_version(KEEPER) or 0
        fresh = {number: rows for number, rows in parts.items() if number > done and len(rows)}
        if not fresh:
            return False
        last, since = max(fresh), table.version()
        try:
            # No retry: a commit between our look at the log and this one means that somebody
            # else holds the lease now, and may have appended these very batches.
            write_deltalake(
                table,
                pa.concat_tables(
                    [conformed(fresh[number], TABLES[name].schema) for number in sorted(fresh)]
                ),
                mode="append",
                writer_properties=_FIRST_WRITER,
                commit_properties=CommitProperties(
                    max_commit_retries=0, app_transactions=[Transaction(KEEPER, last)]
                ),
                post_commithook_properties=NO_HOOKS,
            )
        except CommitFailedError as error:
            raise LostRace(f"another keeper wrote to « {name} »") from error
        # Whoever called gives up what it still holds: from here on this is the only copy.
        disk.settle(table, since)
        if table.version() // _COMMITS_A_CHECKPOINT > since // _COMMITS_A_CHECKPOINT:
            table.create_checkpoint()
        if self.is_local:
            # Nothing is written with it any more: the next look need not open it again.
            looking.keep_snapshot(self.root / name, table, checkpoint)
        return True

    def remove_source_prefix(self, prefix: str) -> int:
        """Remove for good what sources told whose names begin with a prefix.

        Rows go from every table, also the labels of their texts and what they changed; the files
        that held them are removed at once. Only whoever holds the keeper's lease may call it.

        Parameters
        ----------
        prefix
            Letters, digits and colons.

        Returns
        -------
        int
            How many activities went.
        """
        if not re.fullmatch(r"[a-z0-9:]+", prefix):
            raise ValueError(f"{prefix!r} is no beginning of a source's name")
        theirs = f"source >= '{prefix}' AND source < '{prefix}~'"
        activities = self.open("activities")
        if activities is None:
            return 0
        keys = activities.to_pyarrow_dataset().to_table(
            columns=["key", "object_key", "actor_key", "source"]
        )
        mine = keys.filter(pc.starts_with(keys["source"], prefix))
        others = keys.filter(pc.invert(pc.starts_with(keys["source"], prefix)))
        gone = len(mine)
        self._keep_only("labels", "object_key", others["object_key"])
        self._keep_only("superseded", "key", others["key"])
        self._keep_only("marks", "activity_key", others["key"])
        self._keep_only("links", "account_key", others["actor_key"])
        for name in ("activities", "raw", "accounts", "series"):
            table = self.open(name)
            if table is not None:
                table.delete(theirs)
        for name in TABLES:
            table = self.open(name)
            if table is not None:
                table.optimize.compact(writer_properties=WRITER)
                disk.settle(table, 0)
                table.vacuum(0, dry_run=False, enforce_retention_duration=False)
                table.create_checkpoint()
        return gone

    def _keep_only(self, name: str, column: str, wanted: pa.ChunkedArray) -> None:
        """Rewrite a table with those rows alone whose column is among the values wanted."""
        table = self.open(name)
        if table is None:
            return
        rows = table.to_pyarrow_table()
        kept = rows.filter(pc.is_in(rows[column], value_set=pc.unique(wanted)))
        if len(kept) == len(rows):
            return
        version = table.transaction_version(KEEPER) or 0
        write_deltalake(
            table,
            kept,
            mode="overwrite",
            writer_properties=WRITER,
            commit_properties=CommitProperties(
                max_commit_retries=0, app_transactions=[Transaction(KEEPER, version)]
            ),
        )


def _options(endpoint: str) -> dict[str, str]:
    """What a store is spoken to with: without encryption on this machine alone."""
    parts = urlsplit(endpoint)
    is_here = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    return {"allow_http": "true"} if parts.scheme == "http" and is_here else {}


def schema_versions(table: DeltaTable) -> tuple[int | None, int | None]:
    """Schema of a table, and the oldest one that some of its files may still have, if older.

    None and None where it is none of ours.
    """
    found = _DESCRIBED.fullmatch(table.metadata().description or "")
    if found is None:
        return None, None
    return int(found[1]), int(found[2]) if found[2] else None


def _evolve(found: DeltaTable, table: LakeTable) -> None:
    """Bring a table of an older program to this one's columns; cut off anywhere, it goes on.

    Files stay as they are: who reads takes what they lack as NULL.
    """
    version, oldest = schema_versions(found)
    known = {field.name for field in found.schema().fields}
    missing = [field for field in Schema.from_arrow(table.schema).fields if field.name not in known]
    if missing:
        found.alter.add_columns(missing)
    found.alter.set_table_properties(
        {name: value for name, value in _configuration(table).items() if value is not None}
    )
    told = f"entregent schema {SCHEMA_VERSION}"
    if missing or oldest is not None:
        told += f" (some files: {oldest or version})"
    # Last, because it says that the rest is done.
    found.alter.set_table_description(told)


def _configuration(table: LakeTable) -> dict[str, str | None]:
    return {
        "delta.dataSkippingStatsColumns": ",".join(table.statistics),
        "delta.checkpointInterval": str(_COMMITS_A_CHECKPOINT),
        # Who looks back looks at the rows, not at how the table was yesterday.
        "delta.logRetentionDuration": "interval 1 days",
    }
