"""One month of the invented world: what is said in it, and its rows in the order of the lake."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from bench.lake.cast import Cast
from bench.lake.rows import Telling
from bench.lake.world import Deeds, Ints, Said, threads
from entregent.vocabulary import key64

BATCH_ROWS = 10_000
SLICE_ROWS = 200_000
NOBODY = np.iinfo(np.int64).max
"""Where rows without an account stand among the sorted ones."""


class Month:
    """What is done in one month, ready to be told in rows.

    Parameters
    ----------
    cast
        Who does it.
    month
        Counted from the first one.
    before
        What was said in the month before.
    first_batch
        Number of the month's first batch.
    """

    def __init__(self, cast: Cast, month: int, before: Said, first_batch: int) -> None:
        self.cast, self.month, self.first_batch = cast, month, first_batch
        self.deeds = cast.world.deeds(month, before)
        texts = self.deeds["Create"]
        key = np.empty(len(texts), np.int64)
        for begin in range(0, len(key), 100_000):
            some = slice(begin, begin + 100_000)
            uris = cast.texts(texts.actor[some], texts.number[some]).to_pylist()
            key[some] = [key64("object", uri) for uri in uris]
        count = len(before.at)
        root = threads(texts.about, count)
        actor = np.concatenate([before.actor, texts.actor])
        number = np.concatenate([before.number, texts.number])
        both = np.concatenate([before.key, key])
        own = [
            np.concatenate([a, b])
            for a, b in (
                (before.root_actor, texts.actor),
                (before.root_number, texts.number),
                (before.root_key, key),
            )
        ]
        self.known = Said(actor, number, np.concatenate([before.at, texts.at]), both, *own)
        self.root = root
        self.before = count
        self._times = np.sort(np.concatenate([deeds.at for deeds in self.deeds.values()]))

    @property
    def last_batch(self) -> int:
        """Number of the month's last batch."""
        return self.first_batch + (len(self._times) - 1) // BATCH_ROWS

    @property
    def said(self) -> Said:
        """What the next month answers."""
        known, new, root = self.known, slice(self.before, None), self.root
        return Said(
            known.actor[new],
            known.number[new],
            known.at[new],
            known.key[new],
            known.root_actor[root],
            known.root_number[root],
            known.root_key[root],
        )

    def slices(self) -> Iterator[dict[str, pa.Table]]:
        """The month's rows by table, in the order of their accounts' keys, some at a time."""
        sorts = {kind: self._sort_keys(deeds) for kind, deeds in self.deeds.items()}
        orders = {kind: np.argsort(each, kind="stable") for kind, each in sorts.items()}
        whole = np.sort(np.concatenate(list(sorts.values())))
        edges = np.unique(whole[::SLICE_ROWS][1:])
        edges = edges[edges < NOBODY]
        cuts = {
            kind: [0, *np.searchsorted(each[orders[kind]], edges).tolist(), len(each)]
            for kind, each in sorts.items()
        }
        # What is not about an account stands evenly among the others at the end.
        for part in range(len(edges) + 1):
            chosen = {kind: orders[kind][cuts[kind][part] : cuts[kind][part + 1]] for kind in sorts}
            yield Telling(self, part).tables(chosen, sorts)

    def _sort_keys(self, deeds: Deeds) -> Ints:
        return np.where(deeds.actor >= 0, self.cast.keys[deeds.actor], NOBODY)

    def batches(self, at: Ints) -> Ints:
        """Number of the batch with which each came."""
        return self.first_batch + np.searchsorted(self._times, at) // BATCH_ROWS
