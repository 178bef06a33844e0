"""What is known is known, whatever was merged, cut off or of another table."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from entregent.lake import key_run
from entregent.lake.days import month_name, month_number
from entregent.lake.key_run import UNKNOWN
from entregent.lake.known import MOST_RUNS, KnownKeys

FARTHEST = 32_767 * 256 + 255
"""The last part of the last month that has a number."""
ANY_KEY = st.one_of(st.integers(-(2**63), 2**63 - 1), st.integers(-3, 3))
NEAR_PLACES = st.integers(24_000 * 256, 24_040 * 256)
KEYS = st.lists(st.tuples(ANY_KEY, st.one_of(NEAR_PLACES, st.integers(0, FARTHEST))), max_size=30)


def filled(folder: Path, batches: list[list[tuple[int, int]]]) -> KnownKeys:
    known = KnownKeys(folder)
    for number, pairs in enumerate(batches, start=1):
        keys = np.array([key for key, _ in pairs], np.int64)
        places = np.array([place for _, place in pairs], np.int32)
        known.add([(keys, places)], number, "table")
    return known


def check(folder: Path, told: dict[int, set[int]], others: list[int]) -> None:
    known = KnownKeys(folder)
    asked = [*told, *(key for key in others if key not in told)]
    found = known.places_of(np.array(asked, np.int64)).tolist()
    for key, place in zip(asked, found, strict=True):
        assert place in told.get(key, {UNKNOWN})


def told_in(batches: list[list[tuple[int, int]]]) -> dict[int, set[int]]:
    told: dict[int, set[int]] = {}
    for key, place in (pair for pairs in batches for pair in pairs):
        told.setdefault(key, set()).add(place)
    return told


@given(batches=st.lists(KEYS, max_size=25), others=st.lists(ANY_KEY, max_size=30))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_each_key_is_found_with_a_place_it_was_told_with_and_no_other_is(
    tmp_path_factory: pytest.TempPathFactory,
    batches: list[list[tuple[int, int]]],
    others: list[int],
) -> None:
    folder = tmp_path_factory.mktemp("known")
    filled(folder, batches)
    check(folder, told_in(batches), others)
    assert KnownKeys(folder).covers == len(batches)
    assert len(list(folder.glob("*.run"))) <= MOST_RUNS


@pytest.mark.parametrize("size", [200, 70_000, 300_000])
def test_large_runs_are_merged_by_slices(
    tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_run, "_WHOLE", 1_000)
    random = np.random.default_rng(5)
    keys = random.integers(-(2**63), 2**63 - 1, size)
    # Hashes spread evenly; many that do not must be found all the same.
    keys[: size // 3] = np.arange(size // 3)
    places = random.integers(24_000 * 256, 24_040 * 256, size).astype(np.int32)
    known = KnownKeys(tmp_path)
    for number, part in enumerate(np.array_split(np.arange(size), 12), start=1):
        known.add([(keys[part], places[part])], number, "table")
    assert len(known) == size
    asked = np.concatenate([keys, [-5, 2**62 + 12_345, -(2**63), 2**63 - 1]])
    assert np.array_equal(known.places_of(asked), [*places, *[UNKNOWN] * 4])


def test_the_largest_runs_leave_three_bytes_of_each_key_to_their_directory(
    tmp_path: Path,
) -> None:
    random = np.random.default_rng(6)
    size = 1 << 25
    keys = random.integers(-(2**63), 2**63 - 1, size)
    places = np.full(size, 24_000 * 256 + 7, np.int32)
    run = key_run.write(tmp_path, [(keys, places)])
    assert run.path.stat().st_size < 9.1 * size
    some = keys[:: size // 1_000]
    hit, found = run.find(np.concatenate([some, some ^ 1]))
    assert hit[: len(some)].all()
    assert not hit[len(some) :].any()
    assert set(found[: len(some)].tolist()) == {24_000 * 256 + 7}


def test_a_run_that_is_cut_off_is_asked_no_more(tmp_path: Path) -> None:
    filled(tmp_path, [[(1, 5)], [(2, 6)]])
    run = min(tmp_path.glob("*.run"))
    run.write_bytes(run.read_bytes()[:4])
    known = KnownKeys(tmp_path)
    assert (known.covers, len(known)) == (0, 0)


def test_after_a_fall_of_the_machine_a_damaged_run_is_asked_no_more(tmp_path: Path) -> None:
    filled(tmp_path, [[(1, 5)]])
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"boot": "another"}))
    assert len(KnownKeys(tmp_path)) == 1
    run = min(tmp_path.glob("*.run"))
    body = bytearray(run.read_bytes())
    body[-1] ^= 1
    run.write_bytes(body)
    assert (KnownKeys(tmp_path).covers, len(KnownKeys(tmp_path))) == (0, 0)


def test_an_index_of_an_older_program_is_made_again(tmp_path: Path) -> None:
    filled(tmp_path, [[(1, 5)]])
    manifest = tmp_path / "manifest.json"
    told = {"table": "table", "covers": 1, "boot": "a", "runs": [["tmpabc", 1, 77]]}
    manifest.write_text(json.dumps(told))
    (tmp_path / "tmpabc.run").write_bytes(bytes(10))
    known = KnownKeys(tmp_path)
    assert (known.covers, len(known)) == (0, 0)
    known.add([(np.array([7]), np.array([9], np.int32))], 1, "table")
    assert not (tmp_path / "tmpabc.run").exists()


def test_a_damaged_manifest_is_as_good_as_none(tmp_path: Path) -> None:
    filled(tmp_path, [[(1, 5)]])
    (tmp_path / "manifest.json").write_text("{")
    assert KnownKeys(tmp_path).covers == 0


def test_keys_of_another_table_are_forgotten(tmp_path: Path) -> None:
    known = filled(tmp_path, [[(1, 5)]])
    known.add([(np.array([7]), np.array([9], np.int32))], 1, "another")
    again = KnownKeys(tmp_path)
    assert again.places_of(np.array([1, 7])).tolist() == [UNKNOWN, 9]


@pytest.mark.parametrize("month", ["0001-01", "1970-01", "2026-11", "2100-12"])
def test_a_month_has_one_number(month: str) -> None:
    assert month_name(month_number(month)) == month
