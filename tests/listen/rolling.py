"""Roll-ups beside a recount from scratch, and a house in which they can be told things."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pyarrow.compute as pc
from django.db import transaction

from entregent.apps.listen import journal
from entregent.apps.listen.keeper import Keeper
from entregent.apps.listen.keyring import account_key
from entregent.apps.listen.models import Reopened
from entregent.apps.listen.queries import zone_of_days
from entregent.apps.listen.rollups import refresh_due
from entregent.apps.understand.queries import corrected_labels
from entregent.lake.rollups.registry import ROLL_UPS, SPEAKERS
from entregent.lake.rollups.store import RollUps
from entregent.lake.rows import Landing
from entregent.vocabulary import Activity
from tests.lake.rollups.by_hand import Row, counted_by_hand

if TYPE_CHECKING:
    import pyarrow as pa


def land(*activities: Activity) -> None:
    landing = Landing(account_key)
    for activity in activities:
        landing.add(activities=[activity])
    with transaction.atomic():
        journal.land(landing.tables(), origin="test")


def keep(keeper: Keeper, *activities: Activity) -> None:
    if activities:
        land(*activities)
    while keeper.turn(flush=True).was_busy:
        pass


def refresh(keeper: Keeper) -> int:
    hours = 0
    while counted := refresh_due(keeper.claim, corrected_labels):
        hours += counted
    assert not Reopened.objects.exists()
    return hours


def stored() -> set[Row]:
    """Every count that stands in the lake."""
    store = RollUps.open(journal.lake())
    assert store is not None
    table = store.table.to_pyarrow_table()
    return rows_of(table.filter(pc.not_equal(table["roll_up"], SPEAKERS)))


def rows_of(table: pa.Table) -> set[Row]:
    names = ("grain", "roll_up", "level", "number", "first", "second", "third")
    columns = (table[name].to_pylist() for name in (*names, "activities", "accounts"))
    rows = list(zip(*columns, strict=True))
    assert len(rows) == len(set(rows))
    return set(rows)


def by_hand(zone: ZoneInfo | None = None) -> set[Row]:
    """Every count, worked out in plain Python from the record."""
    with journal.open_record() as record:
        tables = {
            name: record.connection.sql(f"SELECT * FROM {name}").to_arrow_table().to_pylist()
            for name in ("activities", "superseded", "labels", "marks", "links")
        }
    corrections = corrected_labels().to_pylist()
    return counted_by_hand(tables, corrections, ROLL_UPS.values(), zone or zone_of_days())


def differences(one: Iterable[Row], other: Iterable[Row]) -> dict[str, list[Row]]:
    return {
        "too much": sorted(set(one) - set(other), key=str)[:5],
        "missing": sorted(set(other) - set(one), key=str)[:5],
    }
