"""Which roll-ups there are. Their reference is ``docs/reference/rollups.md``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

MOST_DIMENSIONS: Final = 3

SEVERAL: Final = frozenset({"intent", "campaign", "query", "function", "public"})
"""Dimensions in which one activity may have several values: it counts once under each."""

OF_TEXTS: Final = frozenset({"language", "state_of_mind", "intent"})
"""Dimensions that the newest label of a text tells, with what members corrected laid over it."""

BY_MARK: Final = {"campaign": "activity_key", "query": "object_key", "function": "object_key"}
"""Dimensions that marks tell: of the activity itself, or of the newest version of its text."""

OF_PEOPLE: Final = frozenset({"public"})
"""Dimensions that the link from an account to its person tells."""

DIMENSIONS: Final = ("source", "type", *sorted(OF_TEXTS), *BY_MARK, *OF_PEOPLE)
"""Every dimension."""


@dataclass(frozen=True, slots=True)
class RollUp:
    """Counts by hour and by day, in every combination of some dimensions.

    Attributes
    ----------
    name
        Its name in tables, addresses and files.
    dimensions
        One to three of `DIMENSIONS`. Each of their combinations is counted by itself, so that
        distinct accounts stay exact where one dimension is left out.
    """

    name: str
    dimensions: tuple[str, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.dimensions) <= MOST_DIMENSIONS:
            raise ValueError(f"{self.name} has {len(self.dimensions)} dimensions")
        unknown = set(self.dimensions) - set(DIMENSIONS)
        if unknown:
            raise ValueError(f"{self.name} has unknown dimensions {sorted(unknown)}")
        if len(SEVERAL.intersection(self.dimensions) - OF_TEXTS) > 1:
            raise ValueError(f"{self.name} has more than one dimension that chooses activities")

    @property
    def counts_texts(self) -> bool:
        """Whether it counts texts that were read, while they stand, rather than all activities."""
        return bool(OF_TEXTS.union({"query", "function"}).intersection(self.dimensions))

    @property
    def levels(self) -> range:
        """Numbers of the combinations of its dimensions: a bit for each that is told apart."""
        return range(2 ** len(self.dimensions))

    def level_of(self, dimensions: frozenset[str]) -> int:
        """Number of a combination of its dimensions."""
        return sum(2**place for place, each in enumerate(self.dimensions) if each in dimensions)

    def at_level(self, level: int) -> tuple[str, ...]:
        """Dimensions that a combination tells apart."""
        return tuple(each for place, each in enumerate(self.dimensions) if level >> place & 1)


ROLL_UPS: Final[Mapping[str, RollUp]] = {
    roll_up.name: roll_up
    for roll_up in (
        RollUp("source", ("source", "type")),
        RollUp("state_of_mind", ("source", "language", "state_of_mind")),
        RollUp("intent", ("source", "intent", "state_of_mind")),
        RollUp("campaign", ("campaign", "type", "source")),
        RollUp("query", ("query", "source", "state_of_mind")),
        RollUp("function", ("function", "intent", "state_of_mind")),
        RollUp("public", ("public", "type", "source")),
    )
}
"""Every roll-up by its name."""

SPEAKERS: Final = "speakers"
"""Not counts: when each account spoke last on each day. It tells who comes back, and who is new."""

ALL, TEXTS, PEOPLE = "all", "texts", "people"
"""What a change reaches: every roll-up; those of texts; those of people. Else a roll-up's name."""


def reached(reach: str) -> frozenset[str]:
    """What a change reaches, by name: roll-ups, and `SPEAKERS`; nothing that only others know."""
    if reach == ALL:
        return frozenset((*ROLL_UPS, SPEAKERS))
    if reach == TEXTS:
        return frozenset(each.name for each in ROLL_UPS.values() if each.counts_texts)
    if reach == PEOPLE:
        return frozenset(
            each.name for each in ROLL_UPS.values() if OF_PEOPLE.intersection(each.dimensions)
        )
    return frozenset({reach}).intersection((*ROLL_UPS, SPEAKERS))
