"""Where roll-ups lie: one Delta table beside the record's, written by the keeper alone.

A folder holds the hours of one roll-up's month, or the days of its year, in one file. Counting
again puts new files in the place of whole folders, all of them in one commit: who reads sees the
hours and days from before, or those from after.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import (
    ColumnProperties,
    CommitProperties,
    DeltaTable,
    PostCommitHookProperties,
    WriterProperties,
    write_deltalake,
)
from deltalake.exceptions import CommitFailedError, TableNotFoundError

from entregent.lake.days import day_of, start_of
from entregent.lake.disk import remove_replaced, settle
from entregent.lake.errors import LostRace, NewerLake
from entregent.lake.files import file_actions
from entregent.lake.rollups.counting import GRAINS, SPEAKER
from entregent.lake.rollups.periods import Span, period_of, start_of_hour
from entregent.lake.rollups.registry import SPEAKERS
from entregent.lake.schema import TIME
from entregent.lake.store import Lake

NAME: Final = "rollups"
VERSION: Final = 1
"""Version of the table's columns; changes only add."""
_DESCRIPTION = f"entregent roll-ups {VERSION}"

SCHEMA: Final = pa.schema(
    [
        ("grain", pa.string()),  # hour (of UTC), day (of the organisation's zone), speaker
        ("roll_up", pa.string()),
        ("period", pa.string()),  # YYYY-MM of an hour and of speakers, YYYY of a day
        ("level", pa.int64()),  # which dimensions are told apart: a bit for each
        ("number", pa.int64()),  # of the hour or day since 1970
        ("start", TIME),  # its first instant
        ("day", pa.date32()),  # NULL for hours
        ("first", pa.string()),  # values of the dimensions, in their order
        ("second", pa.string()),
        ("third", pa.string()),
        ("activities", pa.int64()),
        ("accounts", pa.int64()),
        ("actor_key", pa.int64()),  # of speakers, as the next one
        ("seconds", pa.float64()),  # when it spoke last that day, on the clock of the zone
    ]
)
_FOLDERS = ("grain", "roll_up", "period")
_COMMITS_A_CHECKPOINT = 20
_VACUUM_HOURS: Final = 24
# Rows lie in order of their number: what tells one from the next is nearly always nothing.
_WRITER: Final = WriterProperties(
    compression="ZSTD",
    compression_level=3,
    column_properties=dict.fromkeys(
        ("number", "start"),
        ColumnProperties(dictionary_enabled=False, encoding="DELTA_BINARY_PACKED"),
    ),
)


