"""« Avant d'envoyer »: what a draft forgets about the person, and what it must not say.

Pure: facts in, findings out. Warnings are told with their evidence and may be overruled with a
reason; blocks may not, and each says what would lift it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from entregent.understanding.folding import fold

BLOCKS: Final = frozenset({"private_fact_in_public", "no_consent", "frozen"})

WELL_KNOWN: Final = 3
"""Exchanges after which nobody is welcomed any more."""
SOON: Final = timedelta(days=2)
"""A promise due within this time is due."""
QUOTED_WORDS: Final = 6
"""As many words in a row, said in private, are a quotation."""

OFFERS: Final = {
    "fr": ("rabais", "code promo", "coupon", "aubaine", "en prime", "solde", "promotion", "offre"),
    "en": ("discount", "promo code", "coupon", "special offer", "deal", "on sale", "promotion"),
}
"""Words that offer something, by language; a percentage off counts too."""

_PERCENT: Final = re.compile(r"\d\s*%|\d\s*(?:pour cent|percent)\b", re.IGNORECASE)
_WELCOME: Final = ("bienvenue", "welcome")
_YOU_ARE_WELCOME: Final = re.compile(r"you(?:['’]re| are)(?: very| most)? welcome", re.IGNORECASE)
_EMAIL: Final = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)")
_PHONE: Final = re.compile(
    r"(?<!\d)(?:\+?1[ .\xa0-]?)?\(?\d{3}\)?[ .\xa0-]?\d{3}[ .\xa0-]?\d{4}(?!\d)"
)
_ORDER: Final = re.compile(
    r"\b[A-Z]{2,4}-\d{4,}\b|\b(?:commande|order|réservation|booking)s?\s*(?:n[o°º]\.?|no\.?|#|number)?"
    r"\s*:?\s*#?\d{4,}\b",
    re.IGNORECASE,
)
_ASKS_ORDER: Final = re.compile(
    r"num[ée]ro de (?:votre |ta |la )?(?:commande|r[ée]servation)|(?:order|booking) number",
    re.IGNORECASE,
)
_STREET: Final = re.compile(
    r"\b\d{1,5}(?:,|\s)\s*(?:rue|avenue|av\.|boul\.|boulevard|chemin|ch\.|rang|route|place|montée)"
    r"\s+[^\W\d]|\b\d{1,5}\s+(?:[A-Z]\w+\s){1,3}(?:street|st\.|road|rd\.|avenue|ave\.|lane|drive)\b",
    re.IGNORECASE,
)
_POSTAL: Final = re.compile(r"\b[A-Z]\d[A-Z][ \xa0]?\d[A-Z]\d\b", re.IGNORECASE)
_SHORT: Final = 4
# What greetings, thanks and every other sentence say, folded.
_EVERYDAY: Final = """
aimerais aussi avec avoir bien bonjour bonne bonsoir cette comme dans elle elles etre faire fait
journee leur leurs mais merci message notre nous plus pour quand question reponse salut savoir sont
tous tout toute veux voudrais votre vous
about answer been could does from have hello just know like message please question reply thank
thanks that them there they this were what when where will with would your
"""
_COMMON: Final = frozenset(_EVERYDAY.split())


@dataclass(frozen=True, slots=True)
class Question:
    """A question of theirs that nobody answered."""

    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Owed:
    """A promise that is not kept yet."""

    what: str
    due_on: date


@dataclass(frozen=True, slots=True)
class DraftFacts:
    """What is about to leave.

    Attributes
    ----------
    is_answer
        Whether it answers something that they wrote; else we speak first.
    is_scheduled
        Whether it leaves later by itself.
    """

    text: str
    language: str
    is_public: bool
    is_answer: bool = True
    is_scheduled: bool = False


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What we know of whom it goes to.

    Attributes
    ----------
    name
        As they write it; empty if unknown.
    unanswered
        Questions of theirs, oldest first.
    promises
        Open ones.
    complains
        Whether what they said last is a complaint.
    exchanges, since_year
        How often we spoke, and since when.
    order_given
        The order number that they gave; empty if none.
    private_texts
        What they told us in private.
    has_consent, do_not_solicit
        Whether we may write to them first.
    """

    name: str = ""
    unanswered: Sequence[Question] = ()
    promises: Sequence[Owed] = ()
    complains: bool = False
    exchanges: int = 0
    since_year: int | None = None
    order_given: str = ""
    private_texts: Sequence[str] = ()
    has_consent: bool = False
    do_not_solicit: bool = False


