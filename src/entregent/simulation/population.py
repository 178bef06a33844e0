"""The people around the festival: names, languages, accounts, and those whom it knows."""

import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from itertools import accumulate
from random import Random

from entregent.simulation.seasons import Calendar
from entregent.simulation.world import AccountFacts, ConsentFacts, PersonFacts

_BASES = {
    "facebook": "https://facebook.example/{}",
    "instagram": "https://instagram.example/{}",
    "x": "https://x.example/{}",
    "reddit": "https://reddit.example/user/{}",
    "bluesky": "https://bluesky.example/profile/{}.bluesky.example",
    "mastodon": "https://mastodon.example/@{}",
    "youtube": "https://youtube.example/@{}",
    "google_business": "https://avis.example/auteur/{}",
    "email": "mailto:{}@courriel.example",
    "press": "https://presse.example/{}",
}
_FIRST_NETWORK = {
    "facebook": 42,
    "instagram": 23,
    "email": 8,
    "x": 6,
    "reddit": 6,
    "google_business": 6,
    "bluesky": 4,
    "youtube": 3,
    "mastodon": 2,
}
_NICKNAMED = frozenset({"x", "reddit", "bluesky", "mastodon", "youtube"})
_NICK_START = (
    *("batture", "frasil", "nordet", "suroit", "grosse_mer", "bordee", "eperlan", "mitaine"),
    *("tuque", "pelle_a_neige", "quai", "maree", "brume", "outarde", "varech", "bouillon"),
    *("accordeon", "chandail", "cretons", "radis", "ski_doo", "traineau", "petit_train"),
    *("framboise", "marmelade", "bernache", "glacon", "lanterne", "poudrerie", "gadelle"),
)
_NICK_END = (
    *("perdue", "de_travers", "du_rang_4", "tranquille", "a_gogo", "qui_rit", "du_mardi"),
    *("frette", "de_fin_soiree", "et_fils", "sans_fil", "du_bas", "au_boutte", "des_tanneurs"),
    *("en_sol", "de_secours", "ordinaire", "du_fleuve", "polaire", "presque_mur", "1608"),
)
SPEAKING = 0.30
"""Share of people who ever say something; the others leave traces only."""
KNOWN_AT_DEFAULT = 1_200


@lru_cache(maxsize=2)
def authored(name: str) -> dict[str, tuple[str, ...]]:
    """Names by language from the list ``first`` or ``last``."""
    text = files("entregent.simulation").joinpath("names", f"{name}.txt").read_text("utf-8")
    found: dict[str, list[str]] = {}
    section: list[str] = []
    for line in text.splitlines():
        if line.startswith("## "):
            section = found.setdefault(line[3:], [])
        elif line and not line.startswith("#"):
            section.extend(line.split())
    return {language: tuple(names) for language, names in found.items()}


def plain_letters(text: str) -> str:
    """Text as it stands in an address: lower case, without accents, dots between words."""
    text = text.lower().replace("œ", "oe").replace("æ", "ae").replace("'", "").replace(" ", ".")
    split = unicodedata.normalize("NFD", text)
    return "".join(sign for sign in split if sign.isascii())


@dataclass(frozen=True, slots=True)
class Voice:
    """One account that speaks: whose it is, where, and how its holder writes."""

    person: int
    network: str
    uri: str
    name: str
    firstname: str
    language: str  # fr, en, both
    register: str  # familier or courant, for French; casual or plain follow from it
    says_tu: bool


