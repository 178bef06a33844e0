"""Invented texts of a realistic length: words of the simulation, and many made-up ones."""

import re
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from entregent.understanding.folding import fold

_WORD = re.compile(r"[^\W\d_]{2,}")
_SLOT = re.compile(r"\{[^}]*\}")
TAIL = 6_000
"""Made-up words beside those of the simulation: real vocabularies never end."""
EXPONENT = 1.05
"""Of the law by which words are frequent: the n-th is said in proportion to n to the minus this."""
MEAN_WORDS, SPREAD, MOST_WORDS = 15.0, 5.0, 40


@dataclass(frozen=True)
class Vocabulary:
    """Words of one language, most frequent first.

    Attributes
    ----------
    words, folded
        As they are written, and as saved queries meet them.
    cumulated
        Shares, cumulated, shape (n,).
    """

    words: pa.Array
    folded: pa.Array
    cumulated: np.ndarray

    @classmethod
    def of(cls, language: str, seed: int) -> "Vocabulary":
        """The words of ``fr`` or ``en``."""
        counts: dict[str, int] = {}
        for path in sorted(files("entregent.simulation").joinpath("texts").iterdir(), key=str):
            if path.name.startswith(f"{language}_"):
                text = _SLOT.sub(" ", path.read_text(encoding="utf-8"))
                for word in _WORD.findall(text):
                    counts[word] = counts.get(word, 0) + 1
        known = sorted(counts, key=lambda word: (-counts[word], word))
        words = list(dict.fromkeys([*known, *_made_up(np.random.default_rng(seed))]))
        shares = np.arange(2, len(words) + 2, dtype=float) ** -EXPONENT
        return cls(
            pa.array(words),
            pa.array([fold(word).written().strip() for word in words]),
            np.cumsum(shares / shares.sum()),
        )

    def texts(self, count: int, random: np.random.Generator) -> tuple[pa.Array, pa.Array]:
        """Some texts, and the same as saved queries meet them."""
        lengths = random.normal(MEAN_WORDS, SPREAD, count).clip(3, MOST_WORDS).astype(np.int32)
        ends = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
        drawn = np.searchsorted(self.cumulated, random.random(ends[-1])).astype(np.int32)
        chosen = pa.array(np.minimum(drawn, len(self.words) - 1))
        offsets = pa.array(ends)
        text = pc.binary_join(pa.ListArray.from_arrays(offsets, self.words.take(chosen)), " ")
        run = pc.binary_join(pa.ListArray.from_arrays(offsets, self.folded.take(chosen)), " ")
        space = pa.scalar(" ")
        return text, pc.binary_join_element_wise(space, run, space, "")


def names(kind: str) -> list[str]:
    """Given names (``first``) or surnames (``last``) of the simulation."""
    path = files("entregent.simulation").joinpath("names", f"{kind}.txt")
    lines = path.read_text(encoding="utf-8").splitlines()
    return [name for line in lines if not line.startswith("#") for name in line.split()]


def _made_up(random: np.random.Generator) -> list[str]:
    heads = np.array(["b", "bl", "br", "c", "ch", "d", "f", "g", "gr", "j", "l", "m", "p", "v"])
    hearts = np.array(["a", "e", "i", "o", "u", "é", "ai", "an", "en", "in", "oi", "on", "ui"])
    tails = np.array(["", "", "l", "r", "s", "t", "n", "che", "me", "que", "re", "tte"])
    found = []
    for size in random.integers(1, 4, TAIL).tolist():
        parts = zip(random.choice(heads, size), random.choice(hearts, size), strict=True)
        found.append("".join(map("".join, parts)) + str(random.choice(tails)))
    return found