@dataclass(frozen=True, slots=True)
class HouseFacts:
    """What is true of the house now.

    Attributes
    ----------
    our_domains
        Domains of our own addresses.
    our_texts
        Approved lines and what else we publish: telephone numbers in them are ours.
    """

    today: date
    is_frozen: bool = False
    our_domains: frozenset[str] = frozenset()
    our_texts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding.

    Attributes
    ----------
    code
        ``unanswered_question``, ``promise_due``, ``offer_to_complaint``, ``welcome_to_known``,
        ``order_already_given``; or a block: see `BLOCKS`.
    evidence
        What it stands on: a text, a date, a number.
    """

    code: str
    evidence: str = ""
    at: datetime | None = None
    due_on: date | None = None
    count: int = 0

    @property
    def is_block(self) -> bool:
        """Whether nothing may overrule it."""
        return self.code in BLOCKS


def check(draft: DraftFacts, person: PersonFacts, house: HouseFacts) -> list[Finding]:
    """What a draft forgets or must not say: blocks first, then warnings, each at most once."""
    found = [
        _private_fact(draft, person, house),
        _no_consent(draft, person),
        _frozen(draft, house),
        _unanswered(draft, person),
        _promise(draft, person, house),
        _offer(draft, person),
        _welcome(draft, person),
        _order(draft, person),
    ]
    return [each for each in found if each is not None]


def offers_something(text: str) -> bool:
    """Whether a text offers a discount or something like it."""
    folded = " " + " ".join(fold(text).tokens) + " "
    words = (word for words in OFFERS.values() for word in words)
    return bool(_PERCENT.search(text)) or any(
        f" {' '.join(fold(word).tokens)} " in folded for word in words
    )


def order_number(text: str) -> str:
    """The first order number in a text; empty if there is none."""
    found = _ORDER.search(text)
    return found.group() if found else ""


def _private_fact(draft: DraftFacts, person: PersonFacts, house: HouseFacts) -> Finding | None:
    if not draft.is_public:
        return None
    evidence = next(_personal(draft.text, house), None) or _quoted(draft.text, person.private_texts)
    return Finding("private_fact_in_public", evidence) if evidence else None


def _personal(text: str, house: HouseFacts) -> Iterator[str]:
    ours = {_digits(hit.group()) for said in house.our_texts for hit in _PHONE.finditer(said)}
    for mail in _EMAIL.finditer(text):
        if mail.group(1).lower() not in house.our_domains:
            yield mail.group()
    for phone in _PHONE.finditer(text):
        if _digits(phone.group()) not in ours:
            yield phone.group()
    if number := order_number(text):
        yield number
    published = " ".join(house.our_texts).casefold()
    for pattern in (_STREET, _POSTAL):
        for place in pattern.finditer(text):
            if place.group().casefold() not in published:
                yield place.group()


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)[-10:]


def _quoted(text: str, private: Iterable[str]) -> str:
    words = fold(text)
    runs = {
        words.tokens[start : start + QUOTED_WORDS]: start
        for start in range(len(words.tokens) - QUOTED_WORDS + 1)
    }
    for said in private:
        tokens = fold(said).tokens
        for start in range(len(tokens) - QUOTED_WORDS + 1):
            at = runs.get(tokens[start : start + QUOTED_WORDS])
            if at is not None:
                return text[words.spans[at][0] : words.spans[at + QUOTED_WORDS - 1][1]]
    return ""


def _no_consent(draft: DraftFacts, person: PersonFacts) -> Finding | None:
    if draft.is_answer or (person.has_consent and not person.do_not_solicit):
        return None
    return Finding("no_consent", "do_not_solicit" if person.do_not_solicit else "none")


def _frozen(draft: DraftFacts, house: HouseFacts) -> Finding | None:
    if not house.is_frozen or not (draft.is_scheduled or offers_something(draft.text)):
        return None
    return Finding("frozen", "scheduled" if draft.is_scheduled else "offer")


def _unanswered(draft: DraftFacts, person: PersonFacts) -> Finding | None:
    forgotten = (
        each for each in person.unanswered if not speaks_of(draft.text, each.text, name=person.name)
    )
    oldest = min(forgotten, key=lambda each: each.at, default=None)
    if oldest is None:
        return None
    return Finding("unanswered_question", oldest.text, at=oldest.at)


def _promise(draft: DraftFacts, person: PersonFacts, house: HouseFacts) -> Finding | None:
    due = (
        each
        for each in person.promises
        if each.due_on <= house.today + SOON
        and not speaks_of(draft.text, each.what, name=person.name)
    )
    first = min(due, key=lambda each: each.due_on, default=None)
    if first is None:
        return None
    return Finding("promise_due", first.what, due_on=first.due_on)


def _offer(draft: DraftFacts, person: PersonFacts) -> Finding | None:
    if not person.complains or not offers_something(draft.text):
        return None
    return Finding("offer_to_complaint")


def _welcome(draft: DraftFacts, person: PersonFacts) -> Finding | None:
    text = _YOU_ARE_WELCOME.sub("", draft.text)
    if person.exchanges < WELL_KNOWN or set(fold(text).tokens).isdisjoint(_WELCOME):
        return None
    return Finding("welcome_to_known", str(person.since_year or ""), count=person.exchanges)


def _order(draft: DraftFacts, person: PersonFacts) -> Finding | None:
    if not person.order_given or not _ASKS_ORDER.search(draft.text):
        return None
    return Finding("order_already_given", person.order_given)


def speaks_of(draft: str, text: str, *, name: str = "") -> bool:
    """Whether a draft speaks of what a text is about: it shares one of its telling words.

    Parameters
    ----------
    name
        Of the person: a greeting and a signature tell nothing.
    """
    names = _telling(name)
    telling = _telling(text) - names
    return not telling or not telling.isdisjoint(_telling(draft) - names)


def _telling(text: str) -> set[str]:
    # Cut short, so that « accessible » and « accès » or a plural meet.
    return {word[:5] for word in fold(text).tokens if len(word) > _SHORT and word not in _COMMON}
