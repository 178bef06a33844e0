"""The whole world: what is quickly known of it, and what was done in it, part by part."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from typing import Any, Final

from entregent.simulation import cast, media, rates
from entregent.simulation.campaigns import campaigns, links
from entregent.simulation.crisis import add_night, crisis
from entregent.simulation.follows import Flow, flows, follows, gaps_by_network, totals
from entregent.simulation.making import activity, random_of
from entregent.simulation.orders import Sales, orders, sales
from entregent.simulation.plan import Item, Plan
from entregent.simulation.population import Population, known_people, populate
from entregent.simulation.quay import quay
from entregent.simulation.rates import Spans
from entregent.simulation.reactions import entries, reactions
from entregent.simulation.seasons import Calendar
from entregent.simulation.settings import Settings
from entregent.simulation.staged import Staging, stage
from entregent.simulation.staged_words import approved_lines
from entregent.simulation.talking import (
    add_free_talk,
    add_letters,
    add_ours,
    add_replies,
    add_reviews,
    add_shares,
    add_threads,
)
from entregent.simulation.visits import searches, visits
from entregent.simulation.words import said
from entregent.simulation.world import (
    AccountFacts,
    AskFacts,
    CampaignFacts,
    ChangeFacts,
    ChannelFacts,
    CrisisFacts,
    DecisionFacts,
    FunctionFacts,
    LineFacts,
    MemberFacts,
    MomentFacts,
    OrganisationFacts,
    PersonFacts,
    PromiseFacts,
    PublicFacts,
    SavedQueryFacts,
    StagedFacts,
    SubjectFacts,
)
from entregent.vocabulary import Account, Activity, Object, Point

ACTIVITIES: Final = 300_000
"""Activities of a world of the usual size with three editions of each season."""
TEXTS: Final = 25_000
LIKED: Final = 70_000
SEARCHED: Final = 5_000
USUAL_DAYS: Final = 1_334

PARTS: Final = (
    "words",
    "visits",
    "follows",
    "reactions",
    "orders",
    "quay",
    "searches",
    "entries",
    "promises",
)
_LEFT = ("not_worth", "elsewhere", "not_allowed", "elsewhere")


@dataclass
class World:
    """A simulated festival, its people, and the truth behind what is seen of them.

    Attributes
    ----------
    parts
        Names of its deeds' parts. Each can be drawn alone, by another process too.
    waiting
        URIs of the threads that wait for us now. Every other thread is settled, whatever a machine
        makes of its last words.
    truth
        What was planted, as JSON: by campaign and by effect, the true rates.
    """

    settings: Settings
    calendar: Calendar
    spans: Spans
    population: Population
    plan: Plan
    staging: Staging
    organisation: OrganisationFacts
    people: tuple[PersonFacts, ...]
    accounts: tuple[AccountFacts, ...]
    campaigns: tuple[CampaignFacts, ...]
    moments: tuple[MomentFacts, ...]
    lines: tuple[LineFacts, ...]
    promises: tuple[PromiseFacts, ...]
    asks: tuple[AskFacts, ...]
    staged: tuple[StagedFacts, ...]
    decisions: tuple[DecisionFacts, ...]
    changes: tuple[ChangeFacts, ...]
    crises: tuple[CrisisFacts, ...]
    waiting: tuple[str, ...]
    truth: dict[str, Any]
    functions: tuple[FunctionFacts, ...] = cast.FUNCTIONS
    members: tuple[MemberFacts, ...] = cast.MEMBERS
    subjects: tuple[SubjectFacts, ...] = cast.SUBJECTS
    publics: tuple[PublicFacts, ...] = cast.PUBLICS
    saved_queries: tuple[SavedQueryFacts, ...] = cast.SAVED_QUERIES
    parts: tuple[str, ...] = PARTS
    channels: tuple[ChannelFacts, ...] = field(default=())

    @cached_property
    def _flows(self) -> list[Flow]:
        return flows(self.calendar, self.spans, self.population)

    @cached_property
    def _sales(self) -> Sales:
        return sales(self.calendar, self.spans, self.population)

    def deeds(self, part: str) -> Iterator[Activity]:
        """What was done, of one of `parts`, in order of time.

        Raises
        ------
        KeyError
            If there is no such part.
        """
        makers: dict[str, Callable[[], Iterator[Activity]]] = {
            "words": lambda: said(self.plan, random_of(self.settings.seed, "words")),
            "visits": self._visits,
            "follows": lambda: follows(self.calendar, self._flows, self.population),
            "reactions": lambda: reactions(self.plan, self._size(LIKED)),
            "orders": lambda: orders(self.calendar, self._sales, self.population),
            "quay": lambda: quay(self.calendar, self.spans, self.population),
            "searches": lambda: searches(
                self.calendar, self._shape(), self._size(SEARCHED, by_days=True)
            ),
            "entries": lambda: entries(self.plan),
            "promises": self._promises,
        }
        return makers[part]()

    def points(self) -> Iterator[Point]:
        """Follower totals of each day, and what the advertising of April cost."""
        yield from totals(self.calendar, self._flows)
        span = self.spans.april
        if span is None:
            return
        for day in range(span.days):
            at = self.calendar.at(span.first + timedelta(days=day), 0)
            if at >= self.settings.now:
                return
            yield Point(
                account="urn:entregent:advertising:organisation",
                metric="spend",
                at=at,
                value=round(rates.ADVERTISING_BUDGET / span.days, 2),
                unit="CAD",
                source=cast.SLUGS["facebook"],
                received_at=at,
                dimension="Petit budget d'avril",
            )

    def accounts_told(self) -> Iterator[Account]:
        """Accounts of those who speak, as their networks tell them."""
        for each in self.accounts:
            yield Account(
                id=each.uri,
                type="Organization" if each.network == "press" else "Person",
                source=cast.SLUGS[each.network],
                received_at=self.settings.now,
                handle=each.handle,
                name=each.name,
            )

    def _size(self, count: int, *, by_days: bool = False) -> int:
        share = self.settings.scale
        if by_days:
            share *= self.calendar.days / USUAL_DAYS
        else:
            share *= self.settings.editions / 3
        return max(1, round(count * share))

    def _shape(self) -> list[float]:
        stormy = {moment.first_day for moment in self.moments if moment.kind == "storm"}
        return rates.visit_shape(self.calendar, self.spans, stormy)

    def _visits(self) -> Iterator[Activity]:
        others = (
            len(self.plan.items)
            + sum(map(sum, rates.follow_rates(self.calendar, self.spans).values())) * 1.04
            + self._size(LIKED)
            + len(self._sales.at) * 1.025
            + int(self._sales.with_coupon.sum())
            + self._size(SEARCHED, by_days=True)
            + (rates.SCANS + rates.CHECK_INS) * self.settings.scale
            + len(self.population.entered) * 1.25
            + len(self.promises)
            + sum(links(self.settings.scale).values())
        )
        count = max(self._size(60_000), self._size(ACTIVITIES) - int(others))
        return visits(self.calendar, self.spans, self._shape(), count, links(self.settings.scale))

    def _promises(self) -> Iterator[Activity]:
        """What we promised, as activities of our own accounts."""
        made = sorted(self.promises, key=lambda each: (each.made_at, each.account))
        for number, each in enumerate(made, start=1):
            network = "email" if each.account.startswith("mailto:") else "facebook"
            uri = f"urn:entregent:promise:demo:{number}"
            yield activity(
                f"{uri}#made",
                "entregent:Promise",
                each.made_at,
                cast.SLUGS[network],
                actor=cast.account_of_ours(network),
                object=Object(id=uri, type="entregent:Promise", name=each.what),
                to=(each.account,),
                legal_basis="direct-message",
            )


def simulate(settings: Settings) -> World:
    """Make a world: all but its deeds, which are drawn when they are asked for.

    Parameters
    ----------
    settings
        Size, seed and present. Equal settings give equal worlds, to the last byte.
    """
    calendar = Calendar.of(settings)
    spans = Spans.of(calendar)
    people = populate(settings.people, random_of(settings.seed, "people"))
    plan = Plan(calendar, spans, people, random_of(settings.seed, "plan"))
    persons, accounts = known_people(people, calendar, random_of(settings.seed, "known"))
    told = _talk(plan)
    staging = stage(plan, len(persons))
    _leave_out_gaps(plan)
    known = {account.uri for account in staging.accounts}
    accounts = [each for each in accounts if each.uri not in known]
    made = campaigns(calendar, spans)
    return World(
        settings=settings,
        calendar=calendar,
        spans=spans,
        population=people,
        plan=plan,
        staging=staging,
        organisation=replace(cast.ORGANISATION, time_zone=settings.zone),
        people=(*persons, *staging.people),
        accounts=(*accounts, *media.accounts(), *staging.accounts),
        campaigns=made,
        moments=_moments(plan),
        lines=approved_lines(calendar.today),
        promises=(*_kept(plan), *staging.promises),
        asks=tuple(staging.asks),
        staged=_staged(plan),
        decisions=tuple(staging.decisions),
        changes=tuple(staging.changes),
        crises=(crisis(plan, told),),
        waiting=tuple(item.uri for item in staging.waiting),
        truth=_truth(made, calendar),
        channels=cast.channels(calendar),
    )


def _talk(plan: Plan) -> int:
    """Plan all that is said; returns how many were told what changed after the night."""
    settings = plan.calendar.settings
    size = settings.scale * settings.editions / 3

    def share(count: int) -> int:
        return max(2, round(count * size))

    add_free_talk(plan, share(9_200))
    add_threads(plan, share(2_050))
    add_letters(plan, share(820))
    add_reviews(plan, share(760))
    add_shares(plan, share(1_350), share(300))
    media.add_articles(plan, share(190))
    media.add_requests(plan, share(90))
    media.add_partners(plan, share(210))
    add_ours(plan)
    told = add_night(plan)
    add_replies(plan, max(0, share(TEXTS) - len(plan.items) - 70))
    return len(told.roots)


def _leave_out_gaps(plan: Plan) -> None:
    """What was said while a source was not collected is not here, nor what answers it.

    Yesterday evening belongs to those who speak of parking: others kept silent.
    """
    calendar = plan.calendar
    gaps = gaps_by_network(calendar)
    evening = calendar.second(calendar.days - 2, 18 * 3600), calendar.second(calendar.days - 1, 0)
    lost: set[int] = set()
    kept_roots = {item.number for item in plan.items if item.text}
    for item in plan.items:
        spans = gaps.get(item.network, ())
        if item.number not in kept_roots and any(a <= item.at < b for a, b in spans):
            lost.add(item.number)
        if not item.text and not item.is_ours and evening[0] <= item.at < evening[1]:
            lost.add(item.number)
    if lost:
        plan.lost = lost | {
            item.number for item in plan.items if item.root in lost or item.parent in lost
        }


def _kept(plan: Plan) -> list[PromiseFacts]:
    """Promises of the past, each kept by the answer that followed it."""
    by_root: dict[int, list[Item]] = {}
    for item in plan.items:
        if item.member and item.root >= 0:
            by_root.setdefault(item.root, []).append(item)
    found = []
    for number in plan.promised:
        promise = plan.items[number]
        after = [each for each in by_root[promise.root] if each.at > promise.at]
        if not after or number in plan.lost:
            continue
        kept = min(after, key=lambda each: each.at)
        due = plan.day(kept.at) + timedelta(days=plan.random.randint(0, 2))
        root = plan.items[promise.root]
        found.append(
            PromiseFacts(
                account=promise.to,
                what=_PROMISED.get(root.topic, "revenir avec une réponse"),
                made_at=promise.when,
                made_by=promise.member,
                due_on=due,
                function=promise.function,
                kept_at=kept.when,
                kept_by=kept.member,
                thread=root.uri,
            )
        )
    return found


_PROMISED = {
    "access": "vérifier l'accès sur place et confirmer",
    "refund": "suivre le remboursement jusqu'au bout",
    "tickets": "retrouver la commande",
    "shuttle": "demander l'horaire exact au transporteur",
    "parking": "confirmer le nombre de places réservées",
    "lost_found": "chercher l'objet au vestiaire",
    "sound": "faire mesurer le niveau sonore",
    "website": "corriger la page",
    "complaint": "transmettre la plainte et donner des nouvelles",
}


def _staged(plan: Plan) -> tuple[StagedFacts, ...]:
    """Why we stayed out of what was left unanswered."""
    return tuple(
        StagedFacts(thread=plan.items[number].uri, left_reason=_LEFT[place % len(_LEFT)])
        for place, number in enumerate(plan.unanswered)
        if number not in plan.lost
    )


def _moments(plan: Plan) -> tuple[MomentFacts, ...]:
    calendar, spans = plan.calendar, plan.spans
    found = []
    for edition in calendar.editions:
        season = "Les Frimas" if edition.season == "winter" else "Les Framboises"
        year = edition.first_day.year
        found.append(
            MomentFacts(
                "event", edition.first_day, edition.last_day, f"{season} {year}", f"{season} {year}"
            )
        )
    if spans.tuques:
        for after, french, english in media.press_days(plan):
            day = spans.tuques.first + after
            found.append(MomentFacts("press", day, day, french, english))
    night = calendar.closing_night
    found.append(
        MomentFacts("press", night, night, "La nuit des navettes", "The night of the shuttles")
    )
    monday = night + timedelta(days=2)
    found.append(MomentFacts("press", monday, monday, "Point de presse", "Press briefing"))
    stormy = rates.storms(calendar, random_of(calendar.settings.seed, "storms"))
    found += [MomentFacts("storm", day, day, "Tempête", "Storm") for day in stormy]
    return tuple(sorted(found, key=lambda moment: (moment.first_day, moment.name_fr)))


def _truth(made: tuple[CampaignFacts, ...], calendar: Calendar) -> dict[str, Any]:
    settings = calendar.settings
    return {
        "settings": {
            "people": settings.people,
            "editions": settings.editions,
            "seed": settings.seed,
            "today": calendar.today.isoformat(),
        },
        "follows_a_day": {
            network: rate * settings.scale for network, rate in rates.FOLLOWS.items()
        },
        "campaigns": {
            each.slug: {
                "verdict": each.truth.verdict,
                "first_day": each.first_day.isoformat(),
                "last_day": each.last_day.isoformat(),
                "metric": each.metric,
                "place": each.place,
                "fr": each.truth.fr,
                "en": each.truth.en,
                "numbers": each.truth.numbers,
            }
            for each in made
        },
        "crisis": {
            "night": calendar.closing_night.isoformat(),
            "negative_share": {
                str(days): round(rates.negative_share(days), 4)
                for days in (-1, 0, 7, 30, 60, 90, 120, 150)
            },
        },
    }
