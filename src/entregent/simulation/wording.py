"""Words of the simulated people: authored fragments, their slots, and French elision."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files
from random import Random

_SLOT = re.compile(r"\{(?:(de|que|a):)?(\w+)\}")
_WINTER = re.compile(
    r"\b(neige\w*|glace|gla[cç]\w+|frette|tuques?|mitaines?|patin\w*|hiver\w*|frimas|gel\w+|"
    r"f[ée]vrier|janvier|pelle\w*|poudrerie|raquettes?|traîneau|bottes|foulard|snow\w*|ice|"
    r"frozen|freez\w+|winter\w*|toques?|mitts?|mittens?|february|january|temp)\b|[-−]\d",
    re.IGNORECASE,
)
_SUMMER = re.compile(
    r"\b([ée]t[ée]|framboises?|juillet|mouches?|moustiques?|canicule|soleil|sable|gougounes?|"
    r"cr[èe]me solaire|bouette|boue|raspberr\w+|summer\w*|july|mosquito\w*|sunscreen|mud\w*|"
    r"sunburn\w*|barefoot|camping)\b",
    re.IGNORECASE,
)
_SUBJECTS = (
    (
        "crisis",
        re.compile(
            r"[-−]31|nuit des navettes|21 h 50|22 h 12|transporteur|enfant (à l'h[ôo]p|hospital)|"
            r"hospitalisation|31 below|last buses|two bus companies|heated bus|autobus chauff|"
            r"0 h 20|English notice|whole night on the quay|bus shelter|23 h pour r[ée]chauffer|"
            r"cogné à la vitre|« On aurait dû|c'est notre faute|two hours on Monday|over the buses|"
            r"avis en anglais|point de presse de lundi|380 (personnes|people)|"
            r"night of the shuttles",
            re.IGNORECASE,
        ),
    ),
    ("tuques", re.compile(r"Yvette|doyenne|knit|tricot", re.IGNORECASE)),
    (
        "ramp",
        re.compile(
            r"deux marches de moins|rampe éclairée|ramp opens|wooden ramp|rampe des Tanneurs est|"
            r"rampe y est|a maintenant une rampe|now has a ramp|"
            r"Accessibilité : un progrès|n'arrêteront plus",
            re.IGNORECASE,
        ),
    ),
    ("quay", re.compile(r"carte du quai|codes? QR|QR codes?|quatorze codes", re.IGNORECASE)),
    ("voices", re.compile(r"voix d'ici|voices from here|Thursday stor", re.IGNORECASE)),
)
_SOON = re.compile(
    r"\b(demain|ce soir|ce matin|aujourd'hui|vendredi|samedi|dimanche|il fait|il fera|les portes|"
    r"tonight|tomorrow|this morning|today|friday|saturday|sunday|gates|doors)\b|\{day\}|\{hour\}",
    re.IGNORECASE,
)
_ANSWERED_DATE = re.compile(
    r"(question|courriel|message|commande|demande|lettre|article|email|order|letter|note) "
    r"(du|of|from|dated) \{date\}",
    re.IGNORECASE,
)
_BOTH = re.compile(r"frimas et (les )?framboises", re.IGNORECASE)

PLACES = (
    ("le vieux quai", "the old wharf"),
    ("la rue des Tanneurs", "rue des Tanneurs"),
    ("le chapiteau", "the big tent"),
    ("la chapelle", "the chapel"),
    ("l'aréna", "the arena"),
    ("la scène des Battures", "the Battures stage"),
    ("la rue de l'Église", "rue de l'Église"),
    ("le jardin du presbytère", "the presbytery garden"),
    ("l'anse aux Outardes", "the cove"),
    ("les cabanes à éperlans", "the smelt huts"),
)
ARTISTS = (
    "Éloïse Vents-du-Large",
    "Les Engoulevents",
    "Marco Tassé",
    "Bottine à Roulettes",
    "Guerlande Estimé",
    "Les Sœurs Malenfant",
    "Duo Varech",
    "Anouk et les Marées",
    "Ti-Paul Synnott",
    "Orchestre du Rang 4",
    "Hoa Lan Trio",
    "Kaddour & Filles",
    "Le Grand Frasil",
    "Maeve O'Leary",
    "Zéphirin Bujold",
    "Les Accordéons de garage",
)
SHOWS = (
    "La veillée des glaces",
    "Le bal des lanternes",
    "Contes pour mal dormir",
    "La grande traversée",
    "Pieds gelés, cœur au chaud",
    "La corvée musicale",
    "Minuit sur la batture",
    "Le déjeuner des champions",
    "Chansons pour un quai",
)
_SUMMER_SHOWS = ("Le bal des lanternes", "La grande traversée", "La corvée musicale")
DISHES = (
    ("la poutine au canard", "the duck poutine"),
    ("le grilled cheese au 1608", "the 1608 grilled cheese"),
    ("la soupe aux pois", "the pea soup"),
    ("la tarte aux framboises", "the raspberry pie"),
    ("le pogo de homard", "the lobster corn dog"),
    ("le griot", "the griot"),
    ("la chaudrée de palourdes", "the clam chowder"),
    ("l'éperlan frit", "the fried smelt"),
    ("le banh mi", "the banh mi"),
    ("la queue de castor maison", "the fried dough"),
)
TOWNS = (
    *("Rimouski", "Montmagny", "Québec", "Montréal", "Gaspé", "Matane", "La Pocatière"),
    *("Lévis", "Trois-Rivières", "Saguenay", "Baie-Comeau", "Rivière-du-Loup", "Sherbrooke"),
)
_DAYS = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = {
    "fr": (
        *("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août"),
        *("septembre", "octobre", "novembre", "décembre"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June", "July", "August"),
        *("September", "October", "November", "December"),
    ),
}
NO_BREAK = "\u00a0"


@dataclass(frozen=True, slots=True)
class Moment:
    """What a text knows of where and when it is written."""

    day: date
    season: str  # winter, summer
    firstname: str
    is_near: bool = True
    """Whether an edition is on, or begins soon: only then do we say « vendredi » without a date."""


@lru_cache(maxsize=1)
def fragments() -> Mapping[str, tuple[str, ...]]:
    """Every authored fragment by its key ``lang.kind.topic.register``."""
    found: dict[str, list[str]] = {}
    folder = files("entregent.simulation").joinpath("texts")
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if not file.name.endswith(".txt"):
            continue
        section: list[str] | None = None
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.startswith("## "):
                section = found.setdefault(line[3:].strip(), [])
            elif line.strip() and not line.startswith("# "):
                if section is None:
                    raise ValueError(f"{file.name}: a line before the first key")
                section.append(line.strip())
    return {key: tuple(lines) for key, lines in found.items()}


@lru_cache(maxsize=1)
def _topics() -> Mapping[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], list[str]] = {}
    for key in fragments():
        language, kind, rest = key.split(".", 2)
        topic = rest.rpartition(".")[0] or rest
        held = found.setdefault((language, kind), [])
        if topic not in held:
            held.append(topic)
    return {key: tuple(topics) for key, topics in found.items()}


def topics(language: str, kind: str) -> tuple[str, ...]:
    """Topics for which there are fragments of a kind."""
    return _topics().get((language, kind), ())


@lru_cache(maxsize=4096)
def registers(language: str, kind: str, topic: str) -> tuple[str, ...]:
    """Registers in which a topic of a kind is written."""
    start = f"{language}.{kind}.{topic}."
    return tuple(
        key[len(start) :]
        for key in fragments()
        if key.startswith(start) and "." not in key[len(start) :]
    )


@lru_cache(maxsize=8192)
def season_in(fragment: str) -> str:
    """The season that a fragment speaks of: ``winter``, ``summer``, or empty for any."""
    text = _BOTH.sub("", fragment)
    cold, warm = bool(_WINTER.search(text)), bool(_SUMMER.search(text))
    if cold == warm:
        return ""
    return "winter" if cold else "summer"


@lru_cache(maxsize=8192)
def subject_in(fragment: str) -> str:
    """The event that a fragment speaks of, such as ``crisis``; empty for none."""
    return next((name for name, words in _SUBJECTS if words.search(fragment)), "")


class Wording:
    """Draws fragments evenly, so that none comes back before its neighbours were heard.

    Parameters
    ----------
    random
        Where chance comes from.
    begins
        From which day on events are spoken of, by their names in `subject_in`; what is not named
        is never spoken of. If left out, everything may be said at any time.
    """

    def __init__(self, random: Random, begins: Mapping[str, date] | None = None) -> None:
        self._random = random
        self._begins = begins
        self._decks: dict[tuple[str, str, frozenset[str]], list[str]] = {}

    def has(self, language: str, kind: str, topic: str) -> bool:
        """Whether there are fragments for this."""
        return bool(registers(language, kind, topic))

    def draw(self, language: str, kind: str, topic: str, register: str, moment: Moment) -> str:
        """One text, its slots filled.

        Parameters
        ----------
        register
            The nearest one that is written is taken.

        Raises
        ------
        KeyError
            If nothing is written for this language, kind and topic.
        """
        written = registers(language, kind, topic)
        if not written:
            raise KeyError(f"{language}.{kind}.{topic}")
        chosen = register if register in written else written[0]
        fragment = self._next(f"{language}.{kind}.{topic}.{chosen}", moment)
        careful = kind in {"answer", "ours", "press", "internal"} or chosen == "soutenu"
        announces = kind in {"answer", "ours", "internal"}
        return self.fill(fragment, language, moment, careful=careful, announces=announces)

    def may_say(self, fragment: str, moment: Moment) -> bool:
        """Whether a fragment suits a season, and speaks of nothing that is still to come."""
        if season_in(fragment) not in {"", moment.season}:
            return False
        return self._has_begun(subject_in(fragment), moment)

    def _has_begun(self, subject: str, moment: Moment) -> bool:
        if not subject or self._begins is None:
            return True
        since = self._begins.get(subject)
        return since is not None and moment.day >= since

    def _next(self, key: str, moment: Moment) -> str:
        announces = ".ours." in key and not moment.is_near
        begun = frozenset(name for name, _words in _SUBJECTS if self._has_begun(name, moment))
        deck_of = (key, moment.season + "·" * announces, begun)
        deck = self._decks.get(deck_of)
        if not deck:
            suited = [text for text in fragments()[key] if self.may_say(text, moment)]
            if announces:
                suited = [text for text in suited if not _SOON.search(text)]
            deck = list(suited or fragments()[key])
            self._random.shuffle(deck)
            self._decks[deck_of] = deck
        return deck.pop()

    def fill(
        self,
        fragment: str,
        language: str,
        moment: Moment,
        *,
        careful: bool,
        announces: bool = False,
    ) -> str:
        """Fill the slots of a fragment.

        Parameters
        ----------
        careful
            Whether the writer uses French typography.
        announces
            Whether dates are to come, rather than past.
        """
        if "{" not in fragment:
            return fragment
        filler = _Filler(self._random, language, moment, careful)
        # We name days to come; people, and whoever answers to a date, name days of the past.
        filler.looks_ahead = announces and not _ANSWERED_DATE.search(fragment)
        return _SLOT.sub(lambda slot: filler.value(slot[1], slot[2]), fragment)


class _Filler:
    def __init__(self, random: Random, language: str, moment: Moment, careful: bool) -> None:
        self.random = random
        self.french = language == "fr"
        self.language = language
        self.moment = moment
        self.space = NO_BREAK if careful else " "
        self.careful = careful
        self.known: dict[str, str] = {}
        self.looks_ahead = False

    def value(self, before: str | None, name: str) -> str:
        text = self.known.get(name)
        if text is None:
            text = self.known[name] = self._fresh(name)
        if before is None:
            return text
        return elided(before, text)

    def _fresh(self, name: str) -> str:
        make: Callable[[], str] | None = getattr(self, f"_{name}", None)
        if make is None:
            raise KeyError(f"no slot is called {name}")
        return make()

    def _pick(self, pairs: tuple[tuple[str, str], ...]) -> str:
        return self.random.choice(pairs)[0 if self.french else 1]

    def _artist(self) -> str:
        return self.random.choice(ARTISTS)

    def _show(self) -> str:
        title = self.random.choice(SHOWS if self.moment.season == "winter" else _SUMMER_SHOWS)
        if not self.careful:
            return title
        return f"«{NO_BREAK}{title}{NO_BREAK}»" if self.french else f'"{title}"'

    def _place(self) -> str:
        return self._pick(PLACES if self.moment.season == "winter" else PLACES[:-1])

    def _dish(self) -> str:
        return self._pick(DISHES)

    def _day(self) -> str:
        return _DAYS[self.language][self.random.choice((3, 4, 4, 5, 5, 5, 6, 2))]

    def _hour(self) -> str:
        hour, minute = self.random.choice((13, 14, 16, 18, 19, 20, 21)), self.random.choice((0, 30))
        if not self.french:
            return f"{hour - 12}:{minute:02d}" if self.random.random() < 0.9 else f"{hour - 12}"
        if not self.careful:
            return f"{hour}h{minute:02d}" if minute else f"{hour}h"
        tail = f"{NO_BREAK}{minute:02d}" if minute else ""
        return f"{hour}{NO_BREAK}h{tail}"

    def _firstname(self) -> str:
        return self.moment.firstname

    def _town(self) -> str:
        return self.random.choice(TOWNS)

    def _price(self) -> str:
        amount = self.random.choice((12, 15, 18, 25, 28, 32, 38, 45, 58, 65, 85))
        return f"{amount}{self.space if self.careful else ''}$" if self.french else f"${amount}"

    def _temp(self) -> str:
        if self.moment.season == "summer":
            return str(self.random.choice((24, 26, 27, 29, 31)))
        sign = "\u2212" if self.careful else "-"
        return f"{sign}{self.random.choice((9, 14, 17, 19, 22, 24, 26, 28))}"

    def _n(self) -> str:
        return str(self.random.randint(3, 36))

    def _order(self) -> str:
        return f"FF-{self.random.randint(10_400, 39_900)}"

    def _date(self) -> str:
        days = self.random.randint(4, 16)
        day = self.moment.day + timedelta(days=days if self.looks_ahead else -days)
        return written_date(day, self.language)


def written_date(day: date, language: str) -> str:
    """A day without its year: « 12 juillet », "July 12"."""
    month = _MONTHS[language][day.month - 1]
    if language == "en":
        return f"{month} {day.day}"
    return f"1er {month}" if day.day == 1 else f"{day.day} {month}"


_CONTRACTED = {"de": ("du ", "des "), "a": ("au ", "aux ")}
_VOWELS = frozenset("aeiouàâäéèêëîïôöùûüœæ")
_MUTE_H = ("hélène", "henri", "hervé", "hortense", "hubert", "huguette")


def elided(before: str, text: str) -> str:
    """A French word before a name or a place: ``de``, ``que`` or ``a`` (for « à »).

    Examples
    --------
    >>> elided("de", "Éloïse"), elided("de", "le vieux quai"), elided("a", "la rue")
    ("d'Éloïse", 'du vieux quai', 'à la rue')
    """
    lowered = text.lower()
    if before in _CONTRACTED:
        one, many = _CONTRACTED[before]
        if lowered.startswith("le "):
            return one + text[3:]
        if lowered.startswith("les "):
            return many + text[4:]
    if before == "a":
        return f"à {text}"
    first = lowered[:1]
    if first in _VOWELS or lowered.startswith(_MUTE_H):
        return f"{before[:-1]}'{text}"
    return f"{before} {text}"
