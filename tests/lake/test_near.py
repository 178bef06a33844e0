"""Of a large month only those files are looked at in which an account's part may lie."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from entregent.lake.days import month_number
from entregent.lake.key_run import Places
from entregent.lake.near import NOBODY, bounds_of, near, overlaps, part_of, place_of

KEY = st.integers(-(2**63), 2**63 - 1)
MONTHS = ("2026-10", "2026-11")
FILE = st.tuples(st.sampled_from(MONTHS), st.lists(st.one_of(st.none(), KEY), min_size=1))


def places(rows: list[tuple[str, int | None]]) -> Places:
    months = np.array([month_number(month) for month, _ in rows], np.int32)
    return place_of(months, pa.array([account for _, account in rows], pa.int64()))


def told(files: list[tuple[str, list[int | None]]]) -> pa.Table:
    known = [[key for key in keys if key is not None] for _, keys in files]
    return pa.table(
        {
            "partition.month": [month for month, _ in files],
            "min.actor_key": pa.array([min(keys, default=None) for keys in known], pa.int64()),
            "max.actor_key": pa.array([max(keys, default=None) for keys in known], pa.int64()),
            "null_count.actor_key": [keys.count(None) for _, keys in files],
        }
    )


@given(files=st.lists(FILE, min_size=1, max_size=6), data=st.data())
def test_the_file_of_an_activity_is_always_among_those_looked_at(
    files: list[tuple[str, list[int | None]]], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(files) - 1))
    account = data.draw(st.sampled_from(files[at][1]))
    assert overlaps(told(files), near(places([(files[at][0], account)])))[at]


def test_files_of_other_months_and_other_parts_are_left_out() -> None:
    files: list[tuple[str, list[int | None]]] = [
        ("2026-10", [-(2**63), -1]),
        ("2026-11", [-(2**63), -(2**62)]),
        ("2026-11", [0, 2**63 - 1]),
    ]
    wanted = near(places([("2026-11", 2**62)]))
    assert overlaps(told(files), wanted).tolist() == [False, False, True]


def test_what_no_account_did_is_looked_for_where_such_rows_are() -> None:
    files: list[tuple[str, list[int | None]]] = [("2026-11", [5]), ("2026-11", [5, None])]
    wanted = near(places([("2026-11", None)]))
    assert wanted == {"2026-11": frozenset({NOBODY})}
    assert overlaps(told(files), wanted).tolist() == [False, True]


def test_a_file_of_which_the_log_does_not_tell_is_looked_at() -> None:
    actions = told([("2026-11", [5])]).drop_columns("null_count.actor_key")
    assert overlaps(actions, near(places([("2026-11", -5)]))).tolist() == [True]


@given(key=KEY)
def test_a_part_is_told_by_its_smallest_and_its_largest_key(key: int) -> None:
    part = int(part_of(pa.array([key], pa.int64()))[0])
    smallest, largest = bounds_of(part)
    assert smallest <= key <= largest
    assert part_of(pa.array([smallest, largest], pa.int64())).tolist() == [part, part]
