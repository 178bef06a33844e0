"""Which function a text goes to, by when it is owed an answer, and whether it is owed one.

Pure: the tables below are the rules, read from top to bottom, and the reason is kept with the
conversation so that its page can say it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from entregent.understanding.folding import fold

PRESS: Final = ("relations-publiques",)
JOBS: Final = ("benevoles-et-rh", "ressources-humaines")
DAILY: Final = ("medias-sociaux-et-web", "medias-sociaux")
MANAGEMENT: Final = "direction-generale"

OWED: Final = frozenset({"question", "complaint", "purchase", "press", "job"})
"""Intents that wait for an answer, in public too."""

DUE: Final = (
    ("press", timedelta(hours=2)),
    ("complaint", timedelta(hours=8)),
    ("question", timedelta(hours=8)),
)
"""Working hours within which we answer, by the first intent that holds."""
DUE_OTHERWISE: Final = timedelta(hours=16)

STALE: Final = timedelta(days=14)
"""What is older when we learn of it does not wait: nobody expects an answer to an archive."""

WINDOWS: Final = {
    ("facebook", False): timedelta(hours=24),
    ("instagram", False): timedelta(hours=24),
}
"""How long a network lets us answer, by (network, is public)."""

_THANKS: Final = frozenset({"merci", "thanks", "thank", "thx", "remercie", "appreciate"})
_THANKS_WORDS: Final = 16


@dataclass(frozen=True, slots=True)
class Facts:
    """What routing looks at.

    Attributes
    ----------
    intents, intent_words
        Codes, most certain first, and the words that told each.
    subjects
        Slugs of subjects, and the words that told each.
    queries
        Ids of the saved queries that match.
    language
        Tag without region; empty if undetermined.
    """

    intents: Sequence[str] = ()
    intent_words: Sequence[Sequence[str]] = ()
    subjects: Sequence[tuple[str, Sequence[str]]] = ()
    queries: Sequence[int] = ()
    language: str = ""

    def words_of(self, intent: str) -> list[str]:
        """The words that told an intent."""
        for code, words in zip(self.intents, self.intent_words, strict=False):
            if code == intent:
                return list(words)
        return []


@dataclass(frozen=True, slots=True)
class Functions:
    """Who answers for what.

    Attributes
    ----------
    by_slug
        Function ids by slug.
    by_subject
        Subject slug to ``(subject id, function id)``.
    by_query
        Saved query id to function id.
    english
        Members whose first language is English, for every function id.
    """

    by_slug: Mapping[str, int]
    by_subject: Mapping[str, tuple[int, int]]
    by_query: Mapping[int, int]
    english: Mapping[int, Sequence[int]]

    def first(self, slugs: Sequence[str]) -> int | None:
        """The first of some functions that the house has."""
        return next((self.by_slug[slug] for slug in slugs if slug in self.by_slug), None)


@dataclass(frozen=True, slots=True)
class Route:
    """Where a text goes: function, subject, and the reason to show."""

    function_id: int | None
    subject_id: int | None
    reason: dict[str, object]


def route(facts: Facts, functions: Functions) -> Route:
    """Choose the function for a text.

    Rules in order: the press; jobs; the subject's function; the saved query's; else whoever holds
    the daily dialogue. The language chooses nobody but the wanted answerer.
    """
    subject = next((each for each in facts.subjects if each[0] in functions.by_subject), None)
    subject_id, subject_function = functions.by_subject[subject[0]] if subject else (None, None)
    rule, words, chosen = "daily", list[str](), functions.first(DAILY)
    press, jobs = functions.first(PRESS), functions.first(JOBS)
    by_query = next((each for each in facts.queries if each in functions.by_query), None)
    if "press" in facts.intents and press is not None:
        rule, words, chosen = "press", facts.words_of("press"), press
    elif "job" in facts.intents and jobs is not None:
        rule, words, chosen = "job", facts.words_of("job"), jobs
    elif subject is not None:
        rule, words, chosen = "subject", list(subject[1]), subject_function
    elif by_query is not None:
        rule, chosen = "query", functions.by_query[by_query]
    reason: dict[str, object] = {
        "rule": rule,
        "words": words,
        "subject": subject[0] if subject else "",
        "language": facts.language,
    }
    if facts.language == "en" and chosen is not None:
        answerers = list(functions.english[chosen])
        if answerers:
            reason["answerers"] = answerers
    return Route(chosen, subject_id, reason)


def is_owed(facts: Facts, text: str, *, is_public: bool, after_ours: bool) -> bool:
    """Whether whoever wrote a text waits for an answer.

    In public, only where the text asks something of us. In private always, except for a thank-you
    after we answered.
    """
    if OWED.intersection(facts.intents):
        return True
    if is_public:
        return False
    return not (after_ours and is_thanks(text))


def is_thanks(text: str) -> bool:
    """Whether a short text only thanks."""
    if "?" in text:
        return False
    tokens = fold(text).tokens
    return len(tokens) <= _THANKS_WORDS and not _THANKS.isdisjoint(tokens)


def time_to_answer(intents: Sequence[str]) -> timedelta:
    """Working time within which a text with these intents is owed an answer."""
    return next((span for intent, span in DUE if intent in intents), DUE_OTHERWISE)
