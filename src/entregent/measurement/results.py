"""What every result of measurement carries: an estimate with its interval, where it comes from."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, Protocol

from entregent import __version__

Language = Literal["fr", "en"]
Outcome = Literal["passed", "failed", "informative"]
Row = Mapping[str, Any]
"""A row of a table: plain numbers, words and days."""


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate between two bounds.

    Attributes
    ----------
    estimate
        Middle of what is believed (median of the draws, unless the method says otherwise).
    low, high
        Bounds, both included: the true value lies between them in a share `level` of such cases.
    level
        Between 0 and 1, both excluded.
    """

    estimate: float
    low: float
    high: float
    level: float = 0.95

    @property
    def width(self) -> float:
        """Distance of the bounds."""
        return self.high - self.low

    def excludes(self, value: float) -> bool:
        """Whether a value lies outside the bounds."""
        return value < self.low or value > self.high

    def to_dict(self) -> dict[str, float]:
        """The three numbers, as JSON has them."""
        return {"estimate": self.estimate, "low": self.low, "high": self.high}


@dataclass(frozen=True, slots=True)
class Check:
    """Something that was looked at beside the estimate.

    Attributes
    ----------
    name
        Word for the check, as ``placebo`` or ``contaminated_control``.
    outcome
        ``passed``, ``failed``, or ``informative`` where it decides nothing.
    numbers
        What was found.
    """

    name: str
    outcome: Outcome
    numbers: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Origin:
    """How a result came about: enough to make it again.

    Attributes
    ----------
    estimand
        What is estimated, in one sentence.
    unit
        Of the estimate, as given by the user; empty if unknown.
    first_day, last_day
        Days the estimate is about, both included; None where it is not about days.
    method
        Name of the method and its settings.
    seed
        Of the generator; None where nothing is drawn.
    version
        Of this package.
    checks
        Everything that was looked at beside.
    """

    estimand: str
    unit: str = ""
    first_day: date | None = None
    last_day: date | None = None
    method: str = ""
    seed: int | None = None
    checks: tuple[Check, ...] = ()
    version: str = __version__

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it: days in ISO form."""
        return {
            "estimand": self.estimand,
            "unit": self.unit,
            "first_day": self.first_day.isoformat() if self.first_day else None,
            "last_day": self.last_day.isoformat() if self.last_day else None,
            "method": self.method,
            "seed": self.seed,
            "version": self.version,
            "checks": [
                {"name": check.name, "outcome": check.outcome, **check.numbers}
                for check in self.checks
            ],
        }


class Result(Protocol):
    """What every result can say of itself, each time from the same numbers."""

    @property
    def origin(self) -> Origin:
        """How it came about."""

    def table(self) -> list[dict[str, Any]]:
        """Rows of plain values."""

    def sentence(self, language: Language) -> str:
        """One or two sentences that a communication manager can repeat."""

    def chart(self) -> Any:
        """An Altair chart of the rows of the table."""

    def to_dict(self) -> dict[str, Any]:
        """Everything, as JSON has it."""


def set_in_french(text: str) -> str:
    """Non-breaking spaces inside « » and before ``:``, ``%`` and ``$``."""
    return re.sub(r"(?<=«) | (?=[»:%$])", "\N{NO-BREAK SPACE}", text)


class CannotMeasure(Exception):
    """A question that the data cannot answer, or that is put wrongly; nothing was estimated.

    Parameters
    ----------
    code
        Word for the reason, as ``past_too_short``.
    fr, en
        The reason and the remedy in whole sentences; the French one is set with non-breaking
        spaces where typed ones stand.
    """

    def __init__(self, code: str, *, fr: str, en: str) -> None:
        super().__init__(en)
        self.code = code
        self.fr = set_in_french(fr)
        self.en = en

    def sentence(self, language: Language) -> str:
        """The reason in a language."""
        return self.fr if language == "fr" else self.en
