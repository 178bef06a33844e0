"""People first met in a campaign against those met otherwise, compared at equal age only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from entregent.measurement.cohorts.drawing import Line, two_lines
from entregent.measurement.cohorts.hazards import (
    HazardRatio,
    Link,
    hazard_ratio,
    period_counts,
)
from entregent.measurement.cohorts.survival import (
    Curve,
    Follow,
    curve,
    difference,
    follow,
    log_rank,
    wilson,
)
from entregent.measurement.cohorts.wording import (
    CAUTION,
    digits_of_shares,
    people_of,
    share_in_words,
)
from entregent.measurement.results import CannotMeasure, Check, Interval, Language, Origin
from entregent.measurement.words import day_in_words

AGES = (30, 90, 180, 365)
FEWEST = 10
"""People of a cohort who must have been able to reach an age before it is read."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One quantity of both cohorts, and the campaign's minus the others'."""

    campaign: Interval
    others: Interval
    difference: Interval

    def to_dict(self) -> dict[str, dict[str, float]]:
        """The three intervals, as JSON has them."""
        return {
            "campaign": self.campaign.to_dict(),
            "others": self.others.to_dict(),
            "difference": self.difference.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class NetRetained:
    """(gained - lost among them) / gained, of those whose day at that age has come.

    Attributes
    ----------
    gained, lost
        People first met long enough ago, and those of them who left at that age or before.
    share
        Still there, with Wilson's interval.
    """

    gained: int
    lost: int
    share: Interval


@dataclass(frozen=True, slots=True)
class AtAge:
    """What is known at one age.

    Attributes
    ----------
    age_days
        Days since each person was first met.
    share
        Still there (Kaplan-Meier); None where a cohort could not have reached this age.
    campaign, others
        Net retained of each cohort, in plain counts; None likewise.
    readable_from
        First day after which both cohorts can be read at this age; None if a cohort is too small.
    """

    age_days: int
    share: Compared | None
    campaign: NetRetained | None
    others: NetRetained | None
    readable_from: date | None


@dataclass(frozen=True, slots=True)
class Retention:
    """Two cohorts at equal age: a description, never an effect of the campaign.

    Attributes
    ----------
    name
        Of the campaign; empty if it has none.
    campaign_people, campaign_left, others_people, others_left
        People of each cohort, and those who left up to the horizon.
    observed_until
        Last observed day, included.
    horizon_days
        Largest age that at least ten people of each cohort could have reached.
    ages
        Each age asked for, also those not reached.
    headline
        The one that the sentence tells.
    mean_days, mean_horizon_days
        Mean days there out of the first so many (restricted mean).
    log_rank
        ``chi2``, ``p``, ``left`` and ``expected`` of the campaign's cohort.
    hazard
        How many times faster the campaign's people leave; None where `hazard_refused` says why.
    hazard_refused
        The reason in French and in English.
    lines
        Points of the two curves: age, share, lower and upper bound; the campaign's first.
    origin
        How it came about.
    """

    name: str
    campaign_people: int
    campaign_left: int
    others_people: int
    others_left: int
    observed_until: date
    horizon_days: int
    ages: tuple[AtAge, ...]
    headline: AtAge
    mean_days: Compared
    mean_horizon_days: int
    log_rank: dict[str, float]
    hazard: HazardRatio | None
    hazard_refused: tuple[str, str] | None
    lines: tuple[tuple[tuple[float, float, float, float], ...], ...]
    origin: Origin

    def table(self) -> list[dict[str, Any]]:
        """One row an age; what cannot be read yet is None, with the day it can."""
        return [_row(each) for each in self.ages]

    def sentence(self, language: Language = "fr") -> str:
        """What stayed of each cohort at one age, and when the next age can be read."""
        share, age = self.headline.share, self.headline.age_days
        assert share is not None
        who = people_of(self.campaign_people, self.name, language)
        both = (share.campaign, share.others)
        digits = digits_of_shares(*both)
        ours, theirs = (share_in_words(each, language, digits) for each in both)
        if language == "fr":
            text = (
                f"{who}, {ours} suivaient encore à {age} jours; {theirs} des autres, au même âge."
            )
        else:
            text = (
                f"{who}, {ours} still followed at {age} days; "
                f"so did {theirs} of the others, at the same age."
            )
        later = [each for each in self.ages if each.share is None and each.readable_from]
        if later:
            day = later[0].readable_from
            assert day is not None
            when = day_in_words(day, language)
            if language == "fr":
                text += f" À {later[0].age_days} jours, on pourra lire à partir du {when}."
            else:
                text += f" At {later[0].age_days} days, it can be read from {when}."
        return text

    def caution(self, language: Language = "fr") -> str:
        """What the comparison is not, and what weakens it."""
        text = CAUTION[language]
        failed = {check.name for check in self.origin.checks if check.outcome == "failed"}
        if "proportional_hazards" in failed:
            text += {
                "fr": " L'écart change avec l'âge : lisez chaque âge, plutôt qu'un seul rapport.",
                "en": " The gap changes with age: read each age rather than one ratio.",
            }[language]
        if {"campaign_same_over_time", "others_same_over_time"} & failed:
            text += {
                "fr": " Les personnes rencontrées plus tard ne partent pas au même rythme que les "
                "premières : les âges élevés ne parlent que des premières.",
                "en": " People met later do not leave at the same pace as the first: high ages "
                "speak of the first only.",
            }[language]
        return text

    def chart(self, language: Language = "fr") -> Any:
        """The two curves with their bands, as an Altair chart."""
        french = language == "fr"
        return two_lines(
            _in_percent(self.lines[0]),
            _in_percent(self.lines[1]),
            language=language,
            x_title="jours depuis la première rencontre" if french else "days since first met",
            y_title="suivent encore, sur 100 personnes"
            if french
            else "still follow, of 100 people",
            ticks=[each.age_days for each in self.ages if each.share is not None]
            or [self.horizon_days],
            top=100,
        )

    def to_dict(self) -> dict[str, Any]:
        """Everything but the points of the curves, as JSON has it."""
        ratio = self.hazard
        return {
            "campaign": {
                "name": self.name,
                "people": self.campaign_people,
                "left": self.campaign_left,
            },
            "others": {"people": self.others_people, "left": self.others_left},
            "observed_until": self.observed_until.isoformat(),
            "horizon_days": self.horizon_days,
            "ages": [_as_json(row) for row in self.table()],
            "mean_days": {"of_days": self.mean_horizon_days, **self.mean_days.to_dict()},
            "log_rank": dict(self.log_rank),
            "hazard_ratio": None
            if ratio is None
            else {
                **ratio.ratio.to_dict(),
                "link": ratio.link,
                "period_days": ratio.period_days,
                "proportional_p": ratio.proportional_p,
            },
            "hazard_refused": None
            if self.hazard_refused is None
            else {"fr": self.hazard_refused[0], "en": self.hazard_refused[1]},
            "sentence": {"fr": self.sentence("fr"), "en": self.sentence("en")},
            "caution": {"fr": self.caution("fr"), "en": self.caution("en")},
            "level": self.mean_days.campaign.level,
            "origin": self.origin.to_dict(),
        }


def retention(
    first_days: Sequence[date],
    left_days: Sequence[date | None],
    in_campaign: Sequence[bool],
    *,
    observed_until: date,
    name: str = "",
    ages: Sequence[int] = AGES,
    headline_days: int = 90,
    level: float = 0.95,
    link: Link = "cloglog",
    period_days: int | None = None,
) -> Retention:
    """Compare people first met in a campaign with those met otherwise, at equal age.

    Parameters
    ----------
    first_days
        Day each person was first met, in any order.
    left_days
        Day each left; None for who has not. A person who leaves the day they were met has age 0.
    in_campaign
        Whether the person was first met in the campaign.
    observed_until
        Last observed day, included; whoever had not left then is censored.
    name
        Of the campaign, for the sentence.
    ages
        Ages in days at which both cohorts are read, 1 or more.
    headline_days
        The age that the sentence tells; the largest age asked for below it, where it has not come.
    level
        Of every interval, between 0 and 1, both excluded.
    link, period_days
        Of the discrete-time hazard: see `hazard_ratio`. Periods are of 30 days where both cohorts
        have been seen for 120 days or more, of 7 otherwise.

    Returns
    -------
    Retention

    Raises
    ------
    CannotMeasure
        ``too_few_people``, ``bad_level``, ``bad_ages``, ``too_young``, and those of `follow`.

    Notes
    -----
    An age is compared only where at least ten people of each cohort could have reached it, whether
    or not they stayed: lead times make young cohorts look better. Everything here (curves, mean,
    log-rank, ratio) stops at the largest such age. Censoring must not depend on leaving within a
    cohort: this is so if people met early and late leave at the same pace, which is checked.
    """
    if not 0 < level < 1:
        raise CannotMeasure(
            "bad_level",
            fr="Le niveau doit être entre 0 et 1, comme 0,95.",
            en="The level must lie between 0 and 1, as 0.95.",
        )
    if not ages or min(ages) < 1 or (period_days is not None and period_days < 1):
        raise CannotMeasure(
            "bad_ages",
            fr="Les âges et les périodes se comptent en jours, à partir de 1. Donnez-les comme "
            "30, 90, 180 et 365.",
            en="Ages and periods count in days, from 1. Give 30, 90, 180 and 365, for example.",
        )
    everyone = follow(first_days, left_days, observed_until)
    inside = np.asarray(in_campaign, dtype=bool)
    if len(inside) != len(everyone):
        raise CannotMeasure(
            "lengths_differ",
            fr=f"Il y a {len(everyone)} personnes et {len(inside)} cohortes. Donnez la cohorte de "
            "chaque personne.",
            en=f"There are {len(everyone)} people and {len(inside)} cohorts. Give each person's "
            "cohort.",
        )
    campaign, others = everyone.part(inside), everyone.part(~inside)
    _enough(campaign, others)
    horizon = min(each.age_reached_by(FEWEST) for each in (campaign, others))
    if horizon < 1:
        raise CannotMeasure(
            "too_young",
            fr="Une des cohortes vient d'être rencontrée : aucun âge ne se compare. Attendez au "
            "moins un jour, mieux un mois.",
            en="One of the cohorts has only just been met: no age can be compared. Wait a day at "
            "least, better a month.",
        )
    campaign, others = campaign.within(horizon), others.within(horizon)
    curves = curve(campaign), curve(others)
    asked = sorted({int(age) for age in ages})
    read = tuple(_at_age(age, horizon, (campaign, others), curves, level) for age in asked)
    reached = [age for age in asked if age <= horizon] or [horizon]
    told = max([age for age in reached if age <= headline_days] or reached[:1])
    chosen = next((each for each in read if each.age_days == told), None)
    means = [each.mean_days(max(reached), level) for each in curves]
    hazard, refused = _hazard(campaign, others, horizon, link, period_days, level)
    return Retention(
        name=name,
        campaign_people=len(campaign),
        campaign_left=campaign.left_count,
        others_people=len(others),
        others_left=others.left_count,
        observed_until=observed_until,
        horizon_days=horizon,
        ages=read,
        headline=chosen or _at_age(told, horizon, (campaign, others), curves, level),
        mean_days=Compared(means[0], means[1], difference(means[0], means[1])),
        mean_horizon_days=max(reached),
        log_rank=log_rank(campaign, others),
        hazard=hazard,
        hazard_refused=refused,
        lines=tuple(_line(each, horizon, level) for each in curves),
        origin=Origin(
            estimand="share of people still there at an age, of two cohorts at equal age",
            unit="share of people",
            first_day=date.fromordinal(int(everyone.met.min())),
            last_day=observed_until,
            method=f"Kaplan-Meier, log-log intervals; discrete-time hazard, {link}",
            checks=_checks(campaign, others, hazard),
        ),
    )


def _enough(campaign: Follow, others: Follow) -> None:
    for people, french, english in (
        (campaign, "La cohorte de la campagne", "The campaign's cohort"),
        (others, "La cohorte des autres", "The cohort of the others"),
    ):
        if len(people) < FEWEST:
            raise CannotMeasure(
                "too_few_people",
                fr=f"{french} demande au moins {FEWEST} personnes; elle en compte {len(people)}. "
                "Vérifiez la colonne de la cohorte, ou attendez.",
                en=f"{english} takes at least {FEWEST} people; it holds {len(people)}. Check the "
                "column of the cohort, or wait.",
            )


def _at_age(
    age: int,
    horizon: int,
    cohorts: tuple[Follow, Follow],
    curves: tuple[Curve, Curve],
    level: float,
) -> AtAge:
    days = [each.readable_from(age, FEWEST) for each in cohorts]
    readable = max(day for day in days if day is not None)
    if age > horizon:
        return AtAge(age, None, None, None, readable)
    ours, theirs = (each.at(age, level) for each in curves)
    net = [_net(each, age, level) for each in cohorts]
    return AtAge(age, Compared(ours, theirs, difference(ours, theirs)), net[0], net[1], readable)


def _net(people: Follow, age: int, level: float) -> NetRetained:
    reached = people.seen_days >= age
    gained = int(np.count_nonzero(reached))
    left = reached & (people.left_days >= 0) & (people.left_days <= age)
    lost = int(np.count_nonzero(left))
    return NetRetained(gained, lost, wilson(gained - lost, gained, level))


def _hazard(
    campaign: Follow, others: Follow, horizon: int, link: Link, period: int | None, level: float
) -> tuple[HazardRatio | None, tuple[str, str] | None]:
    days = period or (30 if horizon >= 120 else 7)
    counts = period_counts(campaign, others, horizon=horizon, period_days=days)
    try:
        return hazard_ratio(counts, link=link, level=level), None
    except CannotMeasure as refused:
        return None, (refused.fr, refused.en)


def _checks(campaign: Follow, others: Follow, hazard: HazardRatio | None) -> tuple[Check, ...]:
    same_days = (others.met >= campaign.met.min()) & (others.met <= campaign.met.max())
    found = [
        Check(
            "met_in_the_same_days",
            "informative",
            {"share_of_others": float(np.mean(same_days))},
        )
    ]
    for name, people in (("campaign", campaign), ("others", others)):
        early = people.met <= np.median(people.met)
        if min(np.count_nonzero(early), np.count_nonzero(~early)) < FEWEST:
            continue
        halves = people.part(early), people.part(~early)
        shortest = min(each.age_reached_by(FEWEST) for each in halves)
        p = log_rank(*(each.within(shortest) for each in halves))["p"]
        found.append(_check(f"{name}_same_over_time", {"p": p}, failed=p < 0.01))
    if hazard is not None:
        numbers = {"p": hazard.proportional_p, "ratio_when_age_doubles": hazard.change}
        failed = hazard.proportional_p < 0.05
        found.append(_check("proportional_hazards", numbers, failed=failed))
    return tuple(found)


def _check(name: str, numbers: dict[str, float], *, failed: bool) -> Check:
    return Check(name, "failed" if failed else "passed", numbers)


def _in_percent(line: Line) -> list[tuple[float, float, float, float]]:
    return [(age, 100 * share, 100 * low, 100 * high) for age, share, low, high in line]


def _line(
    found: Curve, horizon: int, level: float
) -> tuple[tuple[float, float, float, float], ...]:
    """At most 200 points, the first and the last age among them."""
    ages = np.unique(np.concatenate([[0], found.ages[found.ages <= horizon], [horizon]]))
    if len(ages) > 200:
        ages = np.unique(ages[np.linspace(0, len(ages) - 1, 200).round().astype(int)])
    points = []
    for age in ages:
        share = found.at(int(age), level)
        points.append((float(age), share.estimate, share.low, share.high))
    return tuple(points)


def _row(each: AtAge) -> dict[str, Any]:
    row: dict[str, Any] = {"age_days": each.age_days}
    for part in ("campaign", "others", "difference"):
        share: Interval | None = getattr(each.share, part) if each.share else None
        row[part] = share.estimate if share else None
        row[f"{part}_low"] = share.low if share else None
        row[f"{part}_high"] = share.high if share else None
    for part, net in (("campaign", each.campaign), ("others", each.others)):
        row[f"{part}_gained"] = net.gained if net else None
        row[f"{part}_lost"] = net.lost if net else None
        row[f"{part}_net_retained"] = net.share.estimate if net else None
        row[f"{part}_net_low"] = net.share.low if net else None
        row[f"{part}_net_high"] = net.share.high if net else None
    row["readable_from"] = each.readable_from
    return row


def _as_json(row: dict[str, Any]) -> dict[str, Any]:
    day = row["readable_from"]
    return {**row, "readable_from": day.isoformat() if day else None}
