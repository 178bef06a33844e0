"""Who says what, when, to whom: all but the words, which are drawn when they are asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import accumulate
from random import Random

from entregent.simulation import cast, wording
from entregent.simulation.population import Population, Voice
from entregent.simulation.rates import Spans, negative_share
from entregent.simulation.seasons import Calendar, nearness, season_of, summer_of, winter_of

_HOURS = (1, 0, 0, 0, 0, 1, 3, 7, 9, 9, 9, 9, 12, 10, 8, 8, 10, 12, 13, 16, 18, 17, 11, 4)
_OFFICE = (0, 0, 0, 0, 0, 0, 1, 4, 9, 12, 12, 9, 6, 9, 12, 11, 9, 4, 2, 2, 3, 2, 1, 0)
_HOUR_WEIGHTS = {"talk": list(accumulate(_HOURS)), "office": list(accumulate(_OFFICE))}

WINTER_TOPICS = frozenset(
    {"cold", "winter", "tuques", "backstage", "weather_winter", "coupon", "contest"}
)
SUMMER_TOPICS = frozenset({"summer", "mud", "backstage_summer", "thanks_summer", "weather_summer"})


@dataclass(slots=True)
class Item:
    """One text to come.

    Attributes
    ----------
    number
        Its place in the plan, and in its URI.
    at
        Seconds since 1970.
    actor
        URI of who says it.
    firstname
        With which a letter is signed.
    private
        Whether only we read it; or, where it is ours, only `to`.
    parent, root
        Numbers of what it answers and of the first text of its thread; -1 for none.
    mention
        Whether it names our account.
    member, function
        Who of us speaks; empty for others and for our posts that nobody signs.
    text
        Words that are already given; empty if they are drawn from fragments.
    """

    number: int
    at: int
    actor: str
    firstname: str
    network: str
    language: str
    kind: str
    topic: str
    register: str
    private: bool = False
    parent: int = -1
    root: int = -1
    mention: bool = False
    member: str = ""
    function: str = ""
    to: str = ""
    text: str = ""
    rating: int = 0
    name: str = ""

    @property
    def is_ours(self) -> bool:
        """Whether we say it."""
        return self.actor == cast.account_of_ours(self.network)

    @property
    def uri(self) -> str:
        """URI of the text."""
        if self.network == "email":
            return f"mid:{self.number}@courriel.example"
        if self.network == "press":
            return f"{self.actor}/{self.number}"
        place = "messages" if self.private else "posts"
        return f"https://{self.network.replace('_', '-')}.example/{place}/{self.number}"

    @property
    def when(self) -> datetime:
        """When it is said."""
        return datetime.fromtimestamp(self.at, UTC)


@dataclass
class Plan:
    """All that is said, in the order in which it was planned, and what stands around it."""

    calendar: Calendar
    spans: Spans
    people: Population
    random: Random
    items: list[Item] = field(default_factory=list)
    unanswered: list[int] = field(default_factory=list)
    promised: list[int] = field(default_factory=list)
    lost: set[int] = field(default_factory=set)
    """Numbers of texts that no source told, because it was not collected then."""

    def times(
        self, count: int, weights: Sequence[float], hours: str = "talk", first: int = 0
    ) -> list[int]:
        """Instants before the present: days by weight from the day `first` on, hours by habit."""
        if count <= 0 or not any(weights):
            return []
        random, calendar = self.random, self.calendar
        days = random.choices(range(len(weights)), cum_weights=list(accumulate(weights)), k=count)
        chosen = random.choices(range(24), cum_weights=_HOUR_WEIGHTS[hours], k=count)
        end = calendar.end
        found = []
        for day, hour in zip(days, chosen, strict=True):
            at = calendar.second(first + day, hour * 3600 + random.randrange(3600))
            if at >= end:
                at = end - random.randint(600, 40_000)
            found.append(max(at, calendar.second(0, 0)))
        return found

    def day(self, at: int) -> date:
        """The day of an instant, by the clocks of the place."""
        return datetime.fromtimestamp(at, self.calendar.zone).date()

    def season(self, at: int) -> str:
        """The season that people speak of at an instant."""
        return season_of(self.day(at))

    def someone(self, network: str = "", language: str = "") -> Voice:
        """Somebody who speaks, the loud ones more often."""
        random, people = self.random, self.people
        place = (
            network
            or random.choices(
                ("facebook", "instagram", "x", "reddit", "bluesky", "mastodon", "youtube"),
                (44, 24, 8, 9, 6, 4, 5),
            )[0]
        )
        voices, weights = people.voices[place], people.weights[place]
        for _try in range(30):
            voice = random.choices(voices, cum_weights=weights)[0]
            if not language or voice.language in {language, "both"}:
                return voice
        return voice

    def tongue(self, voice: Voice) -> str:
        """The language in which somebody speaks now."""
        if voice.language == "both":
            return "fr" if self.random.random() < 0.6 else "en"
        return voice.language

    def topic(self, language: str, kind: str, at: int) -> str:
        """A topic of a kind that people could speak of on a day; empty if there is none."""
        day = self.day(at)
        season = season_of(day)
        suited = [
            topic
            for topic in wording.topics(language, kind)
            if not (topic in WINTER_TOPICS and season == "summer")
            and not (topic in SUMMER_TOPICS and season == "winter")
            and self._is_current(topic, day)
        ]
        for pressing in ("coupon", "contest"):
            if pressing in suited and self.random.random() < 0.3:
                return pressing
        return self.random.choice(suited) if suited else ""

    def _is_current(self, topic: str, day: date) -> bool:
        """Whether a topic is spoken of on a day; most are at any time."""
        if topic == "answer":
            return False
        if topic.startswith("shuttles"):
            return 0 < (day - self.calendar.closing_night).days < 60
        if topic == "countdown":
            return any(
                0 < (starts(year) - day).days <= 40
                for starts in (winter_of, summer_of)
                for year in (day.year, day.year + 1)
            )
        spans = self.spans
        bounds = {
            "coupon": (spans.presale, 75),
            "contest": (spans.contest, 45),
            "family_contest": (spans.family, spans.family.days),
            "tuques": (spans.tuques, 10_000),
            "quay": (spans.quay, 110),
            "voices": (spans.voices, 10_000),
        }
        if topic not in bounds:
            return True
        span, days = bounds[topic]
        return span is not None and 0 <= (day - span.first).days < days

    def say(self, voice: Voice, at: int, kind: str, topic: str, language: str = "") -> Item:
        """Add what a person says in public; nobody is addressed yet."""
        spoken = language or self.tongue(voice)
        if spoken == "fr":
            register = voice.register
        else:
            register = "casual" if voice.register == "familier" else "plain"
        item = Item(
            number=len(self.items),
            at=at,
            actor=voice.uri,
            firstname=voice.firstname,
            network=voice.network,
            language=spoken,
            kind=kind,
            topic=topic,
            register=register,
            name=voice.name,
        )
        self.items.append(item)
        return item

    def answer(
        self,
        item: Item,
        at: int,
        topic: str,
        *,
        function: str,
        says_tu: bool = False,
        kind: str = "answer",
    ) -> Item:
        """Add our answer to a text, signed by somebody of a function."""
        random = self.random
        _fr, _en, members = cast.DESKS[function]
        member = random.choice(members)
        if item.language == "en" and function == cast.PRESS:
            member = "siobhan"
        elif function == cast.PRESS:
            member = "odile"
        register = "plain" if item.language == "en" else ("tu" if says_tu else "vous")
        made = Item(
            number=len(self.items),
            at=at,
            actor=cast.account_of_ours(item.network),
            firstname=item.firstname,
            network=item.network,
            language=item.language,
            kind=kind,
            topic=topic,
            register=register,
            private=item.private,
            parent=item.number,
            root=item.root if item.root >= 0 else item.number,
            member=member,
            function=function,
            to=item.actor,
        )
        if item.root < 0:
            item.root = item.number
        self.items.append(made)
        return made

    def reply(self, item: Item, at: int, kind: str, topic: str) -> Item:
        """Add what the person of `item` says next in its thread, to us."""
        made = Item(
            number=len(self.items),
            at=at,
            actor=item.actor,
            firstname=item.firstname,
            network=item.network,
            language=item.language,
            kind=kind,
            topic=topic,
            register=item.register if not item.private else _in_public(item),
            private=item.private,
            root=item.root if item.root >= 0 else item.number,
            mention=item.mention,
            name=item.name,
        )
        self.items.append(made)
        return made

    def talk_weights(self) -> list[float]:
        """How much is said on each day."""
        calendar, spans = self.calendar, self.spans
        weights = []
        for index in range(calendar.days):
            day = calendar.day(index)
            early = (calendar.opening - day).days > 60
            weight = (0.12 if early else 0.5) + nearness(
                day, since=calendar.opening, rise=26, fall=9, winter=4.0, summer=3.7
            )
            weight *= 0.85 + 0.12 * index / 365
            if spans.tuques and day in spans.tuques:
                weight += 3.0
            weights.append(weight)
        return weights

    def is_recent(self, at: int) -> bool:
        """Whether somebody who wrote then could still wait: such texts are told apart."""
        return self.calendar.end - at < 16 * 86_400

    def is_near(self, at: int) -> bool:
        """Whether an edition is on, or begins within twelve days."""
        day = self.day(at)
        return any(-12 <= (day - each.first_day).days <= 10 for each in self.calendar.editions)

    def is_open(self, at: int) -> bool:
        """Whether an edition has begun already: before, nobody has anything to praise or blame."""
        return self.day(at) >= self.calendar.opening

    def open_weights(self) -> list[float]:
        """How much is said on each day by people who have been there."""
        opening = self.calendar.index(self.calendar.opening)
        return [0.0] * opening + self.talk_weights()[opening:]

    def bitterness(self, at: int) -> float:
        """Share of what is said freely at an instant that is bitter."""
        night = self.calendar.closing_night
        return negative_share((self.day(at) - night).days)


def _in_public(item: Item) -> str:
    """The register of a short word after a letter."""
    if item.language == "en":
        return "plain"
    return "courant"
