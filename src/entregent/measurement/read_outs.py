"""Read-outs planned some months after a campaign, each with its date and the level it may use."""

import calendar
import importlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from entregent.measurement.looks import AlphaSpending, Look, listed
from entregent.measurement.results import CannotMeasure, Language, Origin
from entregent.measurement.words import NO_BREAK, day_in_words, number

MONTHS: Final = (1, 3, 6, 12, 24, 36)
READ_EARLY: Final[dict[Language, str]] = {
    "fr": f"Lu avant la date prévue{NO_BREAK}: à ne pas citer.",
    "en": "Read early: do not quote",
}
"""The mark of a number that is read before its date."""
USUAL: Final = AlphaSpending(spending="pocock", dependence="any")
"""Read-outs of different windows are different questions, and the first are meant to be read."""


@dataclass(frozen=True, slots=True)
class PlannedReadOut:
    """One read-out of a plan.

    Attributes
    ----------
    fr, en
        Its name, as « 6 mois » and ``6 months``.
    day
        First day on which it may be read.
    look
        The level to use.
    """

    fr: str
    en: str
    day: date
    look: Look

    def label(self, language: Language) -> str:
        """Its name in a language."""
        return self.fr if language == "fr" else self.en


@dataclass(frozen=True, slots=True)
class ReadOutStatus:
    """Where a plan stands on a day.

    Attributes
    ----------
    day
        The day asked about.
    current
        The last read-out whose date has come; None before the first.
    following
        The next one; None after the last.
    early
        Whether a number that is read on this day, for the read-out meant, comes before its date.
    level
        Of the interval to read: that of the read-out meant, early or not.
    readable_on
        Where early, the date on which it may be read.
    """

    day: date
    current: PlannedReadOut | None
    following: PlannedReadOut | None
    early: bool
    level: float
    readable_on: date | None

    def mark(self, language: Language = "fr") -> str:
        """The mark that an early number carries; empty where it is not early."""
        return READ_EARLY[language] if self.early else ""

    def sentence(self, language: Language = "fr") -> str:
        """Which read-out this is, or when it can be read."""
        french = language == "fr"
        if self.early and self.readable_on is not None:
            when = day_in_words(self.readable_on, language)
            if french:
                return f"{READ_EARLY['fr']} Lisible à partir du {when}."
            return f"{READ_EARLY['en']}. It can be read from {when}."
        assert self.current is not None
        text = (
            f"Lecture à {self.current.fr}, prévue le {day_in_words(self.current.day, 'fr')}."
            if french
            else f"Read-out at {self.current.en}, planned for "
            f"{day_in_words(self.current.day, 'en')}."
        )
        if self.following is None:
            return text + (" C'est la dernière." if french else " It is the last.")
        when = day_in_words(self.following.day, language)
        return text + (f" Prochaine lecture{NO_BREAK}: le {when}." if french else f" Next: {when}.")

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "day": self.day.isoformat(),
            "current": self.current.en if self.current else None,
            "next": self.following.day.isoformat() if self.following else None,
            "early": self.early,
            "level": self.level,
            "readable_on": self.readable_on.isoformat() if self.readable_on else None,
            "mark": {"fr": self.mark("fr"), "en": self.mark("en")},
            "sentence": {"fr": self.sentence("fr"), "en": self.sentence("en")},
        }


