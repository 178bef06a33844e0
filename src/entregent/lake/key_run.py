"""Sorted runs of keys on the disk: a directory by a key's first bits, and the rest of each.

Keys are hashes, so that their first bits spread them evenly: a run that has as many places in its
directory as it has keys for each few tells by them where a key would stand. What the place tells is
not written again with each key.
"""

import tempfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.int64]
Places = NDArray[np.int32]
"""Where activities lie, as numbers that `entregent.lake.near` makes and reads."""

UNKNOWN: Final = -1
_SLICE_BITS: Final = 8
"""No more than the fewest that a directory tells."""
_WHOLE: Final = 1_000_000
"""Runs that are merged in one go; larger ones, a 256th of all possible keys at a time."""
_CHUNK: Final = 1 << 24
_SIGN: Final = np.uint64(1 << 63)


def spread_of(keys: Keys) -> NDArray[np.uint64]:
    """Keys as numbers without a sign, in the same order."""
    return np.ascontiguousarray(keys, dtype=np.int64).view(np.uint64) ^ _SIGN


@dataclass(frozen=True)
class Run:
    """Keys in growing order, with their places.

    Attributes
    ----------
    path
        Of its file.
    size
        How many keys it holds.
    base
        Place that is taken from each; those of a run of at most 256 months fit into two bytes then.
    is_wide
        Whether they do not.
    """

    path: Path
    size: int
    base: int
    is_wide: bool
    starts: NDArray[Any]
    rests: NDArray[np.uint8]
    places: NDArray[Any]

    @classmethod
    def read(cls, path: Path, size: int, base: int, *, is_wide: bool) -> "Run":
        """Open a run's file.

        Raises
        ------
        OSError, ValueError
            If it is not there, or cut off.
        """
        shape = _Shape(size, is_wide)
        if path.stat().st_size != shape.bytes:
            raise ValueError(f"{path.name} is cut off")
        # As a plain array: each look at a mapped one costs some microseconds more.
        whole = np.memmap(path, np.uint8, "r").view(np.ndarray)
        starts, rests, places = shape.of(whole)
        return cls(path, size, base, is_wide, starts, rests, places)

    @property
    def total(self) -> int:
        """Check sum of the file."""
        found = 0
        with self.path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                found = zlib.crc32(chunk, found)
        return found

    def find(self, asked: Keys) -> tuple[NDArray[np.bool_], Places]:
        """Which of some keys it holds, and their places; both of the shape of `asked`."""
        shape = _Shape(self.size, self.is_wide)
        spread = spread_of(asked)
        bucket = shape.buckets_of(spread)
        low = self.starts[bucket].astype(np.int64)
        high = self.starts[bucket + 1].astype(np.int64)
        end, rest = high.copy(), spread & shape.mask
        # Halved for all at once: a place of the directory holds a few keys, or some hundred.
        left = np.flatnonzero(low < high)
        while len(left):
            middle = (low[left] + high[left]) // 2
            is_below = self._rests(middle) < rest[left]
            low[left[is_below]] = middle[is_below] + 1
            high[left[~is_below]] = middle[~is_below]
            left = left[low[left] < high[left]]
        hit = np.flatnonzero(low < end)
        hit = hit[self._rests(low[hit]) == rest[hit]]
        found = np.zeros(len(asked), dtype=bool)
        found[hit] = True
        places = np.full(len(asked), UNKNOWN, dtype=np.int32)
        places[hit] = self.places[low[hit]].astype(np.int32) + self.base
        return found, places

    def _rests(self, at: NDArray[np.int64]) -> NDArray[np.uint64]:
        wide = np.zeros((len(at), 8), dtype=np.uint8)
        wide[:, 8 - self.rests.shape[1] :] = self.rests[at]
        return wide.view(">u8").ravel().astype(np.uint64)

    def slice(self, number: int, bits: int) -> tuple[NDArray[np.uint64], Places]:
        """Keys, spread as whole numbers without a sign, that begin with some bits; and places."""
        shape = _Shape(self.size, self.is_wide)
        each = 1 << (shape.bits - bits)
        starts = self.starts[number * each : (number + 1) * each + 1].astype(np.int64)
        at = np.arange(starts[0], starts[-1])
        first = np.repeat(np.arange(number * each, (number + 1) * each), np.diff(starts))
        keys = self._rests(at) | first.astype(np.uint64) << np.uint64(64 - shape.bits)
        return keys, self.places[at].astype(np.int32) + self.base


