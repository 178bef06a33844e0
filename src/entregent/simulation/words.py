"""What is said, as activities: the plan with its words."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from html import escape
from random import Random

from entregent.simulation import cast, wording
from entregent.simulation.making import SCHEMA, activity
from entregent.simulation.plan import Item, Plan
from entregent.simulation.staged_words import signed
from entregent.simulation.wording import Moment, Wording, fragments
from entregent.vocabulary import PUBLIC, Activity, Object, Tag

_WORD = re.compile(r"[^\W\d_]{4,}")
_TAGS = {
    "winter": ("#Frimas", "#frimasetframboises", "#SainteArdoise", "#hiver"),
    "summer": ("#Framboises", "#frimasetframboises", "#SainteArdoise", "#été"),
}
_NAMED = {"x": "@frimasframboises", "mastodon": "@frimas", "bluesky": "@frimasetframboises.example"}

__all__ = ["SCHEMA", "said"]


def said(plan: Plan, random: Random) -> Iterator[Activity]:
    """All that is said, in order of time."""
    writer = _Writer(plan, random)
    for item in sorted(plan.items, key=lambda item: (item.at, item.number)):
        if item.number not in plan.lost:
            yield writer.activity(item)


class _Writer:
    def __init__(self, plan: Plan, random: Random) -> None:
        self.plan = plan
        self.random = random
        self.wording = Wording(random, _begins(plan))
        self.titles: dict[int, str] = {}
        self.texts: dict[int, str] = {}

    def activity(self, item: Item) -> Activity:
        """One text as an activity."""
        text = self.texts[item.number] = item.text or self._words(item)
        items = self.plan.items
        parent = items[item.parent].uri if item.parent >= 0 else None
        context = None
        if item.root >= 0 and (item.root != item.number or item.private):
            context = items[item.root].uri
        ours = cast.account_of_ours(item.network)
        if item.private:
            to: tuple[str, ...] = (item.to,) if item.is_ours else (ours,)
        else:
            to = (PUBLIC,)
        tags: tuple[Tag, ...] = ()
        if item.mention and ours:
            tags = (Tag("Mention", ours, _NAMED.get(item.network, "@frimasetframboises")),)
        elif item.is_ours and item.to and not item.private:
            tags = (Tag("Mention", item.to, ""),)
        uri = item.uri
        when = item.when
        about = Object(
            id=uri,
            type=_type(item),
            name=self.titles.get(item.number),
            content=escape(text, quote=False),
            language=item.language if item.is_ours or item.network == "press" else None,
            url=uri if item.network == "press" else None,
            attributed_to=item.actor,
            in_reply_to=parent,
            context=context,
            published=when,
            rating=float(item.rating) if item.rating else None,
            best_rating=5.0 if item.rating else None,
            tag=tags,
        )
        return activity(
            f"{uri}#create",
            "Create",
            when,
            cast.SLUGS[item.network],
            actor=item.actor,
            object=about,
            to=to,
            legal_basis="direct-message" if item.private else "public",
        )

    def _article(self, item: Item, moment: Moment) -> str:
        """The text of an article; its title, on the same thing, is kept for it."""
        about = item.topic.removesuffix("_lead").removesuffix("_column")
        title = f"{about}_title"
        draw = self.wording.draw
        self.titles[item.number] = draw(item.language, "press", title, item.register, moment)
        return draw(item.language, "press", item.topic, item.register, moment)

    def _words(self, item: Item) -> str:
        plan, random = self.plan, self.random
        moment = Moment(
            plan.day(item.at), plan.season(item.at), item.firstname, plan.is_near(item.at)
        )
        if item.kind == "answer":
            text = self._answer(item, moment)
            return signed(text, item.member, item.language) if item.member else text
        if item.network == "press":
            return self._article(item, moment)
        kind, topic = item.kind, item.topic
        text = self.wording.draw(item.language, kind, topic, item.register, moment)
        if item.private or item.is_ours:
            return text
        named = _NAMED.get(item.network)
        if item.mention and named and named not in text:
            text = f"{named} {text}" if random.random() < 0.6 else f"{text} {named}"
        chance = random.random()
        if item.network in {"instagram", "bluesky", "mastodon"} and chance < 0.22:
            tags = random.sample(_TAGS[moment.season], 1 + (chance < 0.06))
            text = f"{text} {' '.join(tags)}"
        elif item.register in {"familier", "casual"} and chance > 0.93:
            text = _careless(text)
        return text

    def _answer(self, item: Item, moment: Moment) -> str:
        """Our answer: of those written on the topic, one that shares words with what was said."""
        asked = self.texts.get(item.parent, "")
        written = wording.registers(item.language, "answer", item.topic)
        register = item.register if item.register in written else written[0]
        key = f"{item.language}.answer.{item.topic}.{register}"
        stems = _stems(asked)
        best, most = "", 0
        for fragment in fragments()[key]:
            shared = len(stems & _stems(fragment))
            if shared > most and self.wording.may_say(fragment, moment):
                best, most = fragment, shared
        if most >= 2 and self.random.random() < 0.8:
            return self.wording.fill(best, item.language, moment, careful=True, announces=True)
        return self.wording.draw(item.language, "answer", item.topic, register, moment)


def _begins(plan: Plan) -> dict[str, date]:
    """From when on people speak of what happened."""
    spans, calendar = plan.spans, plan.calendar
    found = {
        "crisis": calendar.closing_night,
        "ramp": calendar.today - timedelta(days=14),
    }
    for name, span in (("tuques", spans.tuques), ("quay", spans.quay), ("voices", spans.voices)):
        if span is not None:
            found[name] = span.first
    return found


@lru_cache(maxsize=16_384)
def _stems(text: str) -> frozenset[str]:
    """The beginnings of a text's longer words: enough to see that two speak of one thing."""
    return frozenset(word[:5].lower() for word in _WORD.findall(text)) - _COMMON


_COMMON = frozenset(
    {"bonjo", "merci", "votre", "avec", "pour", "dans", "vous", "avez", "nous", "sont", "there"}
    | {"with", "your", "that", "have", "this", "from", "festi", "peut", "billet", "plus", "elle"}
)


def _careless(text: str) -> str:
    """Text as some type it: no capital at the beginning, no full stop at the end."""
    return (text[:1].lower() + text[1:]).removesuffix(".")


def _type(item: Item) -> str:
    if item.network == "press":
        return "Article"
    return "schema:Review" if item.rating else "Note"
