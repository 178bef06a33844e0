"""What is known is known, whatever was merged, cut off or of another table."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from entregent.lake.days import month_name, month_number
from entregent.lake.known import MOST_RUNS, UNKNOWN, KnownKeys

KEYS = st.lists(st.tuples(st.integers(-(2**63), 2**63 - 1), st.integers(0, 32_767)), max_size=30)


def filled(folder: Path, batches: list[list[tuple[int, int]]]) -> KnownKeys:
    known = KnownKeys(folder)
    for number, pairs in enumerate(batches, start=1):
        keys = np.array([key for key, _ in pairs], np.int64)
        months = np.array([month for _, month in pairs], np.int16)
        known.add([(keys, months)], number, "table")
    return known


@given(batches=st.lists(KEYS, max_size=25), others=KEYS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_each_key_is_found_with_a_month_it_was_told_with_and_no_other_is(
    tmp_path_factory: pytest.TempPathFactory,
    batches: list[list[tuple[int, int]]],
    others: list[tuple[int, int]],
) -> None:
    folder = tmp_path_factory.mktemp("known")
    filled(folder, batches)
    known = KnownKeys(folder)
    told: dict[int, set[int]] = {}
    for key, month in (pair for pairs in batches for pair in pairs):
        told.setdefault(key, set()).add(month)
    asked = [*told, *(key for key, _ in others if key not in told)]
    found = known.months_of(np.array(asked, np.int64)).tolist()
    for key, month in zip(asked, found, strict=True):
        assert month in told.get(key, {UNKNOWN})
    assert known.covers == len(batches)
    assert len(list(folder.glob("*.run"))) <= MOST_RUNS


def test_a_run_that_is_cut_off_is_asked_no_more(tmp_path: Path) -> None:
    filled(tmp_path, [[(1, 5)], [(2, 6)]])
    run = min(tmp_path.glob("*.run"))
    run.write_bytes(run.read_bytes()[:4])
    known = KnownKeys(tmp_path)
    assert (known.covers, len(known)) == (0, 0)


def test_a_damaged_manifest_is_as_good_as_none(tmp_path: Path) -> None:
    filled(tmp_path, [[(1, 5)]])
    (tmp_path / "manifest.json").write_text("{")
    assert KnownKeys(tmp_path).covers == 0


def test_keys_of_another_table_are_forgotten(tmp_path: Path) -> None:
    known = filled(tmp_path, [[(1, 5)]])
    known.add([(np.array([7]), np.array([9], np.int16))], 1, "another")
    again = KnownKeys(tmp_path)
    assert again.months_of(np.array([1, 7])).tolist() == [UNKNOWN, 9]


@pytest.mark.parametrize("month", ["0001-01", "1970-01", "2026-11", "2100-12"])
def test_a_month_has_one_number(month: str) -> None:
    assert month_name(month_number(month)) == month
