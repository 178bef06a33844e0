"""Visits of the site, searches on it, and what followed a link: traces without a name."""

from collections.abc import Iterator

from entregent.simulation import cast
from entregent.simulation.making import generator_of, instant, trace
from entregent.simulation.rates import Spans
from entregent.simulation.seasons import Calendar
from entregent.vocabulary import Activity, Object, native_id

_PAGES = (
    ("", 30),
    ("programmation", 17),
    ("billetterie", 16),
    ("horaire", 9),
    ("navettes", 6),
    ("stationnement", 6),
    ("acces", 4),
    ("familles", 5),
    ("hebergement", 4),
    ("benevoles", 3),
    ("concours", 2),
    ("les-voix-d-ici", 4),
    ("plan-du-site", 5),
    ("medias", 1),
)
_ENGLISH = (
    ("en/", 34),
    ("en/program", 20),
    ("en/tickets", 18),
    ("en/shuttles", 10),
    ("en/parking", 9),
    ("en/access", 9),
)
_STORY = ("la-doyenne-aux-tuques", "en/yvette-and-the-toques")
_SEARCHES = (
    "navette aréna",
    "horaire samedi",
    "remboursement",
    "stationnement prix",
    "poussette",
    "chien",
    "toilette adaptée",
    "fauteuil roulant",
    "laissez-passer familial",
    "TUQUE15",
    "bénévole inscription",
    "camping",
    "objets perdus",
    "Les Engoulevents",
    "shuttle schedule",
    "refund",
)
_HOURS = (2, 1, 1, 0, 0, 1, 2, 4, 6, 7, 7, 7, 9, 7, 6, 6, 6, 7, 8, 10, 11, 10, 7, 4)


def visits(
    calendar: Calendar, spans: Spans, shape: list[float], count: int, links: dict[str, int]
) -> Iterator[Activity]:
    """Visits by day; nobody is named, and a visit of a link tells its code.

    Parameters
    ----------
    shape
        Visits of each day in relation to each other.
    count
        How many in all, on average.
    links
        How many visits followed each link, by its code.
    """
    import numpy as np

    chance = generator_of(calendar.settings.seed, "visits")
    weights = np.array(shape)
    counts = chance.poisson(weights / weights.sum() * count * chance.gamma(60, 1 / 60, len(shape)))
    hours = np.array(_HOURS) / sum(_HOURS)
    french = _objects([name for name, _weight in _PAGES])
    english = _objects([name for name, _weight in _ENGLISH])
    story = _objects(list(_STORY))
    shares = _shares(_PAGES), _shares(_ENGLISH)
    ordinal = 0
    followed = _followed(calendar, spans, links, chance)
    for day in range(calendar.days):
        wanted = int(counts[day])
        date = calendar.day(day)
        at = chance.choice(24, wanted, p=hours) * 3600 + chance.integers(0, 3600, wanted)
        at.sort()
        told = spans.tuques is not None and date in spans.tuques
        after = spans.tuques is not None and date > spans.tuques.last
        is_english = chance.random(wanted) < (0.3 if told else 0.14 if after else 0.07)
        reads_story = chance.random(wanted) < (0.62 if told else 0.01 if after else 0.0)
        pages = chance.choice(len(french), wanted, p=shares[0])
        pages_en = chance.choice(len(english), wanted, p=shares[1])
        rows: list[tuple[int, Object, Object | None]] = [
            (
                calendar.second(day, int(second)),
                (story[int(en)] if tells else english[other] if en else french[page]),
                None,
            )
            for second, en, tells, page, other in zip(
                at.tolist(),
                is_english.tolist(),
                reads_story.tolist(),
                pages.tolist(),
                pages_en.tolist(),
                strict=True,
            )
        ]
        rows += [(calendar.second(day, second), page, code) for second, page, code in followed[day]]
        rows.sort(key=lambda row: row[0])
        for moment, page, code in rows:
            if moment >= calendar.end:
                continue
            ordinal += 1
            yield trace(
                f"urn:entregent:visit:demo:{ordinal}",
                "View",
                instant(moment),
                cast.SLUGS["web"],
                object=page,
                instrument=code,
            )


def _followed(
    calendar: Calendar, spans: Spans, links: dict[str, int], chance: "object"
) -> list[list[tuple[int, Object, Object]]]:
    import numpy as np

    assert isinstance(chance, np.random.Generator)
    found: list[list[tuple[int, Object, Object]]] = [[] for _day in range(calendar.days)]
    target = _objects(["concours", "billetterie"])
    for code, count in links.items():
        span = spans.contest if code.startswith("CONCOURS") else spans.presale
        if code.startswith("FAMILLE"):
            span = spans.family
        if code.startswith("AVRIL"):
            span = spans.april
        if span is None:
            continue
        first = calendar.index(span.first)
        page = target[0] if code.startswith(("CONCOURS", "FAMILLE")) else target[1]
        instrument = Object(id=native_id("code", code), type="entregent:Code", name=code)
        for day in chance.integers(first, first + span.days, count).tolist():
            if day < calendar.days - 1:
                found[day].append((int(chance.integers(8 * 3600, 23 * 3600)), page, instrument))
    return found


def searches(calendar: Calendar, shape: list[float], count: int) -> Iterator[Activity]:
    """What people looked for on the site."""
    import numpy as np

    chance = generator_of(calendar.settings.seed, "searches")
    weights = np.array(shape)
    days = np.sort(chance.choice(len(shape), count, p=weights / weights.sum()))
    seconds = chance.integers(7 * 3600, 23 * 3600, count)
    queries = chance.integers(0, len(_SEARCHES), count)
    wanted = [
        Object(id=native_id("search", text), type="entregent:Query", name=text)
        for text in _SEARCHES
    ]
    rows = sorted(zip(days.tolist(), seconds.tolist(), queries.tolist(), strict=True))
    for ordinal, (day, second, query) in enumerate(rows, start=1):
        at = calendar.second(day, second)
        if at < calendar.end:
            yield trace(
                f"urn:entregent:search:demo:{ordinal}",
                "schema:SearchAction",
                instant(at),
                cast.SLUGS["web"],
                object=wanted[query],
            )


def _objects(names: list[str]) -> list[Object]:
    addresses = [f"{cast.SITE}/{name}" for name in names]
    return [Object(id=address, type="Page", url=address) for address in addresses]


def _shares(pages: tuple[tuple[str, int], ...]) -> list[float]:
    total = sum(weight for _name, weight in pages)
    return [weight / total for _name, weight in pages]
