"""What goes into the measurement of a campaign, and what comes out of it, as plain values.

The engine is loaded where it is asked: the site's own process reads what the worker has stored.
"""

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, Final

import orjson
from django.utils import translation

from entregent import __version__
from entregent.apps.address.queries import CampaignLine
from entregent.apps.measure.calendars import holidays_of
from entregent.apps.measure.models import RollUp
from entregent.apps.measure.series import Listening, series_of
from entregent.measurement.words import NO_BREAK

if TYPE_CHECKING:
    from entregent.measurement.boosts import BoostResult
    from entregent.measurement.effects import EffectResult

OTHER_EFFECTS: Final = ("orders", "people_back", "recommendations", "coverage", "visits")
"""Metrics that are measured beside a campaign's own, everywhere and not only at its place."""
MARGIN: Final = 0.10
"""Share of the boost below which what stayed counts as nothing; the same for every campaign."""
LEVEL: Final = 0.95
"""Of the intervals of a campaign without planned read-outs."""
LONGEST_AFTER: Final = timedelta(days=1095)
"""After that long nothing is told any more: the last window is over."""
_AHEAD: Final = timedelta(days=366)
_PAST: Final = timedelta(days=3 * 365)
_NOTHING_COUNTED: Final = (
    "nothing_counted",
    f"Aucune source ne donne cette mesure{NO_BREAK}: rien n'a été compté. Ce n'est pas zéro.",
    "No source tells this measure: nothing was counted. It is not zero.",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A campaign and a metric whose days have begun.

    Attributes
    ----------
    place
        Of the campaign where the metric is its own; empty for everything else.
    until
        Last complete day that is used.
    others
        Launched campaigns with the same metric at the same place, oldest first.
    read_outs, read_out
        How many are planned, 0 for none; and the number by date, from 0, of the one that is meant:
        the last whose date has come, or the first where none has.
    outline
        Changes when anything may have changed that the answer depends on.
    """

    campaign: CampaignLine
    metric: str
    place: str
    until: date
    others: tuple[CampaignLine, ...]
    read_outs: int
    read_out: int
    outline: str

    @property
    def is_running(self) -> bool:
        """Whether the campaign's last day is not counted yet."""
        return self.until < self.campaign.last_day


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that goes into an answer, and its fingerprint.

    Attributes
    ----------
    first_day, values
        The series by day; None is 'not collected'.
    unit, name
        In French, as all that is stored.
    holidays
        Name of each day on which people live otherwise.
    """

    asked: Asked
    first_day: date | None
    values: tuple[float | None, ...]
    name: str
    unit: str
    holidays: Mapping[date, str]
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What is stored: a result with its rows, or the reason why there is none."""

    result: dict[str, Any]
    rows: dict[str, Any]
    refused: str = ""
    fr: str = ""
    en: str = ""


def askable(
    campaigns: Iterable[CampaignLine],
    counted: Mapping[str, RollUp],
    planned: Mapping[int, Sequence[date]],
    today: date,
) -> list[Asked]:
    """What can be measured now: campaigns' own metrics first, then their other effects.

    Parameters
    ----------
    campaigns
        Launched ones.
    counted
        How far each metric is complete. One that is being counted again is left until it is.
    planned
        Dates of the planned read-outs of each campaign, by its number; none for those without.
    today
        Day on which the answers are read.
    """
    launched = list(campaigns)
    wanted = [(line, line.metric) for line in launched]
    wanted += [(line, each) for line in launched for each in OTHER_EFFECTS if each != line.metric]
    found = []
    for line, metric in wanted:
        row = counted.get(metric)
        if row is None or row.complete_until is None:
            continue
        if row.dirty_from is not None and row.dirty_from <= row.complete_until:
            continue
        until = min(row.complete_until, line.last_day + LONGEST_AFTER)
        if until >= line.first_day:
            dates = planned.get(line.id, ())
            come = sum(each <= today for each in dates)
            found.append(_asked(line, metric, until, row, launched, (len(dates), max(come - 1, 0))))
    return found


def material_of(asked: Asked, listening: Listening) -> Material:
    """Read what goes into an answer."""
    line = asked.campaign
    with translation.override("fr"):
        series = series_of(listening, asked.metric, asked.place, last_day=asked.until)
        days = dict(zip(series.days, series.values, strict=True))
        first = max(min(days), line.first_day - _PAST) if days else None
        values = tuple(value for day, value in days.items() if first and day >= first)
        names = (
            _holidays(first, max(asked.until, line.last_day + _AHEAD)) if first is not None else {}
        )
    told = {
        "engine": __version__,
        "margin": MARGIN,
        "read_outs": [asked.read_outs, asked.read_out],
        "seed": line.id,
        "campaign": [line.first_day, line.last_day, line.launched_at],
        "metric": [asked.metric, asked.place],
        "others": [[other.first_day, other.last_day] for other in asked.others],
        "holidays": [[day, name] for day, name in names.items()],
        "series": [first, values],
    }
    return Material(asked, first, values, series.name, series.unit, names, _hash(told))


def answer_to(material: Material) -> Answer:
    """Ask the engine; a refusal is an answer too."""
    import numpy as np

    from entregent.measurement.boosts import boost
    from entregent.measurement.effects import effect
    from entregent.measurement.read_outs import level_of
    from entregent.measurement.results import CannotMeasure
    from entregent.measurement.series import DailySeries

    asked, line = material.asked, material.asked.campaign
    known = [value for value in material.values if value is not None]
    if material.first_day is None or not known:
        return Answer({}, {}, *_NOTHING_COUNTED)
    values = np.array([math.nan if value is None else value for value in material.values])
    series = DailySeries(material.first_day, values, material.name, material.unit)
    others = [(other.first_day, other.last_day) for other in asked.others]
    told: BoostResult | EffectResult
    try:
        level = level_of(asked.read_out, asked.read_outs) if asked.read_outs else LEVEL
        if asked.is_running:
            earlier = [other for other in others if other[0] < line.first_day]
            told = effect(
                series,
                line.first_day,
                level=level,
                seed=line.id,
                holidays=material.holidays,
                other_campaigns=earlier,
            )
        else:
            told = boost(
                series,
                (line.first_day, line.last_day),
                margin=MARGIN,
                level=level,
                seed=line.id,
                holidays=material.holidays,
                other_campaigns=others,
            )
    except CannotMeasure as refusal:
        return Answer({}, {}, refusal.code, refusal.fr, refusal.en)
    result = _plain(told.to_dict())
    result["level"] = level
    result["read_outs"] = asked.read_outs
    result["is_running"] = asked.is_running
    result["others"] = [other.id for other in asked.others]
    result["last_used"] = told.rows[-1].day.isoformat()
    if not asked.is_running:
        result["cut_after"] = getattr(told, "cut_after", None)
    return Answer(result, _rows(told))


def _asked(
    line: CampaignLine,
    metric: str,
    until: date,
    row: RollUp,
    launched: Sequence[CampaignLine],
    read_outs: tuple[int, int],
) -> Asked:
    place = line.place if metric == line.metric else ""
    others = [
        other
        for other in launched
        if other.id != line.id
        and (other.metric, other.place) == (metric, place)
        and other.first_day <= until
    ]
    others.sort(key=lambda other: (other.first_day, other.id))
    told = [
        __version__,
        MARGIN,
        [line.id, line.first_day, line.last_day, line.launched_at],
        [metric, place, row.begins_on, until, row.revised_at],
        [[other.id, other.first_day, other.last_day] for other in others],
        read_outs,
    ]
    return Asked(line, metric, place, until, tuple(others), *read_outs, _hash(told))


def _holidays(first: date, last: date) -> dict[date, str]:
    names: dict[date, str] = {}
    # A public holiday within other holidays keeps its own name.
    spans = sorted(holidays_of(first, last), key=lambda each: each.last_day - each.first_day)
    for moment in spans:
        for number in range((moment.last_day - moment.first_day).days + 1):
            names.setdefault(moment.first_day + timedelta(days=number), moment.name)
    return dict(sorted(names.items()))


def _rows(told: "BoostResult | EffectResult") -> dict[str, Any]:
    """What there would have been, by day from the campaign's first on."""
    days = [row for row in told.rows if row.counterfactual is not None]
    if not days:
        return {}
    return {
        "first": days[0].day.isoformat(),
        "without": [_short(row.counterfactual) for row in days],
        "low": [_short(row.low) for row in days],
        "high": [_short(row.high) for row in days],
    }


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _plain(value: Any) -> Any:
    """As JSON has it: no number that is none, and no number of another library."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return float(value) if math.isfinite(value) else None
    return str(value)


def _hash(told: object) -> str:
    return hashlib.sha256(orjson.dumps(told)).hexdigest()
