"""The folder of Delta tables: opening them, appending to them once, keeping them tidy."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import (
    CommitProperties,
    DeltaTable,
    PostCommitHookProperties,
    Transaction,
    WriterProperties,
    write_deltalake,
)
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError

from entregent.lake.errors import LakeError, LostRace, NewerLake
from entregent.lake.schema import SCHEMA_VERSION, TABLES, LakeTable

KEEPER: Final = "entregent-keeper"
"""Name under which batch numbers stand in each table's log."""

_DESCRIPTION = "entregent schema"
_WRITER = WriterProperties(compression="ZSTD", compression_level=3, max_row_group_size=128 * 1024)
_VACUUM_HOURS: Final = 24


class Lake:
    """The tables under one folder.

    Parameters
    ----------
    root
        Folder of the lake; made on first use.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, name: str) -> str:
        """Address of a table."""
        return str(self.root / name)

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
            table = DeltaTable(self.path(name))
        except TableNotFoundError:
            return None
        except DeltaError as error:
            told = str(error).partition("\n")[0][:200]
            raise LakeError(
                f"the log of « {name} » in {self.root} cannot be read ({told}); "
                "restore the newest backup"
            ) from error
        found = (table.metadata().description or "").removeprefix(_DESCRIPTION).strip()
        if not found.isdigit() or int(found) > SCHEMA_VERSION:
            raise NewerLake(
                f"the table « {name} » has schema {found or 'unknown'} and this program knows "
                f"{SCHEMA_VERSION}; install the newer Entregent that wrote it"
            )
        return table

    def count(self, name: str) -> int:
        """Rows of a table's newest snapshot, as its log tells."""
        table = self.open(name)
        return 0 if table is None else int(table.count())

    def create(self) -> None:
        """Create the tables that are missing."""
        self.root.mkdir(parents=True, exist_ok=True)
        for table in TABLES.values():
            if self.open(table.name) is None:
                DeltaTable.create(
                    self.path(table.name),
                    table.schema,
                    mode="ignore",
                    partition_by=list(table.partition_by) or None,
                    description=f"{_DESCRIPTION} {SCHEMA_VERSION}",
                    configuration=_configuration(table),
                )

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
        table = self.open(name)
        if table is None:
            self.create()
            table = DeltaTable(self.path(name))
        done = table.transaction_version(KEEPER) or 0
        fresh = {number: rows for number, rows in parts.items() if number > done and len(rows)}
        if not fresh:
            return False
        last = max(fresh)
        try:
            # No retry: a commit between our look at the log and this one means that somebody
            # else holds the lease now, and may have appended these very batches.
            write_deltalake(
                table,
                pa.concat_tables([fresh[number] for number in sorted(fresh)]),
                mode="append",
                writer_properties=_WRITER,
                commit_properties=CommitProperties(
                    max_commit_retries=0, app_transactions=[Transaction(KEEPER, last)]
                ),
                post_commithook_properties=PostCommitHookProperties(
                    create_checkpoint=True, cleanup_expired_logs=False
                ),
            )
        except CommitFailedError as error:
            raise LostRace(f"another keeper wrote to « {name} »") from error
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
        keys = activities.to_pyarrow_dataset().to_table(columns=["key", "object_key", "source"])
        mine = keys.filter(pc.starts_with(keys["source"], prefix))
        others = keys.filter(pc.invert(pc.starts_with(keys["source"], prefix)))
        gone = len(mine)
        self._keep_only("labels", "object_key", others["object_key"])
        self._keep_only("superseded", "key", others["key"])
        for name in ("activities", "raw", "accounts", "series"):
            table = self.open(name)
            if table is not None:
                table.delete(theirs)
        for name in TABLES:
            table = self.open(name)
            if table is not None:
                table.optimize.compact(writer_properties=_WRITER)
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
            writer_properties=_WRITER,
            commit_properties=CommitProperties(
                max_commit_retries=0, app_transactions=[Transaction(KEEPER, version)]
            ),
        )

    def compact(self, *, vacuum_hours: int = _VACUUM_HOURS) -> dict[str, int]:
        """Merge small files and remove those that no snapshot younger than the limit needs.

        Parameters
        ----------
        vacuum_hours
            Age, in hours since they were replaced, from which files are removed.

        Returns
        -------
        dict
            Files removed from each table's newest snapshot by merging.
        """
        removed = {}
        for name in TABLES:
            table = self.open(name)
            if table is None:
                continue
            outcome = table.optimize.compact(writer_properties=_WRITER)
            removed[name] = int(outcome["numFilesRemoved"])
            table.vacuum(vacuum_hours, dry_run=False, enforce_retention_duration=False)
            table.create_checkpoint()
        return removed


def _configuration(table: LakeTable) -> dict[str, str | None]:
    return {
        "delta.dataSkippingStatsColumns": ",".join(table.statistics),
        "delta.checkpointInterval": "50",
    }