@dataclass(frozen=True)
class RollUps:
    """The table of the roll-ups, as it stood when it was opened.

    What is put in its place is written only if nobody else wrote meanwhile. So it is opened before
    the record is looked at.

    Attributes
    ----------
    table
        Its snapshot.
    """

    table: DeltaTable

    @classmethod
    def open(cls, lake: Lake) -> "RollUps | None":
        """The newest snapshot; None before anything was counted.

        Raises
        ------
        NewerLake
            If a newer program wrote it.
        """
        try:
            table = DeltaTable(lake.path(NAME), storage_options=lake.options)
        except TableNotFoundError:
            return None
        if table.metadata().description != _DESCRIPTION:
            raise NewerLake(
                f"the table « {NAME} » was written by a newer Entregent; install that one"
            )
        return cls(table)

    @property
    def table_id(self) -> str:
        """What tells this table from another one at the same place."""
        return str(self.table.metadata().id)

    @property
    def version(self) -> int:
        """Number of the last commit that this snapshot, or whoever wrote by it, has seen."""
        return int(self.table.version())

    @classmethod
    def create(cls, lake: Lake) -> "RollUps":
        """The newest snapshot, of an empty table if there was none."""
        found = cls.open(lake)
        if found is None:
            DeltaTable.create(
                lake.path(NAME),
                SCHEMA,
                storage_options=lake.options,
                mode="ignore",
                partition_by=list(_FOLDERS),
                description=_DESCRIPTION,
                configuration={
                    "delta.dataSkippingStatsColumns": "number",
                    "delta.checkpointInterval": str(_COMMITS_A_CHECKPOINT),
                    "delta.logRetentionDuration": "interval 1 days",
                    "delta.deletedFileRetentionDuration": "interval 1 days",
                },
            )
            found = cls(DeltaTable(lake.path(NAME), storage_options=lake.options))
        return found

    def rows(
        self,
        grain: str,
        roll_up: str,
        periods: Collection[str],
        *,
        level: int | None = None,
        numbers: tuple[int, int] | None = None,
        equal: Mapping[str, str | None] | None = None,
    ) -> pa.Table:
        """Rows of some folders, of one roll-up.

        Parameters
        ----------
        grain, roll_up, periods
            Names of the folders; those that are missing hold nothing.
        level
            One combination of dimensions; all if left out.
        numbers
            First and last hour or day, both included; all if left out.
        equal
            Values that columns must have; None is unknown.
        """
        data = self.table.to_pyarrow_dataset(
            file_pruning_predicate=[
                ("grain", "=", grain),
                ("roll_up", "=", roll_up),
                ("period", "in", sorted(periods)),
            ]
        )
        conditions: list[Any] = []
        if level is not None:
            conditions.append(pc.field("level") == level)
        if numbers is not None:
            conditions += [pc.field("number") >= numbers[0], pc.field("number") <= numbers[1]]
        for column, value in (equal or {}).items():
            field = pc.field(column)
            conditions.append(field.is_null() if value is None else field == value)
        chosen = conditions[0] if conditions else None
        for condition in conditions[1:]:
            chosen = chosen & condition
        return data.to_table(filter=chosen).select(SCHEMA.names).cast(SCHEMA)

    def speakers(self, before: int) -> pa.Table:
        """Accounts that spoke before a day: when last on each day, by source and type."""
        data = self.table.to_pyarrow_dataset(
            file_pruning_predicate=[
                ("grain", "=", SPEAKER),
                ("period", "<=", period_of(SPEAKER, before)),
            ]
        )
        rows = data.to_table(
            columns=["actor_key", "seconds", "first", "second"], filter=pc.field("number") < before
        )
        return pa.table(
            {
                "actor_key": rows["actor_key"],
                "seconds": rows["seconds"],
                "source": rows["first"].cast(pa.string()),
                "object_type": rows["second"].cast(pa.string()),
            }
        )

    def replace(
        self, counted: Mapping[str, pa.Table], span: Span, zone: ZoneInfo, *, at: datetime
    ) -> int:
        """Put the counts of a span in the place of what stood there; returns the rows written.

        Parameters
        ----------
        counted
            Rows of `entregent.lake.rollups.counting.COUNTS` by roll-up: all there are in the span.
        span
            Its hours and days lose every row that they had.
        zone
            Zone of the days.
        at
            When the record was looked at; it stands in the log.

        Raises
        ------
        LostRace
            If somebody else wrote since this snapshot was opened. Nothing was written then.
        """
        parts: list[pa.Table] = []
        chosen: list[str] = []
        for grain in (*GRAINS, SPEAKER):
            names = sorted(name for name in counted if (name == SPEAKERS) == (grain == SPEAKER))
            if not names:
                continue
            numbers = span.hours if grain == "hour" else span.days
            again = pa.array(sorted(numbers), pa.int64())
            periods = sorted({period_of(grain, number) for number in numbers})
            chosen.append(
                f"(grain = '{grain}' AND roll_up IN ({_listed(names)}) "
                f"AND period IN ({_listed(periods)}))"
            )
            for name in names:
                before = self.rows(grain, name, periods)
                before = before.filter(pc.invert(pc.is_in(before["number"], again)))
                rows = counted[name]
                fresh = _stored(rows.filter(pc.equal(rows["grain"], grain)), grain, zone)
                order = [(column, "ascending") for column in ("period", "level", "number")]
                parts.append(pa.concat_tables([before, fresh]).sort_by(order))
        whole = pa.concat_tables(parts)
        self._commit(whole, " OR ".join(chosen), {"entregent.looked_at": at.isoformat()})
        return len(whole)

    def drop(self, name: str) -> None:
        """Remove every count of a roll-up; `LostRace` as for `replace`."""
        self._commit(SCHEMA.empty_table(), f"roll_up = '{name}'", {})

    def tidy(self, *, vacuum_hours: int = _VACUUM_HOURS) -> None:
        """Remove files that no snapshot younger than the limit needs, and old parts of the log."""
        remove_replaced(self.table, hours=vacuum_hours)
        self.table.create_checkpoint()
        settle(self.table, self.table.version())
        self.table.cleanup_metadata()

    def _commit(self, rows: pa.Table, folders: str, told: dict[str, str]) -> None:
        since = self.table.version()
        properties = CommitProperties(max_commit_retries=0, custom_metadata=told)
        try:
            if len(rows):
                write_deltalake(
                    self.table,
                    rows,
                    mode="overwrite",
                    predicate=folders,
                    writer_properties=_WRITER,
                    commit_properties=properties,
                    post_commithook_properties=PostCommitHookProperties(
                        create_checkpoint=True, cleanup_expired_logs=False
                    ),
                )
            else:
                self.table.delete(folders, commit_properties=properties)
        except CommitFailedError as error:
            raise LostRace("another keeper counted meanwhile") from error
        # Whoever called takes the notes away of what had to be counted.
        settle(self.table, since)


def _stored(rows: pa.Table, grain: str, zone: ZoneInfo) -> pa.Table:
    """Counts with the columns that follow from the number of their hour or day."""
    known = pc.unique(rows["number"])
    places = pc.index_in(rows["number"], value_set=known)
    numbers = known.to_pylist()
    days = [None if grain == "hour" else day_of(number) for number in numbers]
    starts = [
        start_of_hour(number) if day is None else start_of(day, zone)
        for number, day in zip(numbers, days, strict=True)
    ]
    columns = {
        "period": pa.array([period_of(grain, n) for n in numbers], pa.string()).take(places),
        "start": pa.array(starts, TIME).take(places),
        "day": pa.array(days, pa.date32()).take(places),
    }
    return pa.table(
        {name: columns[name] if name in columns else rows[name] for name in SCHEMA.names}
    ).cast(SCHEMA)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def rows_kept(lake: Lake) -> dict[str, int]:
    """Activities that the lake holds in each month of UTC, as its log tells, by ``2026-11``."""
    table = lake.look("activities")
    if table is None:
        return {}
    found: dict[str, int] = defaultdict(int)
    files = file_actions(table)
    columns = (files[name].to_pylist() for name in ("partition.month", "num_records"))
    for month, rows in zip(*columns, strict=True) if len(files) else ():
        found[month] += rows or 0
    return dict(found)


def empty(lake: Lake) -> None:
    """Remove every count, and the files that held them, at once; they are counted anew."""
    found = RollUps.open(lake)
    if found is not None:
        found.table.delete()
        found.tidy(vacuum_hours=0)


def vacuum(lake: Lake, *, hours: int = _VACUUM_HOURS) -> None:
    """Tidy the roll-ups of a lake, if there are any."""
    found = RollUps.open(lake)
    if found is not None:
        found.tidy(vacuum_hours=hours)
