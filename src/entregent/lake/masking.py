"""Masking: what other people's words say of somebody who is forgotten.

A handle is masked wherever it stands behind an ``@`` or in an address; by itself only if it can
hardly be a common word: it has a digit or a mark, or holds more than one name. A name is masked
where all its parts stand together, in either order: a first name alone is many people's.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

import orjson

from entregent.understanding.folding import fold_word

WORDS: Final = {"fr": "[nom retiré]", "en": "[name removed]"}
"""What stands in their place, by the text's language."""

_SHORTEST_FRAGMENT: Final = 2
_ALIKE: Final = {
    "a": "aàáâãäå",
    "c": "cç",
    "e": "eèéêë",
    "i": "iìíîï",
    "n": "nñ",
    "o": "oòóôõöø",
    "u": "uùúûü",
    "y": "yýÿ",
}
_GAP: Final = r"(?:[\s\u00a0]|&nbsp;|&#160;|<[^>]{0,200}>)+"
_TAGS: Final = r"(?:<[^>]{0,200}>)*"
_LINK: Final = re.compile(r"(?:https?://)?[\w-]+(?:\.[\w-]+)+/[^\s\"'<>]*", re.IGNORECASE)


@dataclass(frozen=True)
class Known:
    """Everything by which somebody was known; in memory, or sealed, and never longer than needed.

    Attributes
    ----------
    addresses
        URIs of their accounts and profiles, and e-mail addresses.
    handles
        As their networks gave them.
    names
        Names of the accounts, and of the person.
    objects
        URIs of what they wrote.
    """

    addresses: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()

    def __or__(self, other: "Known") -> "Known":
        def both(mine: Sequence[str], more: Sequence[str]) -> tuple[str, ...]:
            return tuple(dict.fromkeys((*mine, *more)))

        return Known(
            both(self.addresses, other.addresses),
            both(self.handles, other.handles),
            both(self.names, other.names),
            both(self.objects, other.objects),
        )

    def with_objects(self, objects: tuple[str, ...]) -> "Known":
        """The same, with the addresses of what they wrote."""
        return self | Known(objects=objects)

    def packed(self) -> bytes:
        """As bytes; `unpacked` gives it back."""
        lists = (self.addresses, self.handles, self.names, self.objects)
        return orjson.dumps([list(each) for each in lists])

    @classmethod
    def unpacked(cls, body: bytes) -> "Known":
        """What `packed` made bytes of."""
        return cls(*(tuple(each) for each in orjson.loads(body)))


def full_names(known: Known) -> list[tuple[str, ...]]:
    """Names that are masked: those of two parts or more, as their parts."""
    found: dict[tuple[str, ...], None] = {}
    for name in known.names:
        parts = tuple(part for part in re.split(r"[\s\u00a0,]+", name) if fold_word(part))
        if len(parts) > 1 and len("".join(parts)) > 4:
            found[parts] = None
    return list(found)


def handles(known: Known) -> list[str]:
    """Handles without ``@``, with and without their host; the longest first."""
    found: dict[str, None] = {}
    for handle in known.handles:
        bare = handle.strip().lstrip("@")
        for form in (bare, bare.partition("@")[0]):
            if len(form) >= _SHORTEST_FRAGMENT:
                found[form] = None
    return sorted(found, key=len, reverse=True)


def is_distinctive(handle: str, known: Known) -> bool:
    """Whether a handle tells who is meant, also where no ``@`` stands before it."""
    if len(handle) < 4:
        return False
    if any(not each.isalpha() for each in handle):
        return True
    folded = fold_word(handle)
    parts = [fold_word(part) for name in full_names(known) for part in name]
    return any(len(part) > 2 and part in folded and part != folded for part in parts)


class Mask:
    """Finds what must go from a text, and puts `WORDS` in its place.

    Parameters
    ----------
    known
        By what they were known.
    guess
        Gives the language of a text that declares none.

    Attributes
    ----------
    fragments
        Folded runs of characters, one of which stands in every text that may hold them.
    pattern
        The same as a regular expression that needs no folding, also in JSON that escapes accents.
    terms
        In lower case: what must not be found in any file.
    """

    def __init__(self, known: Known, guess: Callable[[str], str] | None = None) -> None:
        self._guess = guess or (lambda _: "fr")
        self._patterns = [re.compile(each, re.IGNORECASE) for each in _patterns(known)]
        self._objects = {without_scheme(each) for each in known.objects if "://" in each}
        self.fragments = _fragments(known)
        self.pattern = "|".join(_loosely(fragment) for fragment in self.fragments)
        self.terms = _terms(known)

    def __call__(self, text: str, language: str | None = None) -> str:
        """The text without them."""
        if not self.may_hold(text):
            return text
        spoken = (language or self._guess(text) or "fr")[:2].lower()
        word = WORDS.get(spoken, WORDS["fr"])
        for pattern in self._patterns:
            text = pattern.sub(word, text)
        if self._objects:
            text = _LINK.sub(lambda found: word if self._is_object(found[0]) else found[0], text)
        return text

    def may_hold(self, text: str) -> bool:
        """Whether it is worth a closer look."""
        folded = folded_text(text)
        return any(fragment in folded for fragment in self.fragments)

    def holds(self, text: str) -> bool:
        """Whether something would be masked."""
        return self(text) != text

    def _is_object(self, link: str) -> bool:
        """Whether a link leads to something they wrote, or to a part of it."""
        place = without_scheme(link.rstrip(".,;:!?)»"))
        while place:
            if place in self._objects:
                return True
            cut = max(place.rfind(mark) for mark in "/?#")
            place = place[:cut] if cut > 0 else ""
        return False


