"""The map of the quay: scans and check-ins in town, before, during and after the event."""

from collections.abc import Iterator

from entregent.simulation import cast
from entregent.simulation.making import generator_of, instant, trace
from entregent.simulation.population import Population
from entregent.simulation.rates import AGREED, CHECK_INS, SCANS, Span, Spans
from entregent.simulation.seasons import EDITION_DAYS, Calendar
from entregent.vocabulary import Activity, Object, native_id

CODES = (
    ("QUAI01", "Le vieux quai", "vieux-quai"),
    ("QUAI02", "La chapelle", "chapelle"),
    ("QUAI03", "Rue des Tanneurs", "rue-des-tanneurs"),
    ("QUAI04", "Le chapiteau", "chapiteau"),
    ("QUAI05", "Les cabanes à éperlans", "cabanes"),
    ("QUAI06", "La boulangerie", "boulangerie"),
    ("QUAI07", "Rue de l'Église", "rue-de-l-eglise"),
    ("QUAI08", "L'aréna", "arena"),
    ("QUAI09", "Le jardin du presbytère", "presbytere"),
    ("QUAI10", "L'anse aux Outardes", "anse"),
    ("QUAI11", "Chez Rita", "chez-rita"),
    ("QUAI12", "L'ancienne gare", "gare"),
    ("QUAI13", "La bibliothèque", "bibliotheque"),
    ("QUAI14", "Le garage d'accordéons", "accordeons"),
)
"""Fourteen codes on fourteen posts, at invented places."""

_PAGE = Object(id=f"{cast.SITE}/quai", type="Page", url=f"{cast.SITE}/quai")


def quay(calendar: Calendar, spans: Spans, people: Population) -> Iterator[Activity]:
    """Scans and check-ins, in order of time; nine in a hundred agreed to be named."""
    import numpy as np

    if spans.quay is None or spans.quay.first >= calendar.today:
        return
    chance = generator_of(calendar.settings.seed, "quay")
    scale = calendar.settings.scale
    scans, arrivals = round(SCANS * scale), round(CHECK_INS * scale)
    count = scans + arrivals
    weights = np.array(_weights(spans.quay))
    first = calendar.index(spans.quay.first)
    days = first + chance.choice(len(weights), count, p=weights / weights.sum())
    seconds = (chance.triangular(9, 15, 23, count) * 3600).astype(int)
    places = chance.choice(len(CODES), count, p=_popularity())
    named = chance.random(count) < AGREED
    who = chance.choice(np.array(people.linked_on_quay), count)
    codes = [
        Object(id=native_id("code", code), type="entregent:Code", name=code)
        for code, *_place in CODES
    ]
    spots = [
        Object(id=native_id("place", slug), type="Place", name=name) for _code, name, slug in CODES
    ]
    rows = sorted(
        (calendar.second(day, second), kind, place, person if agreed else -1)
        for day, second, kind, place, agreed, person in zip(
            days.tolist(),
            seconds.tolist(),
            [number >= scans for number in range(count)],
            places.tolist(),
            named.tolist(),
            who.tolist(),
            strict=True,
        )
    )
    for ordinal, (at, arrives, place, person) in enumerate(rows, start=1):
        if at >= calendar.end:
            return
        actor = people.uri("email", person) if person >= 0 else None
        if arrives:
            yield trace(
                f"urn:entregent:arrive:demo:{ordinal}",
                "Arrive",
                instant(at),
                cast.SLUGS["quay"],
                actor=actor,
                location=spots[place],
            )
        else:
            yield trace(
                f"urn:entregent:scan:demo:{ordinal}",
                "View",
                instant(at),
                cast.SLUGS["quay"],
                actor=actor,
                object=_PAGE,
                instrument=codes[place],
                location=spots[place],
            )


def _weights(span: Span) -> list[float]:
    before = 14
    return [
        0.6 if day < before else 6.0 if day < before + EDITION_DAYS else 1.1
        for day in range(span.days)
    ]


def _popularity() -> list[float]:
    weights = [1 / (place + 2) for place in range(len(CODES))]
    return [weight / sum(weights) for weight in weights]
