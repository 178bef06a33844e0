"""Which keys the record holds, and where: sorted runs of numbers beside the lake.

To ask the lake itself would mean to read every key that was ever kept, at each admission. This is a
copy that can always be made again; it holds no word and no name, and it is never backed up.
"""

import json
import secrets
import shutil
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np

from entregent.lake.key_run import UNKNOWN, Keys, Places, Run, merge, write

MOST_RUNS: Final = 8
"""Runs that are searched, at most: beyond it, the smallest are merged."""
_MANIFEST: Final = "manifest.json"
_FORMAT: Final = 2
_TRIES: Final = 3
"""Looks at the manifest, since a run that it names may be merged away meanwhile."""


class KnownKeys:
    """Keys with their places, looked up by halving; one process adds to it.

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
        self._runs: list[tuple[int, Run]] = []
        self.covers = 0
        self.table_id = ""
        for _ in range(_TRIES):
            if self._open():
                break

    def __len__(self) -> int:
        return sum(run.size for _, run in self._runs)

    def places_of(self, keys: Keys) -> Places:
        """Place of each key, shape as `keys`; `UNKNOWN` where there is none."""
        order = np.argsort(keys, kind="stable")
        # In growing order, pages of a large run are read once.
        asked = np.ascontiguousarray(keys[order], dtype=np.int64)
        found = np.full(len(keys), UNKNOWN, dtype=np.int32)
        for _, run in self._runs:
            hit, places = run.find(asked)
            found[order[hit]] = places[hit]
        return found

    def add(self, parts: Iterable[tuple[Keys, Places]], covers: int, table_id: str) -> None:
        """Add keys, and say up to which batch all are known now.

        Parameters
        ----------
        parts
            Keys with their places, each pair of one length.
        covers
            Number of the last batch they came with.
        table_id
            Of the table they stand in; keys of another one are forgotten first.
        """
        if table_id != self.table_id:
            self.forget_all()
            self.table_id = table_id
        pairs = [(keys, places) for keys, places in parts if len(keys)]
        runs = list(self._runs)
        if pairs:
            runs.append(_summed(write(self._folder, pairs)))
        while len(runs) > MOST_RUNS:
            runs.sort(key=lambda run: run[1].size)
            # Two small ones, and all that are not much larger: each key moves a few times in all.
            count = 2
            size = runs[0][1].size + runs[1][1].size
            while count < len(runs) and runs[count][1].size <= 2 * size:
                size += runs[count][1].size
                count += 1
            merged = merge(self._folder, [run for _, run in runs[:count]])
            runs = [*runs[count:], _summed(merged)]
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
            if told["format"] != _FORMAT:
                return False
            # Nothing is forced to the disk here: after a fall of the machine, sums are checked.
            check = told["boot"] != _boot()
            runs = [self._read(**each, check=check) for each in told["runs"]]
            self.covers, self.table_id = int(told["covers"]), str(told["table"])
        except (OSError, ValueError, KeyError, TypeError):
            # Cut off, or merged away a moment ago: without it, the table is asked.
            return False
        self._runs = runs
        return True

    def _read(
        self, *, name: str, size: int, base: int, is_wide: bool, total: int, check: bool
    ) -> tuple[int, Run]:
        run = Run.read(self._folder / f"{name}.run", size, base, is_wide=is_wide)
        if check and run.total != total:
            raise ValueError(f"{name} is damaged")
        return total, run

    def _publish(self, runs: list[tuple[int, Run]], covers: int) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        told = {
            "format": _FORMAT,
            "table": self.table_id,
            "covers": covers,
            "boot": _boot(),
            "runs": [
                {
                    "name": run.path.stem,
                    "size": run.size,
                    "base": run.base,
                    "is_wide": run.is_wide,
                    "total": total,
                }
                for total, run in runs
            ],
        }
        draft = self._folder / f".{_MANIFEST}"
        draft.write_text(json.dumps(told))
        draft.replace(self._folder / _MANIFEST)
        self._runs, self.covers = runs, covers
        kept = {run.path for _, run in runs}
        for path in self._folder.glob("*.run"):
            if path not in kept:
                path.unlink(missing_ok=True)


def _summed(run: Run) -> tuple[int, Run]:
    return run.total, run


@lru_cache(maxsize=1)
def _boot() -> str:
    """Names this run of the machine; without a name, sums are checked each time."""
    with suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return secrets.token_hex(8)