def folded_text(text: str) -> str:
    """A text without case and accents, its other characters as they are."""
    lowered = text.lower()
    return lowered if lowered.isascii() else lowered.translate(_PLAIN)


def without_scheme(address: str) -> str:
    """An address as it may stand in a text: without ``https://`` or ``mailto:``."""
    rest = re.sub(r"^(?:https?://(?:www\.)?|mailto:)", "", address, flags=re.IGNORECASE)
    return unquote(rest).rstrip("/")


def _patterns(known: Known) -> Iterator[str]:
    rests = sorted({without_scheme(each) for each in known.addresses} - {""}, key=len, reverse=True)
    places = [re.escape(rest) for rest in rests if len(rest) > 3]
    if places:
        place = rf"(?:https?://|mailto:)?(?:www\.)?(?:{'|'.join(places)})"
        end = r"(?![\w@-]|\.\w)"
        yield rf"<a\b[^>]*href\s*=\s*[\"']?{place}(?=[\"'/?#\s>])[^>]*>.*?</a\s*>"
        yield rf"(?<![\w.@-]){place}{end}(?:[/?#][^\s\"'<>]*)?"
    for handle in handles(known):
        name = re.escape(handle)
        yield rf"@{_TAGS}{name}(?:{_TAGS}@[\w-]+(?:\.[\w-]+)+)?(?![\w-])"
        if is_distinctive(handle, known):
            yield rf"(?<![\w@.-]){name}(?![\w@-]|\.\w)"
    for parts in full_names(known):
        alike = [_alike(part) for part in parts]
        yield rf"(?<!\w){_GAP.join(alike)}(?!\w)"
        yield rf"(?<!\w){_GAP.join(alike[1:])},?{_GAP}{alike[0]}(?!\w)"


def _fragments(known: Known) -> tuple[str, ...]:
    """Runs of characters, folded, one of which stands in every text that may hold them."""
    found = {without_scheme(each) for each in known.addresses}
    found |= set(handles(known))
    found |= {max(parts, key=len) for parts in full_names(known)}
    found |= {_host_and_first(each) for each in known.objects if "://" in each}
    folded = {folded_text(each) for each in found}
    kept = sorted((each for each in folded if len(each) >= _SHORTEST_FRAGMENT), key=len)
    # A longer one says nothing that a shorter one in it has not said.
    short: list[str] = []
    for each in kept:
        if not any(other in each for other in short):
            short.append(each)
    return tuple(short)


def _terms(known: Known) -> frozenset[str]:
    found = {without_scheme(each) for each in known.addresses}
    found |= {without_scheme(each) for each in known.objects if "://" in each}
    for handle in handles(known):
        found.add(handle if is_distinctive(handle, known) else f"@{handle}")
    found |= {" ".join(parts) for parts in full_names(known)}
    return frozenset(each.lower() for each in found if len(each) > 3)


def _host_and_first(uri: str) -> str:
    """Beginning that addresses of one server's posts share, so that few runs stand for many."""
    return without_scheme(uri).rpartition("/")[0] or without_scheme(uri)


def _loosely(fragment: str) -> str:
    """A pattern that finds a folded run of characters in every spelling."""
    found = []
    for letter in fragment:
        if letter in _ALIKE:
            found.append(rf"([{_ALIKE[letter]}]|\\u00[0-9a-f]{{2}})")
        else:
            found.append(re.escape(letter))
    return "".join(found)


def _alike(part: str) -> str:
    """A pattern for a word however it is accented."""
    found = []
    for letter in part:
        plain = folded_text(letter)
        if plain in _ALIKE:
            found.append(f"[{_ALIKE[plain]}]")
        elif letter in "'’":
            found.append("['’]")
        else:
            found.append(re.escape(letter))
    return "".join(found)


_PLAIN: Final = str.maketrans(
    {letter: plain for plain, letters in _ALIKE.items() for letter in letters if letter != plain}
)
