"""The state of mind of a text, with the words that decided and where they stand.

A lexicon, negation, strength and a few signs of irony: everything that decides can be shown. Where
it is not enough the answer is nothing: « I do not know ».
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from entregent.understanding.folding import Folded, fold, without_addresses
from entregent.understanding.irony import is_suspected
from entregent.understanding.lexicon import Entry, entries_by_first_word
from entregent.understanding.lexicon.modifiers import (
    AFTER_VERB,
    NEGATORS,
    NEVER_SO,
    NOT_ONLY,
    NOT_WORDS,
    OF_ONESELF,
    STRENGTH,
    STRENGTH_AFTER,
    SWEARING,
    TURNS,
)

READ = frozenset({"fr", "en"})
"""Languages that have a lexicon; of others only emoji are weighed."""

_WINDOW = 4
_SWEARING_WINDOW = 8
_DECIDES = 0.9
_BOTH_SIDES = 2.0
_STATED = 2.0
_SPREAD = 15.0
_FEWEST_FACTS = 5
_BEGIN_AFTER = frozenset(words[0] for words in STRENGTH_AFTER)
_BOUND = re.compile(r"[.,;:!?…()\n]")
_SENTENCE_END = re.compile(r"[.!?…\n]")
_LONG_DRAWN = re.compile(r"(.)\1{2,}")
_QUOTE = re.compile(r"\"[^\"\n]{2,80}\"|«[^«»]{2,80}»|“[^“”]{2,80}”")
_SMILEY = re.compile(
    r"(?<![\w/])(?:(?P<good>[:;=][-'o]?[)DpP*]|<3|xD+|\^\^)|(?P<bad>[:;=]['-]?[(/\\|]))(?!\w)"
)


@dataclass(frozen=True, slots=True)
class Deciding:
    """A word or expression that counted.

    Attributes
    ----------
    text
        As written.
    weight
        What it counted for, after all that stands beside it; above 0 for praise.
    start, end
        Its place in the text.
    because
        ``word``, ``expression``, ``emoji``, ``negated``, ``stronger``, ``softer`` or ``swearing``.
    """

    text: str
    weight: float
    start: int
    end: int
    because: str


@dataclass(frozen=True, slots=True)
class StateOfMind:
    """What a text lets feel.

    Attributes
    ----------
    value
        ``positive``, ``negative``, ``mixed``, ``neutral``; nothing for « I do not know ».
    strength
        -1 to 1; 0 where the value is ``neutral`` or nothing.
    words
        What decided, in order.
    reason
        ``words``, ``facts`` or ``question`` (nothing charged in a text that only states or asks),
        ``little``, ``contradictory``, ``irony`` or ``language`` (no lexicon for it).
    """

    value: str | None
    strength: float
    words: tuple[Deciding, ...]
    reason: str


def state_of_mind(text: str | Folded, language: str | None) -> StateOfMind:
    """The state of mind of one text.

    Parameters
    ----------
    text
        Visible text, folded or not; links and mentions in it do not count.
    language
        Its language, or nothing if unknown: then every lexicon is tried.

    Returns
    -------
    StateOfMind
        With offsets into the text as it was given.
    """
    folded = fold(without_addresses(text)) if isinstance(text, str) else text
    words = _decide(folded, language)
    total = sum(word.weight for word in words)
    if total:
        marks = min(folded.text.count("!"), 3)
        total *= 1 + 0.1 * marks
    strength = round(total / math.sqrt(total * total + _SPREAD), 3)
    value, reason = _value(folded, language, words, total)
    return StateOfMind(value, 0.0 if value in {None, "neutral"} else strength, words, reason)


def _value(
    folded: Folded, language: str | None, words: tuple[Deciding, ...], total: float
) -> tuple[str | None, str]:
    good = sum(word.weight for word in words if word.weight > 0)
    bad = -sum(word.weight for word in words if word.weight < 0)
    if not words:
        return _without_words(folded, language)
    if good >= _BOTH_SIDES and bad >= _BOTH_SIDES and min(good, bad) * 2 >= max(good, bad):
        return "mixed", "words"
    if good and is_suspected(folded, good=good, bad=bad):
        return None, "irony"
    if abs(total) >= _DECIDES:
        return ("positive" if total > 0 else "negative"), "words"
    if folded.text.rstrip().endswith("?") and max(good, bad) <= _STATED:
        return "neutral", "question"
    return None, "contradictory" if good and bad else "little"


def _without_words(folded: Folded, language: str | None) -> tuple[str | None, str]:
    if language not in READ:
        return None, "language"
    count = len(folded.tokens)
    if count >= 2 and folded.text.rstrip().endswith("?"):
        return "neutral", "question"
    plain = "!" not in folded.text and OF_ONESELF.isdisjoint(folded.places)
    if count >= _FEWEST_FACTS and plain:
        return "neutral", "facts"
    return None, "little"


@dataclass(slots=True)
class _Hit:
    start: int
    length: int
    entry: Entry
    weight: float
    because: str

    @property
    def end(self) -> int:
        return self.start + self.length


def _decide(folded: Folded, language: str | None) -> tuple[Deciding, ...]:
    hits = list(_hits(folded, entries_by_first_word(language)))
    owned = {index for hit in hits for index in range(hit.start, hit.end)}
    for hit in hits:
        if hit.entry.weight and not hit.entry.is_emoji:
            _turn(folded, hit, owned, language)
            _strengthen(folded, hit)
    swearing = [index for index, word in enumerate(folded.tokens) if word in SWEARING]
    hits += _swearing(folded, swearing, hits, owned)
    _after_turn(folded, hits)
    _asked(folded, hits)
    _quoted(folded, hits)
    deciding = [_deciding(folded, hit) for hit in hits if hit.weight]
    deciding.extend(_smileys(folded.text))
    deciding.sort(key=lambda word: word.start)
    return tuple(deciding)


def _hits(folded: Folded, lexicon: Mapping[str, tuple[Entry, ...]]) -> Iterator[_Hit]:
    tokens = folded.tokens
    drawn = _LONG_DRAWN.search(folded.text) is not None
    index, count = 0, len(tokens)
    while index < count:
        found = lexicon.get(tokens[index])
        factor = 1.0
        if found is None and drawn:
            found = _long_drawn(tokens[index], lexicon)
            factor = 1.3
        for entry in found or ():
            length = len(entry.words)
            if length == 1 or tokens[index + 1 : index + length] == entry.words[1:]:
                kind = "emoji" if entry.is_emoji else "expression" if length > 1 else "word"
                yield _Hit(index, length, entry, entry.weight * factor, kind)
                index += length - 1
                break
        index += 1


def _long_drawn(token: str, lexicon: Mapping[str, tuple[Entry, ...]]) -> tuple[Entry, ...] | None:
    """« Bravoooo » is « bravo », said louder."""
    if not _LONG_DRAWN.search(token):
        return None
    for letters in (r"\1\1", r"\1"):
        found = lexicon.get(_LONG_DRAWN.sub(letters, token))
        if found is not None:
            return tuple(entry for entry in found if len(entry.words) == 1)
    return None


def _gap(folded: Folded, left: int, right: int) -> str:
    return folded.text[folded.spans[left][1] : folded.spans[right][0]]


def _turn(folded: Folded, hit: _Hit, owned: set[int], language: str | None) -> None:
    if hit.entry.keeps or not (
        _negated_before(folded, hit, owned, language)
        or (hit.entry.is_verb and language != "en" and _negated_after(folded, hit, owned))
    ):
        return
    # « Pas bon » blames as much as it can; « pas triste » hardly praises.
    hit.weight = -(0.4 + 0.6 * hit.weight) if hit.weight > 0 else -0.35 * hit.weight
    hit.because = "negated"


def _negated_before(folded: Folded, hit: _Hit, owned: set[int], language: str | None) -> bool:
    tokens = folded.tokens
    for index in range(hit.start - 1, max(-1, hit.start - 1 - _WINDOW), -1):
        word = tokens[index]
        if _BOUND.search(_gap(folded, index, index + 1)) or word in TURNS:
            return False
        if index in owned or tokens[index + 1] in NOT_ONLY:
            continue
        if word in {"never", "jamais"} and NEVER_SO & set(tokens[index + 1 : hit.start]):
            continue
        if language != "en":
            if word in NEGATORS["fr"]:
                return True
            if word == "plus" and _has_ne(tokens, index):
                return True
        if language != "fr" and (
            word in NEGATORS["en"] or (word == "t" and index and tokens[index - 1] in NOT_WORDS)
        ):
            return True
    return False


def _negated_after(folded: Folded, hit: _Hit, owned: set[int]) -> bool:
    tokens = folded.tokens
    for index in range(hit.end, min(len(tokens), hit.end + 3)):
        if _BOUND.search(_gap(folded, index - 1, index)):
            return False
        word = tokens[index]
        if word in AFTER_VERB and index not in owned:
            return word != "plus" or _has_ne(tokens, hit.start)
    return False


def _has_ne(tokens: tuple[str, ...], index: int) -> bool:
    return any(word in {"ne", "n"} for word in tokens[max(0, index - 4) : index])


def _strengthen(folded: Folded, hit: _Hit) -> None:
    tokens = folded.tokens
    factor = 1.0
    for index in range(hit.start - 1, max(-1, hit.start - 3), -1):
        if _BOUND.search(_gap(folded, index, index + 1)):
            break
        factor *= STRENGTH.get(tokens[index], 1.0)
    if hit.end < len(tokens) and tokens[hit.end] in _BEGIN_AFTER:
        for words, strength in STRENGTH_AFTER.items():
            if tokens[hit.end : hit.end + len(words)] == words:
                factor *= strength
                break
    written = folded.text[folded.spans[hit.start][0] : folded.spans[hit.end - 1][1]]
    if len(written) > 2 and written.isupper() and not folded.text.isupper():
        factor *= 1.3
    if factor != 1.0:
        hit.weight *= min(factor, 2.0)
        if hit.because != "negated":
            hit.because = "stronger" if factor > 1 else "softer"


def _swearing(folded: Folded, places: list[int], hits: list[_Hit], owned: set[int]) -> list[_Hit]:
    """Swear words lend their force to what they come with; alone, they blame."""
    alone = []
    for place in places:
        if place in owned:
            continue
        near = [hit for hit in hits if hit.weight and _is_near(folded, place, hit)]
        for hit in near:
            hit.weight *= 1.3
            hit.because = hit.because if hit.because == "negated" else "stronger"
        if not near:
            alone.append(_Hit(place, 1, Entry((folded.tokens[place],), -2.0), -2.0, "swearing"))
    return alone


def _is_near(folded: Folded, place: int, hit: _Hit) -> bool:
    if abs(hit.start - place) > _SWEARING_WINDOW:
        return False
    first, last = sorted((place, hit.start))
    between = folded.text[folded.spans[first][1] : folded.spans[last][0]]
    return _SENTENCE_END.search(between) is None


def _after_turn(folded: Folded, hits: list[_Hit]) -> None:
    """What comes after « mais » is what is meant."""
    turns = [index for index, word in enumerate(folded.tokens) if word in TURNS]
    if not turns or turns[-1] == 0:
        return
    for hit in hits:
        hit.weight *= 1.25 if hit.start > turns[-1] else 0.75


def _asked(folded: Folded, hits: list[_Hit]) -> None:
    """« C'est-tu annulé? » asks, and blames nobody."""
    if "?" not in folded.text:
        return
    for hit in hits:
        end = _SENTENCE_END.search(folded.text, folded.spans[hit.end - 1][1])
        if end is not None and end.group() == "?" and abs(hit.weight) <= _STATED:
            hit.weight *= 0.5


def _quoted(folded: Folded, hits: list[_Hit]) -> None:
    """« Quelle soirée magique! », between quotation marks, is what somebody else said."""
    for quote in _QUOTE.finditer(folded.text):
        start, end = quote.span()
        if end - start > len(folded.text) * 0.9:
            continue
        for hit in hits:
            if start < folded.spans[hit.start][0] < end:
                hit.weight = 0.0


def _deciding(folded: Folded, hit: _Hit) -> Deciding:
    start, end = folded.spans[hit.start][0], folded.spans[hit.end - 1][1]
    return Deciding(folded.text[start:end], round(hit.weight, 2), start, end, hit.because)


def _smileys(text: str) -> Iterator[Deciding]:
    for found in _SMILEY.finditer(text):
        weight = 1.5 if found["good"] else -1.5
        yield Deciding(found.group(), weight, found.start(), found.end(), "emoji")
