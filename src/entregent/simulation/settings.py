"""How large a simulated world is, and when its present is."""

from dataclasses import dataclass
from datetime import datetime

DEFAULT_PEOPLE = 20_000
"""People around the festival at the size that documentation and benchmarks speak of."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Size, seed and present of a simulated world; equal settings give equal worlds.

    Attributes
    ----------
    now
        The present: aware. Nothing is simulated after it.
    people
        People around the festival, 100 to 1,000,000. Rates grow with it.
    years
        Editions of winter and of summer, 1 to 10; a part of a year counts as a whole one.
    seed
        Any integer from 0.
    zone
        Where the festival is, as an IANA name.

    Raises
    ------
    ValueError
        If one of them lies outside its bounds.
    """

    now: datetime
    people: int = DEFAULT_PEOPLE
    years: float = 3.0
    seed: int = 1
    zone: str = "America/Toronto"

    def __post_init__(self) -> None:
        if self.now.utcoffset() is None:
            raise ValueError("the present has no zone; give it one")
        if not 100 <= self.people <= 1_000_000:
            raise ValueError("people must be from 100 to 1,000,000")
        if not 0 < self.years <= 10:
            raise ValueError("years must be from 1 to 10")
        if self.seed < 0:
            raise ValueError("the seed must be 0 or more")

    @property
    def editions(self) -> int:
        """Editions of each season."""
        return max(1, -int(-self.years // 1))

    @property
    def scale(self) -> float:
        """Rates of this world in relation to those that the documentation speaks of."""
        return self.people / DEFAULT_PEOPLE
