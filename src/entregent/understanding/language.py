"""The language of a text, among those that the organisation speaks.

Small words decide most texts at once; what they leave open is asked of py3langid's model, limited
to the same languages, and weighed together with them.
"""

import copy
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from entregent.understanding.folding import without_addresses
from entregent.understanding.lexicon.language_words import ENDINGS, WEIGHTS

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier  # type: ignore[import-untyped]

_WORD = re.compile(r"[^\W\d_]+")
_ACCENT = re.compile("[éèêëàâùûçœîïô]")
_LATIN_END = "\u024f"
_FEWEST_LETTERS = 3
_SURE = 5.0
_MODEL_SURE = 8.0
_ENOUGH = 0.8
_LONG = 4


@dataclass(frozen=True, slots=True)
class LanguageGuess:
    """What a text seems to be written in.

    Attributes
    ----------
    language
        Tag without region, or nothing if it cannot be told.
    certainty
        0 to 1.
    reason
        ``words`` (small words and endings decided), ``model``, ``prior`` (what the author or the
        thread speaks), ``mixed`` (two languages, the stronger one is given), ``short``, ``unclear``
        or ``script`` (written in letters that none of the languages uses).
    words
        Words that decided, in order, as written in lower case.
    """

    language: str | None
    certainty: float
    reason: str
    words: tuple[str, ...] = ()


class Languages:
    """Tells the language of texts among some languages.

    Parameters
    ----------
    spoken
        Tags of the languages, without region. What the model does not know is left out.
    """

    def __init__(self, spoken: Sequence[str]) -> None:
        self.spoken = tuple(dict.fromkeys(tag.partition("-")[0].lower() for tag in spoken))
        self._ours = {"fr", "en"} & set(self.spoken)
        self._others = [tag for tag in self.spoken if tag not in {"fr", "en"}]
        self._limited: LanguageIdentifier | None = None

    def of(self, text: str, *, prior: str | None = None) -> LanguageGuess:
        """The language of one text.

        Parameters
        ----------
        text
            Visible text; links, mentions and emoji in it do not count.
        prior
            What its author or thread usually speaks; decides where the text alone does not.

        Returns
        -------
        LanguageGuess
            With nothing as language if under three letters are left, or if nothing tells.
        """
        heard = without_addresses(text)
        words = _WORD.findall(heard.lower())
        if sum(map(len, words)) < _FEWEST_LETTERS:
            return self._unknown("short", prior)
        if not self.spoken:
            return LanguageGuess(None, 0.0, "unclear")
        score, french, english = _score(words)
        if self._others or not self._ours:
            return self._among_many(heard, score, (*french, *english), prior)
        if not any(word[0] <= _LATIN_END for word in words):
            return LanguageGuess(None, 0.0, "script")
        if len(self._ours) == 1:
            return self._only(score, french, english, prior)
        return self._french_or_english(heard, score, french, english, prior)

    def _french_or_english(
        self, text: str, score: float, french: list[str], english: list[str], prior: str | None
    ) -> LanguageGuess:
        if abs(score) >= _SURE:
            return _told(score, french, english)
        ranked = dict(self._model().rank(text))
        odds = math.log(max(ranked["fr"], 1e-9) / max(ranked["en"], 1e-9))
        both = score + max(-_MODEL_SURE, min(_MODEL_SURE, odds))
        if prior in self._ours:
            both += 1.0 if prior == "fr" else -1.0
        if abs(both) < _ENOUGH:
            return self._unknown("unclear", prior)
        language = "fr" if both > 0 else "en"
        own = french if both > 0 else english
        reason = "words" if own and abs(score) > abs(odds) else "model"
        return LanguageGuess(language, _certainty(both), reason, tuple(own))

    def _only(
        self, score: float, french: list[str], english: list[str], prior: str | None
    ) -> LanguageGuess:
        (language,) = self._ours
        for_it = score if language == "fr" else -score
        if for_it <= -_SURE:
            return LanguageGuess(None, 0.0, "unclear")
        if for_it < _ENOUGH:
            return self._unknown("unclear", prior)
        own = french if language == "fr" else english
        return LanguageGuess(language, _certainty(for_it), "words", tuple(own))

    def _among_many(
        self, text: str, score: float, words: tuple[str, ...], prior: str | None
    ) -> LanguageGuess:
        ranked = dict(self._model().rank(text)) if self._known() else {}
        if not ranked:
            return self._unknown("unclear", prior)
        # Small words of French or English help the model, and cannot overrule it alone.
        if self._ours == {"fr", "en"} and abs(score) >= _SURE:
            tag = "fr" if score > 0 else "en"
            ranked[tag] = ranked[tag] * math.exp(min(abs(score), _MODEL_SURE) / 4)
        if prior in ranked:
            ranked[prior] *= math.e
        total = sum(ranked.values())
        language = max(ranked, key=lambda tag: ranked[tag])
        share = ranked[language] / total
        if share < 1.2 / len(ranked):
            return self._unknown("unclear", prior)
        return LanguageGuess(language, round(share, 3), "model", words)

    def _unknown(self, reason: str, prior: str | None) -> LanguageGuess:
        if prior in self.spoken and reason != "short":
            return LanguageGuess(prior, 0.5, "prior")
        return LanguageGuess(None, 0.0, reason)

    def _known(self) -> list[str]:
        labels = set(_whole_model().labels)
        return [tag for tag in self.spoken if tag in labels]

    def _model(self) -> "LanguageIdentifier":
        if self._limited is None:
            # The tables are shared; only the choice of languages is its own.
            self._limited = copy.copy(_whole_model())
            self._limited.set_languages(self._known())
        return self._limited


@lru_cache(maxsize=1)
def _whole_model() -> "LanguageIdentifier":
    # Late: numpy and the model take a second, and small words often decide alone.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _score(words: Sequence[str]) -> tuple[float, list[str], list[str]]:
    """Above zero for French, below for English, and the words of each."""
    score = 0.0
    french: list[str] = []
    english: list[str] = []
    for word in words:
        weight = WEIGHTS.get(word)
        if weight is None:
            score += _shape(word)
        elif weight > 0.5:
            score += weight
            french.append(word)
        elif weight < -0.5:
            score += weight
            english.append(word)
    return score, french, english


@lru_cache(maxsize=65_536)
def _shape(word: str) -> float:
    """What a word says by its letters, when it is not one of ours."""
    weight = 1.5 if _ACCENT.search(word) else 0.0
    if len(word) >= _LONG:
        for length in (4, 3, 2, 1):
            ending = ENDINGS.get(word[-length:])
            if ending is not None:
                weight += ending
                break
        if "qu" in word or "oi" in word:
            weight += 0.3
        if "w" in word or "k" in word or "th" in word or "sh" in word:
            weight -= 0.7
    return weight


def _told(score: float, french: list[str], english: list[str]) -> LanguageGuess:
    own, foreign = (french, english) if score > 0 else (english, french)
    language = "fr" if score > 0 else "en"
    if len(set(foreign)) >= 3 and len(foreign) * 2 >= len(own):
        return LanguageGuess(language, 0.6, "mixed", (*own, *foreign))
    return LanguageGuess(language, _certainty(score), "words", tuple(own))


def _certainty(score: float) -> float:
    return round(1 / (1 + math.exp(-abs(score) / 1.5)), 3)
