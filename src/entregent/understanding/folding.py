"""Words of a text, without case, accents and ligatures, each with its place."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

_EMOJI = "\u2600-\u27bf\u2b05-\u2b55\U0001f000-\U0001f3fa\U0001f400-\U0001faff"
_TOKEN = re.compile(rf"[#@]?[^\W_][\w\u0300-\u036f]*|[{_EMOJI}]")
_NOT_WORD = re.compile(r"[\W_]+")
_UNHEARD = re.compile(
    r"(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+\.[\w.-]+|(?<!\w)@[\w.-]+(?:@[\w.-]+)?", re.IGNORECASE
)
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})


@dataclass(frozen=True, slots=True)
class Folded:
    """A text ready to be searched.

    Attributes
    ----------
    text
        The text as it was.
    tokens
        Its words in order: lower case, no accents, ligatures undone, split at apostrophes and
        hyphens; an emoji is a word.
    spans
        Where each stands: start and end in `text`.
    places
        Word to its indices in `tokens`; ``#word`` and ``@word`` where it is a hashtag or a mention.
    """

    text: str
    tokens: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    places: Mapping[str, list[int]]

    def marked(self, index: int) -> str:
        """The word with its ``#`` or ``@``, if it has one."""
        first = self.text[self.spans[index][0]]
        return first + self.tokens[index] if first in "#@" else self.tokens[index]

    def written(self) -> str:
        """Its words in one run, a space before and after each, for engines that search text."""
        return " ".join(("", *(self.marked(index) for index in range(len(self.tokens))), ""))


def fold(text: str) -> Folded:
    """Cut a text into words and fold each of them.

    Parameters
    ----------
    text
        Any text; nothing in it is refused.

    Returns
    -------
    Folded
        Its words with their places.
    """
    tokens: list[str] = []
    spans: list[tuple[int, int]] = []
    places: dict[str, list[int]] = {}
    for number, found in enumerate(_TOKEN.finditer(text)):
        raw = found.group()
        spans.append(found.span())
        if raw[0] in "#@":
            word = fold_word(raw[1:])
            places.setdefault(raw[0] + word, []).append(number)
        else:
            word = fold_word(raw)
        tokens.append(word)
        places.setdefault(word, []).append(number)
    return Folded(text, tuple(tokens), tuple(spans), places)


@lru_cache(maxsize=65_536)
def fold_word(word: str) -> str:
    """One word without case, accents and ligatures.

    Parameters
    ----------
    word
        A word without spaces.

    Returns
    -------
    str
        The same for every spelling that differs by case, accents or ligatures only.
    """
    folded = word.casefold()
    if folded.isascii():
        return folded.rstrip("_") or folded
    for _ in range(4):
        before = folded
        parts = unicodedata.normalize("NFKD", folded.translate(_LIGATURES))
        parts = "".join(part for part in parts if not unicodedata.combining(part))
        # Compatibility forms may hold a space or a slash: ½ is one word, 12.
        folded = _NOT_WORD.sub("", parts).casefold() or before
        if folded == before:
            break
    return folded


def without_addresses(text: str) -> str:
    """The text with links, mentions and mail addresses blanked out, each other word in its place.

    Parameters
    ----------
    text
        Any text.

    Returns
    -------
    str
        A text of the same length.
    """
    if "@" not in text and "://" not in text and "www." not in text.lower():
        return text
    return _UNHEARD.sub(lambda found: " " * len(found.group()), text)
