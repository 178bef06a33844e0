"""What is found of a plan: the smallest effect it can show, what is hoped for, what would help."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from entregent.measurement.effects import DayRow, placebo_dict
from entregent.measurement.placebo import Placebo
from entregent.measurement.results import Interval, Language, Origin


@dataclass(frozen=True, slots=True)
class Smallest:
    """The smallest effect that is shown as often as asked for.

    Attributes
    ----------
    per_day, total
        More a day, and over all days in question.
    share
        As a share of what there would be anyway; None where that may be zero.
    """

    per_day: float
    total: float
    share: float | None

    def to_dict(self) -> dict[str, float | None]:
        """As JSON has it."""
        return {"per_day": self.per_day, "total": self.total, "share": self.share}


@dataclass(frozen=True, slots=True)
class ReadOutPower:
    """What a reading some time after the campaign can show.

    Attributes
    ----------
    after_days
        Days after the campaign's last day on which it is read.
    day
        The same as a date.
    from_day, to_day
        Days after the campaign that are read, both included: those the verdict is read from.
    shown
        The smallest rate over these days that differs from nothing.
    lasting
        The smallest rate that is called lasting growth, against the margin and for the boost of the
        plan; None before a verdict is given at all.
    """

    after_days: int
    day: date
    from_day: int
    to_day: int
    shown: Smallest
    lasting: Smallest | None

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "after_days": self.after_days,
            "day": self.day.isoformat(),
            "from_day": self.from_day,
            "to_day": self.to_day,
            "shown": self.shown.to_dict(),
            "lasting": self.lasting.to_dict() if self.lasting else None,
        }


@dataclass(frozen=True, slots=True)
class Hoped:
    """What is hoped for, held against what can be shown.

    Attributes
    ----------
    per_day, total, share
        As for `Smallest`.
    chance
        How often the interval would exclude zero if it came true.
    is_enough
        Whether that is as often as asked for.
    """

    per_day: float
    total: float
    share: float | None
    chance: float
    is_enough: bool

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "per_day": self.per_day,
            "total": self.total,
            "share": self.share,
            "chance": self.chance,
            "is_enough": self.is_enough,
        }


@dataclass(frozen=True, slots=True)
class Remedy:
    """What would make a plan show what is hoped for; None where it is no way, or is not known.

    Attributes
    ----------
    budget
        Budget that buys the smallest effect, at the same cost.
    days
        Length at which the same effect a day would be shown.
    fewer_days
        Length into which the same total would have to be put.
    control_share
        Share of the series' own movement that a control must foretell, from 0 to 1.
    """

    budget: float | None = None
    days: int | None = None
    fewer_days: int | None = None
    control_share: float | None = None

    def to_dict(self) -> dict[str, float | int | None]:
        """As JSON has it."""
        return {
            "budget": self.budget,
            "days": self.days,
            "fewer_days": self.fewer_days,
            "control_share": self.control_share,
        }


@dataclass(frozen=True)
class PowerResult:
    """What a plan can show.

    Attributes
    ----------
    smallest
        The smallest effect of the campaign that is shown as often as `power` says.
    expected
        What there would be per day without the campaign, during it.
    read_outs
        The same for each reading after it.
    hoped, remedy
        What is hoped for, and what would help where it cannot be shown; None where nothing is said
        to be hoped for.
    budget, cost_per, currency
        As given.
    level, power, margin
        Of the interval; how often an effect has to be shown; of the verdict.
    scale, models, placebo, days_before
        As for an effect.
    rows
        The last half year, and the coming days as the engine draws them.
    """

    smallest: Smallest
    expected: Interval
    read_outs: tuple[ReadOutPower, ...]
    hoped: Hoped | None
    remedy: Remedy | None
    budget: float | None
    cost_per: float | None
    currency: str
    campaign_days: int
    first_day: date
    last_day: date
    level: float
    power: float
    margin: float
    scale: str
    models: Mapping[str, float]
    placebo: Placebo
    days_before: int
    rows: tuple[DayRow, ...]
    origin: Origin
    seconds: float

    def sentence(self, language: Language) -> str:
        """The smallest effect, and a warning where what is hoped for cannot be shown."""
        from entregent.measurement.power_words import smallest_sentence, warning

        return f"{smallest_sentence(self, language)} {warning(self, language)}".strip()

    def headline(self, language: Language) -> str:
        """The smallest effect alone."""
        from entregent.measurement.power_words import smallest_sentence

        return smallest_sentence(self, language)

    def warning(self, language: Language) -> str:
        """Whether what is hoped for can be shown; empty where nothing is said to be hoped for."""
        from entregent.measurement.power_words import warning

        return warning(self, language)

    def remedies(self, language: Language) -> list[str]:
        """What would help, a sentence each."""
        from entregent.measurement.power_words import remedies

        return remedies(self, language)

    def later(self, language: Language) -> str:
        """The smallest rate that could be called lasting growth, at each reading."""
        from entregent.measurement.power_words import later_sentence

        return later_sentence(self, language)

    def advice(self, language: Language) -> list[str]:
        """What would help, and what could be called lasting growth: a sentence each."""
        return [line for line in (*self.remedies(language), self.later(language)) if line]

    def table(self) -> list[dict[str, Any]]:
        """A row for the campaign and for each reading after it."""
        rows: list[dict[str, Any]] = [
            {
                "what": "during",
                "after_days": None,
                "from_day": None,
                "to_day": None,
                "per_day": self.smallest.per_day,
                "share": self.smallest.share,
                "lasting_per_day": None,
            }
        ]
        rows += [
            {
                "what": "read_out",
                "after_days": each.after_days,
                "from_day": each.from_day,
                "to_day": each.to_day,
                "per_day": each.shown.per_day,
                "share": each.shown.share,
                "lasting_per_day": each.lasting.per_day if each.lasting else None,
            }
            for each in self.read_outs
        ]
        return rows

    def chart(self, language: Language = "fr") -> Any:
        """The past, the coming days and the smallest effect as a step, as an Altair chart."""
        from entregent.measurement.power_chart import power_chart

        return power_chart(self, language)

    def to_dict(self) -> dict[str, Any]:
        """The command line's JSON document."""
        return {
            "smallest": self.smallest.to_dict(),
            "expected": self.expected.to_dict(),
            "read_outs": [each.to_dict() for each in self.read_outs],
            "hoped": self.hoped.to_dict() if self.hoped else None,
            "remedy": self.remedy.to_dict() if self.remedy else None,
            "budget": self.budget,
            "cost_per": self.cost_per,
            "campaign_days": self.campaign_days,
            "first_day": self.first_day.isoformat(),
            "last_day": self.last_day.isoformat(),
            "level": self.level,
            "power": self.power,
            "margin": self.margin,
            "scale": self.scale,
            "models": dict(self.models),
            "placebo": placebo_dict(self.placebo),
            "days_before": self.days_before,
            "refused": None,
            "sentence": {"fr": self.sentence("fr"), "en": self.sentence("en")},
            "seconds": self.seconds,
            "origin": self.origin.to_dict(),
        }
