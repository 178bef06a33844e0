"""Of what things `superseded` tells, kept by file: a file of the record never changes.

Subjects are hashes, and those that are asked about lie all over the table: each look would unpack
them all.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from entregent.lake.errors import FilesGone
from entregent.lake.key_run import Keys

_MOST: Final = 8_000_000
"""Subjects that a process keeps, of eight bytes each; more are read anew each time."""


class _Known:
    """Sorted subjects by file; replaced as a whole: no thread sees a half."""

    now: dict[str, Keys] = {}  # noqa: RUF012 (never changed, but replaced)


def told_of(files: Sequence[str], asked: Keys) -> Keys:
    """Which of some things stand in some files.

    Parameters
    ----------
    files
        Paths of files of ``superseded``.
    asked
        Shape (n,): keys of objects, activities or accounts.

    Returns
    -------
    numpy.ndarray
        Shape (m,), each once.

    Raises
    ------
    FilesGone
        If a file was removed meanwhile.
    """
    known = _Known.now
    found = {file: known[file] if file in known else _read(file) for file in files}
    whole = {**known, **found}
    if sum(map(len, whole.values())) > _MOST:
        # Those of replaced files go first.
        whole = found if sum(map(len, found.values())) <= _MOST else {}
    _Known.now = whole
    hits = [asked[_holds(subjects, asked)] for subjects in found.values()]
    return np.unique(np.concatenate([*hits, np.empty(0, np.int64)]))


def _read(file: str) -> Keys:
    try:
        rows = pq.read_table(file, columns=["subject"], partitioning=None)
    except FileNotFoundError as error:
        raise FilesGone(file) from error
    return np.sort(rows["subject"].drop_null().to_numpy())


def _holds(subjects: Keys, asked: Keys) -> NDArray[np.bool_]:
    if not len(subjects):
        return np.zeros(len(asked), dtype=bool)
    place = np.minimum(np.searchsorted(subjects, asked), len(subjects) - 1)
    found: NDArray[np.bool_] = subjects[place] == asked
    return found
