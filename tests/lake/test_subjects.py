"""Of what things a table of changes tells, told from its files' own keys."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entregent.lake import subjects
from entregent.lake.errors import FilesGone
from entregent.lake.subjects import told_of

KEYS = st.lists(st.integers(-50, 50) | st.sampled_from([-(2**63), 2**63 - 1]), max_size=40)


def write(path: Path, keys: list[int]) -> str:
    pq.write_table(
        pa.table({"subject": pa.array(keys, pa.int64()), "state": ["x"] * len(keys)}), path
    )
    return str(path)


@given(files=st.lists(KEYS, max_size=3), asked=KEYS)
def test_what_stands_in_a_file_is_told_once_and_nothing_else(
    files: list[list[int]], asked: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("subjects")
    paths = [write(folder / f"{number}.parquet", keys) for number, keys in enumerate(files)]
    for _ in range(2):  # read, and then kept
        found = told_of(paths, np.array(asked, np.int64))
        assert found.tolist() == sorted(set(asked) & {key for keys in files for key in keys})


def test_a_file_that_was_merged_away_calls_for_a_new_look(tmp_path: Path) -> None:
    with pytest.raises(FilesGone):
        told_of([str(tmp_path / "gone.parquet")], np.array([1]))


def test_no_more_is_kept_than_was_agreed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subjects, "_MOST", 5)
    monkeypatch.setattr(subjects._Known, "now", {})
    first = write(tmp_path / "1.parquet", [1, 2, 3])
    second = write(tmp_path / "2.parquet", [4, 5, 6])
    for path, key in ((first, 1), (second, 4)):
        assert told_of([path], np.array([key, 9])).tolist() == [key]
        assert list(subjects._Known.now) == [path]
    assert told_of([first, second], np.array([1, 4])).tolist() == [1, 4]
    assert subjects._Known.now == {}
