"""What a plan must say before a launch, and what its readers should know: words in, codes out."""

import re
from collections.abc import Mapping

LINES = ("objective", "in_service_of", "who_cares", "how_they_come", "how_measured")
"""The five lines of a plan, in the order in which they are asked."""

SENTENCE_WORDS = 4
"""Fewer words than these answer « Qui s'en soucie, et pourquoi? » in no sentence."""

_RATE = re.compile(
    r"\b(?:par|chaque|a|per|each|every|/)\s*"
    r"(?:jour|semaine|mois|an|année|saison|édition|day|week|month|year|season|edition)s?\b"
    r"|\b(?:quotidien|hebdomadaire|mensuel|annuel)(?:le)?s?\b|\b(?:daily|weekly|monthly|yearly)\b",
    re.IGNORECASE,
)
_CRAFT = re.compile(r"apprendre le métier|learn(?:ing)? the craft", re.IGNORECASE)
_PEAK = re.compile(
    r"\b(?:pics?|sommet|record|buzz|vira(?:l|le|ux|lité)|maximum|le plus (?:de|d')|explos\w+|"
    r"peaks?|spike|as many as possible|go(?:ing)? viral)\b",
    re.IGNORECASE,
)
_EVERYONE = re.compile(
    r"^\W*(?:tout le monde|tous|everyone|everybody|anyone|le grand public|"
    r"the (?:general )?public)\W*$",
    re.IGNORECASE,
)
# What nobody sees unless somebody leads them there.
_NEEDS_A_WAY = re.compile(r"\b(?:vidéos?|videos?|articles?|balados?|podcasts?)\b", re.IGNORECASE)
_KINDS_THAT_NEED_A_WAY = frozenset({"contest", "event", "coupon"})


def missing_lines(lines: Mapping[str, str]) -> tuple[str, ...]:
    """Names of the lines that are empty, in their order."""
    return tuple(name for name in LINES if not lines.get(name, "").strip())


def is_a_sentence(text: str) -> bool:
    """Whether an answer says who and why: some words, and not merely « tout le monde »."""
    return len(re.findall(r"\w+", text)) >= SENTENCE_WORDS and not _EVERYONE.match(text)


def warnings_of(kind: str, lines: Mapping[str, str], *, has_link: bool) -> tuple[str, ...]:
    """Codes of what should be looked at again; none of them stops a launch.

    Parameters
    ----------
    kind
        Of the campaign.
    lines
        The five lines by name; missing ones are empty.
    has_link
        Whether it has a link or code that counts who comes.

    Returns
    -------
    tuple of str
        ``peak`` (the objective speaks of a peak), ``no_rate`` (it names no lasting rate, nor says
        that it is there to learn the craft), ``no_way_there`` (a contest, an event, a coupon, a
        video or an article without a way to reach it), ``no_link`` (nothing counts who comes by
        that way).
    """
    found = []
    objective = lines.get("objective", "")
    learns = bool(_CRAFT.search(objective))
    if _PEAK.search(objective):
        found.append("peak")
    if objective.strip() and not learns and not _RATE.search(objective):
        found.append("no_rate")
    told = " ".join(lines.get(name, "") for name in ("objective", "in_service_of"))
    if kind in _KINDS_THAT_NEED_A_WAY or _NEEDS_A_WAY.search(told):
        if not lines.get("how_they_come", "").strip():
            found.append("no_way_there")
        elif not has_link:
            found.append("no_link")
    return tuple(found)