@dataclass
class Population:
    """People by number; those from `size` on are passers-by who only follow."""

    size: int
    first: list[str]
    last: list[str]
    languages: list[str]
    handles: list[str]
    speakers: list[int]
    silent: list[int]
    voices: dict[str, list[Voice]] = field(default_factory=dict)
    weights: dict[str, list[float]] = field(default_factory=dict)
    known: list[int] = field(default_factory=list)
    linked_on_quay: list[int] = field(default_factory=list)
    entered: list[int] = field(default_factory=list)

    def name(self, person: int) -> str:
        """How somebody is called."""
        person %= self.size
        return f"{self.first[person]} {self.last[person]}"

    def uri(self, network: str, person: int) -> str:
        """URI of somebody's account."""
        if person >= self.size:
            handle = f"{self.handles[person % self.size]}{person // self.size + 1}"
            return _BASES[network].format(handle)
        return _BASES[network].format(self.handle(network, person))

    def handle(self, network: str, person: int) -> str:
        """Name of an account; on some networks it tells nothing of its holder."""
        if network not in _NICKNAMED:
            return self.handles[person]
        start = _NICK_START[person % len(_NICK_START)]
        end = _NICK_END[person // len(_NICK_START) % len(_NICK_END)]
        number = person // (len(_NICK_START) * len(_NICK_END))
        return f"{start}_{end}{number or ''}"

    def voice(self, person: int, network: str, random: Random) -> Voice:
        """An account of somebody on a network."""
        language = self.languages[person]
        familiar = random.random() < (0.3 if network in {"email", "google_business"} else 0.66)
        named = network not in _NICKNAMED or (network != "reddit" and person % 3 == 0)
        return Voice(
            person=person,
            network=network,
            uri=self.uri(network, person),
            name=self.name(person) if named else "",
            firstname=self.first[person],
            language=language,
            register="familier" if familiar else "courant",
            says_tu=familiar and random.random() < 0.6,
        )


def populate(size: int, random: Random) -> Population:
    """People with their names, languages and accounts.

    Parameters
    ----------
    size
        How many.
    random
        Where chance comes from.
    """
    first, last = authored("first"), authored("last")
    languages = random.choices(("fr", "en", "both"), (82, 13, 5), k=size)
    firsts, lasts, handles = [], [], []
    used: dict[str, int] = {}
    for language in languages:
        group = "en" if language == "en" and random.random() < 0.75 else "fr"
        one = random.choice(first[group])
        two = random.choice(last["en" if group == "en" and random.random() < 0.7 else "fr"])
        if random.random() < 0.18:
            two = f"{two}-{random.choice(last['en' if random.random() < 0.08 else 'fr'])}"
        firsts.append(one)
        lasts.append(two)
        handle = plain_letters(f"{one}.{two}")
        used[handle] = used.get(handle, 0) + 1
        # A figure after the name, as people do when theirs is taken.
        handles.append(handle if used[handle] == 1 else f"{handle}{used[handle]}")
    numbers = list(range(size))
    random.shuffle(numbers)
    speaking = max(40, round(size * SPEAKING))
    people = Population(
        size, firsts, lasts, languages, handles, numbers[:speaking], numbers[speaking:]
    )
    _give_voices(people, random)
    count = max(40, round(KNOWN_AT_DEFAULT * size / 20_000))
    people.known = people.speakers[: count * 3 // 5] + people.silent[: count - count * 3 // 5]
    people.linked_on_quay = random.sample(people.known, max(5, count * 9 // 25))
    people.entered = random.sample(numbers, max(20, round(2_600 * size / 20_000)))
    return people


def _give_voices(people: Population, random: Random) -> None:
    names, shares = list(_FIRST_NETWORK), list(_FIRST_NETWORK.values())
    weights: dict[str, list[float]] = {network: [] for network in names}
    people.voices = {network: [] for network in names}
    firsts = random.choices(names, shares, k=len(people.speakers))
    for rank, (person, network) in enumerate(zip(people.speakers, firsts, strict=True)):
        # A few speak often, most of them once.
        loud = 1.0 / (rank % 997 + 6) ** 0.85
        held = {network}
        if random.random() < 0.16:
            held.add(random.choice(names))
        for each in sorted(held):
            people.voices[each].append(people.voice(person, each, random))
            weights[each].append(loud)
    for network in names:
        if not people.voices[network]:
            person = people.speakers[0]
            people.voices[network].append(people.voice(person, network, random))
            weights[network].append(1.0)
    people.weights = {network: list(accumulate(held)) for network, held in weights.items()}


def known_people(
    people: Population, calendar: Calendar, random: Random
) -> tuple[list[PersonFacts], list[AccountFacts]]:
    """Those whom the festival knows, with their consents, and every account that has a name here.

    Returns
    -------
    list of PersonFacts, list of AccountFacts
        An account's `person` is an index into the first list.
    """
    persons: list[PersonFacts] = []
    index: dict[int, int] = {}
    quay = set(people.linked_on_quay)
    entered = set(people.entered)
    for person in people.known:
        index[person] = len(persons)
        persons.append(_person(people, person, calendar, random, person in quay, person in entered))
    accounts: dict[str, AccountFacts] = {}
    for person in people.known:
        facts = persons[index[person]]
        since = calendar.at(facts.known_since, random.randint(9, 20), random.randint(0, 59))
        uri = people.uri("email", person)
        accounts[uri] = AccountFacts(
            uri=uri,
            network="email",
            handle=uri.removeprefix("mailto:"),
            name=people.name(person),
            language=facts.languages[0],
            person=index[person],
            linked_at=since,
            link_reason="order",
        )
    for network, voices in people.voices.items():
        for voice in voices:
            if voice.uri in accounts:
                continue
            owner = index.get(voice.person)
            at = None
            if owner is not None and not _agreed(persons[owner]):
                owner = None
            if owner is not None:
                day = _between(persons[owner].known_since, calendar.today, random)
                at = calendar.at(day, random.randint(9, 16), random.randint(0, 59))
            accounts[voice.uri] = AccountFacts(
                uri=voice.uri,
                network=network,
                handle=people.handle(network, voice.person),
                name=voice.name,
                language="fr" if voice.language == "both" else voice.language,
                person=owner,
                linked_at=at,
                link_reason=random.choice(("themselves", "member_asked")) if at else "",
            )
    return persons, list(accounts.values())


def _agreed(person: PersonFacts) -> bool:
    return any(each.purpose == "profile" and each.basis == "express" for each in person.consents)


def _between(first: date, last: date, random: Random) -> date:
    return first + timedelta(days=random.randint(0, max(0, (last - first).days - 1)))


def _years_later(moment: datetime, months: int) -> datetime:
    years, month = divmod(moment.month - 1 + months, 12)
    # The 28th exists in every month.
    return moment.replace(year=moment.year + years, month=month + 1, day=min(moment.day, 28))


def _person(
    people: Population,
    person: int,
    calendar: Calendar,
    random: Random,
    on_quay: bool,
    entered: bool,
) -> PersonFacts:
    since = _between(calendar.first_day - timedelta(days=140), calendar.today, random)
    publics = ["festivaliers"] if random.random() < 0.92 else []
    for slug, share in (
        ("ardoisiens", 0.16),
        ("benevoles", 0.11),
        ("commercants", 0.03),
        ("artistes", 0.02),
        ("commanditaires", 0.012),
        ("medias", 0.01),
        ("elus-et-bailleurs-de-fonds", 0.008),
    ):
        if random.random() < share:
            publics.append(slug)
    order = f"FF-{random.randint(10_400, 39_900)}"
    day = max(since, calendar.first_day)
    given = calendar.at(_between(day, calendar.today, random), random.randint(8, 21), 12)
    consents = [_email_consent(given, order, random)]
    if on_quay or random.random() < 0.32:
        proof = (
            "Accepté sur la carte du quai, case distincte, français"
            if on_quay
            else f"Case cochée en passant la commande {order}"
        )
        consents.append(ConsentFacts("profile", "express", given, _years_later(given, 24), proof))
    elif random.random() < 0.25:
        consents.append(
            ConsentFacts("profile", "refused", given, None, "Refus coché dans les préférences")
        )
    if entered or random.random() < 0.1:
        proof = "Règlement du concours accepté, version du 4 janvier"
        consents.append(ConsentFacts("contest", "express", given, None, proof))
    if random.random() < 0.05:
        proof = "Accord écrit, par courriel, pour « Les voix d'ici »"
        consents.append(ConsentFacts("share_words", "express", given, None, proof))
    language = people.languages[person]
    spoken = ("fr", "en") if language == "both" else (language,)
    return PersonFacts(
        name=people.name(person),
        languages=spoken,
        address_form="" if language == "en" else random.choice(("tu", "vous", "vous", "")),
        known_since=since,
        publics=tuple(publics) or ("ardoisiens",),
        do_not_solicit=random.random() < 0.02,
        consents=tuple(consents),
    )


def _email_consent(given: datetime, order: str, random: Random) -> ConsentFacts:
    chance = random.random()
    if chance < 0.5:
        until = _years_later(given, 24)
        proof = f"Case cochée en passant la commande {order}, page Billetterie"
        return ConsentFacts("email", "express", given, until, proof)
    if chance < 0.84:
        return ConsentFacts(
            "email", "purchase", given, _years_later(given, 24), f"Commande {order}"
        )
    if chance < 0.93:
        proof = "Question reçue par courriel"
        return ConsentFacts("email", "inquiry", given, _years_later(given, 6), proof)
    return ConsentFacts(
        "email", "refused", given, None, "Désabonnement par le lien de l'infolettre"
    )
