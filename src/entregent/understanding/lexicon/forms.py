"""The usual forms of a word, by rule: enough to be met in a post, not a grammar."""

from collections.abc import Iterator

_FEMININE = (
    ("teur", ("trice", "teuse")),
    ("eux", ("euse",)),
    ("eur", ("euse",)),
    ("if", ("ive",)),
    ("el", ("elle",)),
    ("il", ("ille", "ile")),
    ("ul", ("ulle", "ule")),
    ("en", ("enne",)),
    ("on", ("onne",)),
    ("et", ("ette", "ète")),
    ("er", ("ère",)),
    ("os", ("osse",)),
    ("eau", ("elle",)),
    ("ou", ("olle",)),
    ("c", ("che", "que")),
    ("f", ("ve",)),
    ("x", ("sse", "se", "ce")),
)
_FIRST_GROUP = "e es ons ez ent é ée és ées ais ait ions iez aient era erai eras eront ant"
_SECOND_GROUP = (
    "is it issons issez issent i ie ies issais issait issaient ira iront issant e es ent ez ait"
)
_SIBILANT = ("s", "x", "z", "ch", "sh")
_VOWELS = "aeiou"
_IRREGULAR = {
    "win": "won wins winning",
    "shine": "shone shines shining",
    "hurt": "hurts hurting",
    "lie": "lied lies lying",
    "steal": "stole stolen steals stealing",
    "lose": "lost loses losing",
    "forget": "forgot forgotten forgets forgetting",
    "break": "broke broken breaks breaking",
    "fight": "fought fights fighting",
    "freeze": "froze frozen freezes freezing",
    "stink": "stinks stinking stank stunk",
    "weep": "wept weeps weeping",
    "shoot": "shot shoots shooting",
    "upset": "upsets upsetting",
    "mislead": "misled misleads misleading",
    "quit": "quits quitting",
    "die": "died dies dying",
    "cry": "cried cries crying",
    "spoil": "spoilt spoiled spoils spoiling",
    "blow away": "blows_away blew_away blown_away",
    "mess up": "messes_up messed_up messing_up",
    "crush it": "crushed_it crushing_it",
    "nail it": "nailed_it nailing_it",
}
_IRREGULAR_FRENCH = {
    "décevoir": "déçois déçoit déçoivent déçu décevait",
    "détruire": "détruit détruits détruite détruisent détruisez détruisait",
    "mentir": "mens ment mentent mentez menti mentait",
    "souffrir": "souffre souffres souffrent souffrez souffert souffrait",
    "craindre": "crains craint craignent craignons craignait",
    "disparaître": "disparaît disparu disparaissent",
    "accueillir": "accueille accueilli accueillis accueillie accueillent",
    "soutenir": "soutiens soutient soutenu soutiennent soutenez",
    "sourire": "souri souris sourient souriait souriant",
    "haïr": "hais hait haïssent haï",
}


def forms(word: str, kind: str, *, english: bool) -> Iterator[str]:
    """Other forms of a word.

    Parameters
    ----------
    word
        As it stands in the list: infinitive, masculine singular, singular.
    kind
        ``a`` adjective, ``v`` verb, ``n`` noun; anything else has no other form.
    english
        Whether the word is English, else French.

    Yields
    ------
    str
        Each form, some of which nobody uses.
    """
    if english:
        yield from _english(word, kind)
    elif kind == "v":
        yield from _french_verb(word)
    elif kind in {"a", "n"}:
        feminine = tuple(_feminine(word)) if kind == "a" else ()
        for form in (word, *feminine):
            yield form
            yield from _french_plural(form)
        if kind == "a" and word.endswith("ant"):
            yield word.removesuffix("ant") + "amment"
        yield from (form + "ment" for form in feminine)


def _feminine(word: str) -> Iterator[str]:
    if word.endswith("e"):
        return
    for ending, others in _FEMININE:
        if word.endswith(ending):
            for other in others:
                yield word.removesuffix(ending) + other
            return
    yield word + "e"


def _french_plural(word: str) -> Iterator[str]:
    if word.endswith(("s", "x", "z")):
        return
    if word.endswith(("eau", "eu")):
        yield word + "x"
    elif word.endswith("al"):
        yield word.removesuffix("al") + "aux"
    yield word + "s"


def _french_verb(word: str) -> Iterator[str]:
    if word in _IRREGULAR_FRENCH:
        yield from _IRREGULAR_FRENCH[word].split()
        return
    if word.endswith("ir"):
        yield from (word[:-2] + ending for ending in _SECOND_GROUP.split())
        return
    stem = word.removesuffix("er")
    for ending in _FIRST_GROUP.split():
        yield stem + ending
        if stem.endswith("g") and ending[0] in "oa":
            yield stem + "e" + ending
        if stem.endswith("y"):
            yield stem[:-1] + "i" + ending


def _english(word: str, kind: str) -> Iterator[str]:
    if word in _IRREGULAR:
        yield from (form.replace("_", " ") for form in _IRREGULAR[word].split())
    elif kind == "n":
        yield _with_s(word)
    elif kind == "a":
        if word.endswith("y"):
            yield from (word[:-1] + ending for ending in ("ier", "iest", "ily"))
        elif word.endswith("e"):
            yield from (word + "r", word + "st", word[:-1] + "y", word + "ly")
        else:
            yield from (word + "er", word + "est", word + "ly", word + "ally")
    elif kind == "v":
        yield _with_s(word)
        if word.endswith("e"):
            yield from (word + "d", word[:-1] + "ing")
        elif word.endswith("y") and word[-2] not in _VOWELS:
            yield from (word[:-1] + "ied", word + "ing")
        else:
            yield from (word + "ed", word + "ing", word + word[-1] + "ed", word + word[-1] + "ing")


def _with_s(word: str) -> str:
    if word.endswith("y") and word[-2:-1] not in _VOWELS:
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(_SIBILANT) else "s")
