"""What somebody wants of us: several intents may hold, and often none does.

Rules only, kept narrow: an intent sends a message to a function, so silence is better than error.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from entregent.understanding.folding import Folded, fold, without_addresses
from entregent.understanding.lexicon.rules import ONLY_IF_NEGATIVE, lines
from entregent.understanding.queries import Matcher, Query, parse
from entregent.understanding.sentiment import StateOfMind, state_of_mind

CODES = ("press", "job", "complaint", "question", "purchase", "promotion", "praise")
"""Every intent, in the order in which they are told."""

_PRAISES = 2.0
_BOTHERS = -1.2
_RHETORICAL = re.compile(
    r"(?:\b(?:non|hein|right|really|vraiment|serieux|serieusement|seriously|wtf|quoi)\s*|[!?])\?",
    re.IGNORECASE,
)
_QUESTION_START = re.compile(
    r"\b(?:qui|que|qu|quoi|quand|comment|combien|pourquoi|ou|quel|quelle|quels|quelles|est|faut|y a"
    r"|what|when|where|who|why|how|which|is|are|do|does|did|can|could|will|would|should|has|have"
    r"|any|anyone)\b"
)
_INVERSION = re.compile(
    r"\w-(?:tu|vous|t-(?:il|elle|on)|il|elle|on|ils|elles|je|nous)\b(?!-)", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"[.!?…\n]")
_SENTENCE = re.compile(r"[^.!?…\n]*\?")


@dataclass(frozen=True, slots=True)
class Intent:
    """One thing that somebody wants.

    Attributes
    ----------
    code
        One of `CODES`.
    words
        Words that told it, as written.
    """

    code: str
    words: tuple[str, ...]


def intents(
    text: str | Folded, language: str | None, *, mood: StateOfMind | None = None
) -> tuple[Intent, ...]:
    """What the author of a text wants.

    Parameters
    ----------
    text
        Visible text, folded or not.
    language
        Its language, or nothing if unknown.
    mood
        Its state of mind, where it is known already.

    Returns
    -------
    tuple of Intent
        In the order of `CODES`; empty where no rule holds.
    """
    folded = fold(without_addresses(text)) if isinstance(text, str) else text
    felt = state_of_mind(folded, language) if mood is None else mood
    rules = _rules()
    told: dict[str, list[str]] = {}
    for number in rules.matcher.matching(folded):
        code, needs_anger = rules.meaning[number]
        if needs_anger and not _is_blamed(folded, felt, rules.matcher.spans(number, folded)):
            continue
        told.setdefault(code, []).extend(rules.matcher.words(number, folded))
    if "?" in folded.text:
        asked = _asked(folded.text)
        if asked is not None:
            told.setdefault("question", []).append(asked)
    _settle(told, felt)
    return tuple(Intent(code, _once(told[code])) for code in CODES if code in told)


@dataclass(frozen=True, slots=True)
class _Rules:
    matcher: Matcher
    meaning: tuple[tuple[str, bool], ...]


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    queries: dict[int, Query] = {}
    meaning: list[tuple[str, bool]] = []
    for code in CODES:
        for line in lines(code):
            queries[len(meaning)] = parse(line.removeprefix(ONLY_IF_NEGATIVE))
            meaning.append((code, line.startswith(ONLY_IF_NEGATIVE)))
    return _Rules(Matcher(queries), tuple(meaning))


def _is_blamed(folded: Folded, mood: StateOfMind, spans: Iterable[tuple[int, int]]) -> bool:
    """Whether what is named stands in one sentence with a word that blames."""
    if mood.value not in {"negative", "mixed"}:
        return False
    for word in mood.words:
        if word.weight > _BOTHERS:
            continue
        for start, end in spans:
            first, last = min(end, word.end), max(start, word.start)
            if _SENTENCE_END.search(folded.text[first:last]) is None:
                return True
    return False


def _asked(text: str) -> str | None:
    """The end of the first sentence that really asks."""
    for found in _SENTENCE.finditer(text):
        sentence = found.group().strip()
        if _RHETORICAL.search(sentence[-14:]) and not _INVERSION.search(sentence):
            continue
        folded = " ".join(fold(sentence).tokens)
        if _INVERSION.search(sentence) or _QUESTION_START.search(folded):
            return sentence
        if len(folded) > 2:
            return sentence
    return None


def _settle(told: dict[str, list[str]], mood: StateOfMind) -> None:
    """Praise and complaint must agree with the state of mind."""
    warm = [word.text for word in mood.words if word.weight >= _PRAISES]
    if mood.reason == "irony" or mood.value == "negative":
        told.pop("praise", None)
    elif mood.value in {"positive", "mixed"} and warm:
        told.setdefault("praise", []).extend(warm)
    elif "praise" in told and mood.value != "positive":
        del told["praise"]
    if mood.value == "positive" and mood.strength > 0.6 and "complaint" in told:
        # Loud praise tells of a wait that was worth it.
        del told["complaint"]


def _once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))