@dataclass(frozen=True, slots=True)
class ReadOutPlan:
    """Dates of reading fixed beforehand, each with the level that it may use.

    Attributes
    ----------
    campaign_end
        Last day of the campaign.
    read_outs
        By growing date.
    spending
        How the error is shared.
    origin
        How it came about.
    """

    campaign_end: date
    read_outs: tuple[PlannedReadOut, ...]
    spending: AlphaSpending
    origin: Origin

    def status_at(self, day: date, read_out: int | None = None) -> ReadOutStatus:
        """Where the plan stands on a day.

        Parameters
        ----------
        day
            Of reading.
        read_out
            Number of the read-out that is meant, from 0; the last whose date has come if None,
            the first where none has.
        """
        due = [position for position, each in enumerate(self.read_outs) if each.day <= day]
        last = due[-1] if due else None
        after = 0 if last is None else last + 1
        meant = self.read_outs[read_out if read_out is not None else last or 0]
        early = day < meant.day
        return ReadOutStatus(
            day=day,
            current=None if last is None else self.read_outs[last],
            following=self.read_outs[after] if after < len(self.read_outs) else None,
            early=early,
            level=meant.look.level,
            readable_on=meant.day if early else None,
        )

    def table(self) -> list[dict[str, Any]]:
        """One row a read-out."""
        return [
            {
                "read_out": each.en,
                "read_out_fr": each.fr,
                "day": each.day,
                "level": each.look.level,
                "z": each.look.z,
                "spent": each.look.spent,
            }
            for each in self.read_outs
        ]

    def sentence(self, language: Language = "fr") -> str:
        """How many read-outs, from when to when, and what they hold together."""
        first, last = (day_in_words(self.read_outs[each].day, language) for each in (0, -1))
        held = number(100 * self.spending.level, language, 0)
        count = len(self.read_outs)
        if language == "fr":
            return (
                f"{count} lectures prévues, du {first} au {last}{NO_BREAK}: ensemble, elles visent "
                f"juste {held} fois sur 100."
            )
        return f"{count} read-outs planned, {first} to {last}: together, right {held} times in 100."

    def chart(self, language: Language = "fr") -> Any:
        """How far from zero an estimate must lie at each read-out, as an Altair chart."""
        alt = importlib.import_module("altair")
        rows = [
            {
                "z": each.look.z,
                "name": each.label(language),
                "text": number(each.look.z, language, 2),
            }
            for each in self.read_outs
            if math.isfinite(each.look.z)
        ]
        french = language == "fr"
        expression = "replace(datum.label, '.', ',')" if french else "datum.label"
        axis = alt.Axis(
            labelExpr=expression,
            tickCount=4,
            titleAngle=0,
            titleAlign="left",
            titleAnchor="end",
            titleY=-10,
        )
        title = "seuil, en erreurs types" if french else "threshold, in standard errors"
        base = alt.Chart(alt.Data(values=rows)).encode(
            x=alt.X("name:N", title=None, sort=None, axis=alt.Axis(labelAngle=0, grid=False)),
            y=alt.Y("z:Q", title=title, scale=alt.Scale(zero=True), axis=axis),
        )
        points = base.mark_circle(color="#1c5c8c", size=50, opacity=1)
        values = base.mark_text(color="#1b222b", dy=-12, fontSize=12).encode(text="text:N")
        chart = (points + values).properties(width=520, height=220)
        return chart.configure_view(stroke=None).configure_axis(
            labelColor="#515963", titleColor="#515963", titleFontWeight="normal"
        )

    def to_dict(self) -> dict[str, Any]:
        """Everything, as JSON has it; a threshold without end is null."""
        return {
            "campaign_end": self.campaign_end.isoformat(),
            "level": self.spending.level,
            "spending": self.spending.spending,
            "dependence": self.spending.dependence,
            "read_outs": [
                {
                    **row,
                    "day": row["day"].isoformat(),
                    "z": row["z"] if math.isfinite(row["z"]) else None,
                }
                for row in self.table()
            ],
            "sentence": {"fr": self.sentence("fr"), "en": self.sentence("en")},
            "origin": self.origin.to_dict(),
        }


def plan_read_outs(
    campaign_end: date,
    *,
    months: Sequence[int] = MONTHS,
    fractions: Sequence[float] | None = None,
    spending: AlphaSpending | None = None,
) -> ReadOutPlan:
    """Plan read-outs some months after a campaign.

    Parameters
    ----------
    campaign_end
        Last day of the campaign.
    months
        After it, growing, 1 or more; the day is cut to the length of the month.
    fractions
        Of information at each, where it is known, as by `fractions_of_errors`; even steps if None,
        because each window speaks of itself and a longer wait does not make its estimate surer.
    spending
        How the error is shared; as `USUAL` if None, at 95%.

    Raises
    ------
    CannotMeasure
        ``bad_months``, ``bad_fractions``, ``bad_level``.
    """
    steps = [int(each) for each in months]
    if not steps or steps[0] < 1 or steps != sorted(set(steps)) or steps[-1] > 1200:
        raise CannotMeasure(
            "bad_months",
            fr=f"Les lectures se comptent en mois, de plus en plus tard. Reçu{NO_BREAK}: "
            f"{listed(steps, 'fr')}.",
            en=f"Read-outs count in months, later and later. Received: {listed(steps, 'en')}.",
        )
    shares = fractions or _even(len(steps))
    if len(shares) != len(steps):
        raise CannotMeasure(
            "bad_fractions",
            fr=f"Il y a {len(steps)} lectures et {len(shares)} parts d'information. Donnez-en "
            "autant.",
            en=f"There are {len(steps)} read-outs and {len(shares)} fractions of information. "
            "Give as many of both.",
        )
    rule = spending or USUAL
    looks = rule.looks(shares)
    read_outs = tuple(
        PlannedReadOut(
            fr=f"{count} mois",
            en="1 month" if count == 1 else f"{count} months",
            day=_months_after(campaign_end, count),
            look=look,
        )
        for count, look in zip(steps, looks, strict=True)
    )
    return ReadOutPlan(
        campaign_end=campaign_end,
        read_outs=read_outs,
        spending=rule,
        origin=Origin(
            estimand="levels at which planned read-outs hold together",
            first_day=campaign_end + timedelta(days=1),
            last_day=read_outs[-1].day,
            method=f"alpha spending, {rule.spending}, dependence {rule.dependence}",
        ),
    )


def level_of(read_out: int, count: int) -> float:
    """Level of one of some planned read-outs, which together hold at 95% (see `plan_read_outs`).

    Parameters
    ----------
    read_out
        Its number by date, from 0.
    count
        How many are planned, at least 1.

    Raises
    ------
    CannotMeasure
        ``too_many_looks``.
    """
    return USUAL.looks(_even(count))[read_out].level


def _even(count: int) -> list[float]:
    """Fractions of information, where each window speaks of itself."""
    return [(place + 1) / count for place in range(count)]


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    length = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, length))
