"""Which keys the record holds, and in which month: sorted runs of numbers beside the lake.

To ask the lake itself would mean to read every key that was ever kept, at each admission. This is a
copy that can always be made again; it holds no word and no name, and it is never backed up.
"""

import json
import os
import secrets
import shutil
import tempfile
import zlib
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.int64]
Months = NDArray[np.int16]

UNKNOWN: Final = -1
MOST_RUNS: Final = 8
"""Runs that are searched, at most: beyond it, the smallest are merged."""
_MANIFEST: Final = "manifest.json"
_TRIES: Final = 3
"""Looks at the manifest, since a run that it names may be merged away meanwhile."""


class KnownKeys:
    """Keys with their months, looked up by halving; one process adds to it.

    Parameters
    ----------
    folder
        Where the runs lie; made on first use.

    Attributes
    ----------
    covers
        Batch up to which, inclusive, the keys of the table are known; 0 for none.
    table_id
        Of the table whose keys they are; empty where nothing is known.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._runs: list[tuple[str, int, Keys, Months]] = []
        self.covers = 0
        self.table_id = ""
        for _ in range(_TRIES):
            if self._open():
                break

    def __len__(self) -> int:
        return sum(len(keys) for *_, keys, _ in self._runs)

    def months_of(self, keys: Keys) -> Months:
        """Number of the month of each key, shape as `keys`; `UNKNOWN` where there is none."""
        order = np.argsort(keys, kind="stable")
        asked = keys[order]
        found = np.full(len(keys), UNKNOWN, dtype=np.int16)
        for *_, run, months in self._runs:
            # By one place after the other in growing order, pages of a large run are read once.
            place = np.minimum(np.searchsorted(run, asked), len(run) - 1)
            hit = run[place] == asked
            found[order[hit]] = months[place[hit]]
        return found

    def add(self, parts: Iterable[tuple[Keys, Months]], covers: int, table_id: str) -> None:
        """Add keys, and say up to which batch all are known now.

        Parameters
        ----------
        parts
            Keys with their months, each pair of one length.
        covers
            Number of the last batch they came with.
        table_id
            Of the table they stand in; keys of another one are forgotten first.
        """
        if table_id != self.table_id:
            self.forget_all()
            self.table_id = table_id
        pairs = [(keys, months) for keys, months in parts if len(keys)]
        runs = list(self._runs)
        if pairs:
            runs.append(self._written(pairs))
        while len(runs) > MOST_RUNS:
            runs.sort(key=lambda run: len(run[2]))
            # Two small ones, and all that are not much larger: each key moves a few times in all.
            count = 2
            size = len(runs[0][2]) + len(runs[1][2])
            while count < len(runs) and len(runs[count][2]) <= 2 * size:
                size += len(runs[count][2])
                count += 1
            merged = self._written([(keys, months) for *_, keys, months in runs[:count]])
            runs = [*runs[count:], merged]
        self._publish(runs, covers)

    def forget_all(self) -> None:
        """Forget every key: they are read from the table again when they are asked for."""
        self._runs = []
        self.covers, self.table_id = 0, ""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _open(self) -> bool:
        """Open what the manifest names; False if another look may find more."""
        try:
            told = json.loads((self._folder / _MANIFEST).read_text())
        except FileNotFoundError:
            return True
        except (OSError, ValueError):
            return False
        try:
            # Nothing is forced to the disk here: after a fall of the machine, sums are checked.
            check = told["boot"] != _boot()
            runs = [
                (name, total, *self._read(name, size, total if check else None))
                for name, size, total in told["runs"]
            ]
            self.covers, self.table_id = int(told["covers"]), str(told["table"])
        except (OSError, ValueError, KeyError, TypeError):
            # Cut off, or merged away a moment ago: without it, the table is asked.
            return False
        self._runs = runs
        return True

    def _read(self, name: str, size: int, total: int | None = None) -> tuple[Keys, Months]:
        path = self._folder / f"{name}.run"
        if path.stat().st_size != size * (8 + 2):
            raise ValueError(f"{name} is cut off")
        keys: Keys = np.memmap(path, np.int64, "r", shape=(size,))
        months: Months = np.memmap(path, np.int16, "r", offset=size * 8, shape=(size,))
        if total is not None and _sum_of(keys, months) != total:
            raise ValueError(f"{name} is damaged")
        return keys, months

    def _written(self, pairs: list[tuple[Keys, Months]]) -> tuple[str, int, Keys, Months]:
        keys = np.concatenate([np.asarray(keys, np.int64) for keys, _ in pairs])
        months = np.concatenate([np.asarray(months, np.int16) for _, months in pairs])
        order = np.argsort(keys, kind="stable")
        keys, months = keys[order], months[order]
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, path = tempfile.mkstemp(dir=self._folder, suffix=".run")
        with os.fdopen(handle, "wb") as file:
            keys.tofile(file)
            months.tofile(file)
        name = Path(path).name.removesuffix(".run")
        return name, _sum_of(keys, months), *self._read(name, len(keys))

    def _publish(self, runs: list[tuple[str, int, Keys, Months]], covers: int) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        told = {
            "table": self.table_id,
            "covers": covers,
            "boot": _boot(),
            "runs": [[name, len(keys), total] for name, total, keys, _ in runs],
        }
        draft = self._folder / f".{_MANIFEST}"
        draft.write_text(json.dumps(told))
        draft.replace(self._folder / _MANIFEST)
        self._runs, self.covers = runs, covers
        kept = {name for name, *_ in runs}
        for path in self._folder.glob("*.run"):
            if path.stem not in kept:
                path.unlink(missing_ok=True)


def _sum_of(keys: Keys, months: Months) -> int:
    return zlib.crc32(months.data, zlib.crc32(keys.data))


@lru_cache(maxsize=1)
def _boot() -> str:
    """Names this run of the machine; without a name, sums are checked each time."""
    with suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return secrets.token_hex(8)
