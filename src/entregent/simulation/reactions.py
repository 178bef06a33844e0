"""Likes, shares and contest entries: what people do with a finger."""

from collections.abc import Iterator

from entregent.simulation import cast
from entregent.simulation.making import activity, generator_of, instant, random_of
from entregent.simulation.plan import Item, Plan
from entregent.simulation.rates import FRAUDULENT_ENTRIES
from entregent.vocabulary import PUBLIC, Activity, Object, relation_id

_EMOJI = ("❤️", "😂", "😮", "😢")
_SOON = 7_000


def reactions(plan: Plan, count: int) -> Iterator[Activity]:
    """Likes and shares of what is said in public, in order of time."""
    import numpy as np

    calendar, people = plan.calendar, plan.people
    chance = generator_of(calendar.settings.seed, "reactions")
    liked = [item for item in plan.items if _can_be_liked(item) and item.number not in plan.lost]
    weights = np.array([_warmth(item) for item in liked])
    weights *= chance.lognormal(0, 0.9, len(liked))
    counts = chance.poisson(weights / weights.sum() * count)
    counts = np.minimum(counts, people.size // 3)
    which = np.repeat(np.arange(len(liked)), counts)
    starts = chance.integers(0, people.size, len(liked))
    # A stride that shares no divisor with the number of people meets each of them once.
    stride = _coprime(people.size)
    ordinal = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
    person = (starts[which] + ordinal * stride) % people.size
    base = np.array([item.at for item in liked])
    at = base[which] + 30 + chance.exponential(_SOON, len(which)).astype(np.int64)
    kind = chance.random(len(which))
    order = np.argsort(at, kind="stable")
    objects = [Object(id=item.uri, type="Note") for item in liked]
    ordered = (at[order].tolist(), which[order].tolist(), person[order].tolist())
    for moment, index, actor_number, roll in zip(*ordered, kind[order].tolist(), strict=True):
        if moment >= calendar.end:
            return
        item = liked[index]
        actor = people.uri(item.network, actor_number)
        if actor == item.actor:
            continue
        if roll < 0.13 and item.network != "youtube":
            yield activity(
                relation_id("Announce", actor, objects[index].id or ""),
                "Announce",
                instant(moment),
                cast.SLUGS[item.network],
                actor=actor,
                object=objects[index],
                to=(PUBLIC,),
                legal_basis="public",
            )
            continue
        emoji = _EMOJI[int(roll * 1000) % 4] if item.network == "facebook" and roll > 0.8 else None
        yield activity(
            relation_id("Like", actor, objects[index].id or "", emoji or ""),
            "Like",
            instant(moment),
            cast.SLUGS[item.network],
            actor=actor,
            object=objects[index],
            content=emoji,
            legal_basis="interaction",
        )


def _can_be_liked(item: Item) -> bool:
    return not item.private and item.network not in {"email", "press", "google_business"}


def _warmth(item: Item) -> float:
    if item.topic == "crisis_line":
        return 6.0
    if item.kind == "ours":
        return 14.0 if item.topic in {"voices", "contest"} else 9.0
    return {"praise": 2.0, "story": 2.4, "irony": 1.8, "shuttles": 2.5}.get(item.kind, 0.7)


def _coprime(size: int) -> int:
    import math

    stride = max(2, int(size * 0.382))
    while math.gcd(stride, size) != 1:
        stride += 1
    return stride


def entries(plan: Plan) -> Iterator[Activity]:
    """Entries to the two contests, the eleven fraudulent ones among them."""
    calendar, spans, people = plan.calendar, plan.spans, plan.people
    random = random_of(calendar.settings.seed, "entries")
    rows: list[tuple[int, str, str]] = []
    if spans.contest:
        contest = f"{cast.SITE}/concours/gagne-ton-hiver"
        first = calendar.index(spans.contest.first)
        for person in people.entered:
            day = first + random.randrange(spans.contest.days)
            at = calendar.second(day, random.randint(7 * 3600, 23 * 3600))
            rows.append((at, people.uri("instagram", person), contest))
        for number in range(FRAUDULENT_ENTRIES):
            uri = f"https://instagram.example/gagnant.facile{number + 1:02d}"
            # All of them within four minutes of one night.
            at = calendar.second(first + 9, 3 * 3600 + number * 22)
            rows.append((at, uri, contest))
    contest = f"{cast.SITE}/concours/les-frimas-en-famille"
    first = calendar.index(spans.family.first)
    wanted = max(8, len(people.entered) // 4)
    for person in people.entered[-wanted:]:
        day = first + random.randrange(spans.family.days)
        at = calendar.second(day, random.randint(7 * 3600, 22 * 3600))
        rows.append((at, people.uri("instagram", person), contest))
    for number, (at, actor, contest) in enumerate(sorted(rows), start=1):
        if at < calendar.end:
            yield activity(
                f"urn:entregent:entry:demo:{number}",
                "Join",
                instant(at),
                cast.SLUGS["instagram"],
                actor=actor,
                object=Object(id=contest, type="entregent:Contest", name=_name(contest)),
                legal_basis="consent",
            )


def _name(contest: str) -> str:
    return "Gagne ton hiver" if contest.endswith("hiver") else "Les Frimas en famille"
