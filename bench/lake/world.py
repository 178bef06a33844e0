"""An invented house and its publics, as numbers: who did what when, month after month.

Everything follows from a size and a seed. A month is made from its own generator, and from what
people said in the month before: a run that was cut off goes on with the next one.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

SEED: Final = 20_261_101
FIRST_YEAR, FIRST_MONTH, MONTHS = 2023, 11, 36
TODAY: Final = datetime(2026, 11, 1, tzinfo=UTC)
ACTIVITIES_AN_ACCOUNT: Final = 50
NETWORKS: Final = ("mastodon", "x", "facebook", "instagram", "bluesky", "youtube")
SHARES: Final = (0.28, 0.20, 0.22, 0.14, 0.08, 0.08)
TRACES: Final = {"View": "visits", "schema:BuyAction": "orders", "schema:ReplyAction": "survey"}
KINDS: Final = {
    "Create": 0.5,
    "Like": 0.25,
    "View": 0.085,
    "Announce": 0.07,
    "Follow": 0.05,
    "schema:BuyAction": 0.015,
    "Update": 0.01,
    "Undo": 0.01,
    "Delete": 0.005,
    "schema:ReplyAction": 0.005,
}
OURS: Final = len(NETWORKS)
"""The first accounts are ours, one on each network."""
REPLIES, OUR_SHARE, MENTIONS, PRIVATE = 0.35, 0.01, 0.15, 0.01
WEIGHT_SPREAD: Final = 1.6
"""Of the logarithm of how much an account does: the busiest of two million does a thousandfold."""
_HOURS = np.array([1, 1, 1, 1, 1, 2, 4, 6, 8, 8, 8, 9, 10, 9, 8, 8, 9, 11, 12, 12, 11, 9, 5, 2.0])
_US = 1_000_000


@dataclass(frozen=True)
class Said:
    """Texts of one month that later ones answer, in order of time; each shape (n,).

    Attributes
    ----------
    actor, number, at, key
        Who said it, the number in its address, when (microseconds since 1970), its object's key.
    root_actor, root_number, root_key
        The same of the text that its thread began with.
    """

    actor: Ints
    number: Ints
    at: Ints
    key: Ints
    root_actor: Ints
    root_number: Ints
    root_key: Ints

    @classmethod
    def nothing(cls) -> "Said":
        """Before the first month."""
        return cls(*(np.empty(0, np.int64) for _ in range(7)))


@dataclass(frozen=True)
class Deeds:
    """Deeds of one type in one month, in order of time; each shape (n,).

    Attributes
    ----------
    actor
        Number of the account; -1 for nobody.
    at
        Microseconds since 1970.
    about
        Place, among the texts of this month and the one before, of what it is about; for a follow
        the account; for an undoing the place of the like; else -1.
    number
        In its address.
    place
        Among the deeds of its type in its month.
    """

    actor: Ints
    at: Ints
    about: Ints
    number: Ints
    place: Ints

    def __len__(self) -> int:
        return len(self.at)


@dataclass(frozen=True)
class World:
    """A house of a size.

    Attributes
    ----------
    size
        Activities in all.
    seed
        Of everything.
    """

    size: int
    seed: int = SEED

    @property
    def accounts(self) -> int:
        """How many accounts there are."""
        return max(self.size // ACTIVITIES_AN_ACCOUNT, 50)

    @cached_property
    def _weights(self) -> NDArray[np.float64]:
        random = np.random.default_rng(self.seed)
        weights = random.lognormal(0.0, WEIGHT_SPREAD, self.accounts)
        weights[:OURS] = 0
        return np.cumsum(weights)

    @cached_property
    def networks(self) -> NDArray[np.int8]:
        """Network of each account, by its place in `NETWORKS`; shape (accounts,)."""
        random = np.random.default_rng([self.seed, 1])
        found = random.choice(len(NETWORKS), self.accounts, p=SHARES).astype(np.int8)
        found[:OURS] = np.arange(OURS)
        return found

    def present(self, month: int) -> int:
        """How many accounts are there by a month: the first ones."""
        return int(self.accounts * (0.3 + 0.7 * (month + 1) / MONTHS))

    def rows(self, month: int) -> int:
        """How many activities a month has; they grow by half in three years."""
        shares = 1 + 0.5 * np.arange(MONTHS) / MONTHS + 0.3 * (np.arange(MONTHS) % 12 == 3)
        edges = np.round(np.concatenate([[0], np.cumsum(shares / shares.sum())]) * self.size)
        return int(edges[month + 1] - edges[month])

    def random(self, month: int, part: int) -> np.random.Generator:
        """The generator of a part of a month."""
        return np.random.default_rng([self.seed, 2, month, part])

    def deeds(self, month: int, before: Said) -> dict[str, Deeds]:
        """What is done in a month, by type; `before` is what was said in the month before.

        Of what is about a text, the place counts `before` first, then the month's own.
        """
        total = self.rows(month)
        edges = np.round(np.concatenate([[0], np.cumsum(list(KINDS.values()))]) * total)
        sizes = dict(zip(KINDS, np.diff(edges).astype(int).tolist(), strict=True))
        found: dict[str, Deeds] = {}
        for part, (kind, size) in enumerate(sizes.items()):
            random = self.random(month, part)
            at = self._times(month, size, random)
            actor = self._actors(month, size, random)
            number = ((at // 1_000) << 16) + random.integers(0, 1 << 16, size)
            about = np.full(size, -1)
            if kind == "Create":
                actor = self._with_ours(actor, random)
                places = len(before.at) + np.arange(size)
                answered = places - 1 - random.exponential(0.03 * size, size).astype(int)
                answers = (random.random(size) < REPLIES) & (answered >= 0)
                about = np.where(answers, answered, -1)
            elif kind in {"Like", "Announce"}:
                about = self._popular(at, found["Create"], len(before.at), random)
                about = _once(actor, about, len(before.at), len(found["Create"]), random)
            elif kind == "Follow":
                actor, about = self._follows(month, actor, random)
            elif kind in {"Update", "Delete"}:
                # Of this month's texts, each at most once; a while after it was said.
                texts = found["Create"]
                chosen = random.choice(len(texts), size, replace=False)
                actor, about = texts.actor[chosen], len(before.at) + chosen
                at = texts.at[chosen] + (random.exponential(4 * 3_600, size) + 60).astype(int) * _US
                # What is done beyond the month's end is done at its end.
                at = np.minimum(at, begin_us(month + 1) - _US)
            elif kind == "Undo":
                likes = found["Like"]
                chosen = random.choice(len(likes), size, replace=False)
                actor, about = likes.actor[chosen], chosen
                at = np.minimum(
                    likes.at[chosen] + random.integers(60, 86_400, size) * _US,
                    begin_us(month + 1) - _US,
                )
            elif kind == "View":
                actor = np.where(random.random(size) < 0.7, -1, actor)
            elif kind == "schema:ReplyAction":
                actor = np.full(size, -1)
            found[kind] = Deeds(actor, at, about, number, np.arange(size))
        return found

    def _times(self, month: int, size: int, random: np.random.Generator) -> Ints:
        begin, end = begin_us(month), begin_us(month + 1)
        days = (end - begin) // (86_400 * _US)
        busy = 1 + 0.35 * ((np.arange(days) + month) % 7 >= 5)
        day = random.choice(days, size, p=busy / busy.sum())
        hour = random.choice(24, size, p=_HOURS / _HOURS.sum())
        second = (day * 24 + hour) * 3_600 + random.integers(0, 3_600, size)
        return np.sort(begin + second * _US)

    def _actors(self, month: int, size: int, random: np.random.Generator) -> Ints:
        there = self._weights[: self.present(month)]
        return np.searchsorted(there, random.random(size) * there[-1], side="right").clip(
            OURS, len(there) - 1
        )

    def _follows(self, month: int, actor: Ints, random: np.random.Generator) -> tuple[Ints, Ints]:
        """Who follows whom: most who are new follow us, the others anybody."""
        first = max(self.present(month - 1) if month else 0, OURS)
        newcomers = random.permutation(np.arange(first, self.present(month)))
        newcomers = newcomers[: min(len(newcomers) * 4 // 5, len(actor) // 2)]
        actor[: len(newcomers)] = newcomers
        actor = random.permutation(actor)
        about = random.integers(OURS, self.present(month), len(actor))
        about = np.where(np.isin(actor, newcomers), self.networks[actor], about)
        _, firsts = np.unique(actor * self.accounts + about, return_index=True)
        again = np.ones(len(actor), bool)
        again[firsts] = False
        # Who would follow the same account twice follows one that nobody else does.
        about[again] = (actor[again] + 1 + np.arange(again.sum())) % self.present(month)
        return actor, about

    @staticmethod
    def _with_ours(actor: Ints, random: np.random.Generator) -> Ints:
        ours = random.integers(0, OURS, len(actor))
        return np.where(random.random(len(actor)) < OUR_SHARE, ours, actor)

    @staticmethod
    def _popular(at: Ints, texts: Deeds, before: int, random: np.random.Generator) -> Ints:
        """Texts that were said shortly before; some of them take most of the liking."""
        place = before + np.searchsorted(texts.at, at)
        place = place - 1 - random.exponential(0.02 * len(texts) + 1, len(at)).astype(int)
        place = place.clip(0)
        return np.where(random.random(len(at)) < 0.5, place - place % 40, place)


def _once(actor: Ints, about: Ints, before: int, count: int, random: np.random.Generator) -> Ints:
    """Places such that nobody likes a text twice: not in a month, and not in two."""
    for _ in range(20):
        is_own = about >= before
        place = np.where(is_own, about - before, about)
        # Some of the texts can be liked by an account in their own month only, others in the next.
        wrong = (actor + place + is_own) % 2 == 1
        place = np.where(wrong, np.where(place > 0, place - 1, place + 1), place)
        about = np.where(is_own, before + place, place)
        _, firsts = np.unique(actor * (before + count) + about, return_index=True)
        again = np.ones(len(about), bool)
        again[firsts] = False
        if not again.any():
            break
        about[again] = random.integers(before, before + count, again.sum())
    return about


def begin_us(month: int) -> int:
    """Microseconds since 1970 at which a month begins, counted from the first one."""
    index = FIRST_YEAR * 12 + FIRST_MONTH - 1 + month
    begin = datetime(index // 12, index % 12 + 1, 1, tzinfo=UTC)
    return int(begin.timestamp()) * _US


def month_name(month: int) -> str:
    """A month as ``2026-11``."""
    index = FIRST_YEAR * 12 + FIRST_MONTH - 1 + month
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def threads(about: Ints, before: int) -> Ints:
    """Place of the text with which each text's thread begins.

    Parameters
    ----------
    about
        Place of what each text of a month answers, or -1; places below `before` are of the month
        before, whose threads are known.
    before
        How many these are.
    """
    root = np.concatenate([np.arange(before), np.where(about >= 0, about, -1)])
    own = np.arange(len(root))
    root = np.where(root >= 0, root, own)
    while True:
        further = root[root]
        if np.array_equal(further, root):
            return root[before:]
        root = further