@dataclass(frozen=True)
class _Shape:
    """How a run of some size lies in its file."""

    size: int
    is_wide: bool

    @property
    def bits(self) -> int:
        """Bits of a key that its place in the directory tells: whole bytes of them."""
        return 24 if self.size >= 1 << 25 else 16 if self.size >= 1 << 16 else 8

    @property
    def mask(self) -> np.uint64:
        """Bits of a key that stand in the run."""
        return np.uint64((1 << (64 - self.bits)) - 1)

    @property
    def _sections(self) -> tuple[int, int, int]:
        start = 4 if self.size < 1 << 32 else 8
        return (
            ((1 << self.bits) + 1) * start,
            self.size * (8 - self.bits // 8),
            self.size * (4 if self.is_wide else 2),
        )

    @property
    def bytes(self) -> int:
        """Of the file; places begin where their kind of number may."""
        return sum(map(_aligned, self._sections))

    def of(self, whole: NDArray[np.uint8]) -> tuple[NDArray[Any], NDArray[np.uint8], NDArray[Any]]:
        """Directory, rests and places of a file."""
        starts, rests, places = self._sections
        second = _aligned(starts)
        third = second + _aligned(rests)
        return (
            whole[:starts].view(np.uint32 if self.size < 1 << 32 else np.uint64),
            whole[second : second + rests].reshape(-1, 8 - self.bits // 8),
            whole[third : third + places].view(np.int32 if self.is_wide else np.uint16),
        )

    def buckets_of(self, spread: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Places of keys in the directory."""
        return (spread >> np.uint64(64 - self.bits)).astype(np.int64)


def write(folder: Path, pairs: Sequence[tuple[Keys, Places]]) -> Run:
    """Write keys as they come, in any order, into a run of their own."""
    keys = np.concatenate([np.asarray(keys, np.int64) for keys, _ in pairs])
    places = np.concatenate([np.asarray(places, np.int32) for _, places in pairs])
    spread = spread_of(keys)
    order = np.argsort(spread, kind="stable")
    ends = (int(places.min()), int(places.max()))
    return _write(folder, len(keys), ends, iter([(spread[order], places[order])]))


def merge(folder: Path, runs: Sequence[Run]) -> Run:
    """Write several runs as one; in memory is a 256th of them at a time."""
    size = sum(run.size for run in runs)
    bits = _SLICE_BITS if size > _WHOLE else 0
    spans = [(run.base, run.base + int(run.places.max())) for run in runs]
    ends = (min(low for low, _ in spans), max(high for _, high in spans))

    def slices() -> Iterator[tuple[NDArray[np.uint64], Places]]:
        for number in range(1 << bits):
            parts = [run.slice(number, bits) for run in runs]
            keys = np.concatenate([keys for keys, _ in parts])
            order = np.argsort(keys, kind="stable")
            yield keys[order], np.concatenate([places for _, places in parts])[order]

    return _write(folder, size, ends, slices())


def _write(
    folder: Path,
    size: int,
    ends: tuple[int, int],
    parts: Iterator[tuple[NDArray[np.uint64], Places]],
) -> Run:
    base, is_wide = ends[0], ends[1] - ends[0] >= 1 << 16
    shape = _Shape(size, is_wide)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".run", delete=False) as file:
        path = Path(file.name)
        file.truncate(shape.bytes)
    whole = np.memmap(path, np.uint8, "r+")
    starts, rests, places = shape.of(whole)
    counts = np.zeros(1 << shape.bits, dtype=np.int64)
    done = 0
    for keys, where in parts:
        until = done + len(keys)
        counts += np.bincount(shape.buckets_of(keys), minlength=len(counts))
        spread = keys.astype(">u8").view(np.uint8).reshape(-1, 8)
        rests[done:until] = spread[:, shape.bits // 8 :]
        places[done:until] = where - base
        done = until
    starts[0], starts[1:] = 0, np.cumsum(counts)
    whole.flush()
    return Run.read(path, size, base, is_wide=is_wide)


def _aligned(size: int) -> int:
    return (size + 7) // 8 * 8
