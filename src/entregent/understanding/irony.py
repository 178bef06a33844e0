"""Praise that may be meant the other way: enough to doubt, never enough to decide."""

import re

from entregent.understanding.folding import Folded
from entregent.understanding.lexicon.rules import matcher

_ENOUGH = 2
_OPENING = 24
"""Characters within which a text begins."""
_WHOLE = 0.9
_PRICE = re.compile(r"\d\s?(?:\$|piastres?|dollars?|bucks|pièces?)|\$\s?\d", re.IGNORECASE)
_DISTANCE = re.compile(r"[\"“«]\s*[^\W\d_][^\"”»]{1,38}[\"”»]")
_SIGNS = frozenset({"🙄", "🤡", "🙃", "😒", "🤦"})


def is_suspected(folded: Folded, *, good: float, bad: float) -> bool:
    """Whether the praise of a text may be irony.

    Parameters
    ----------
    folded
        The text.
    good, bad
        What its praise and its blame weigh, both 0 or more.

    Returns
    -------
    bool
        True where two signs come together beside praise: a formula that is nearly always ironic,
        praise before what it is for, what people complain of, a price, words held at a distance by
        quotation marks, an emoji that rolls its eyes. A sign that praise is meant takes one away.
    """
    if bad > good:
        # Openly angry: no irony is needed to understand it.
        return False
    formulas = len(matcher("irony_formulas").matching(folded))
    signs = sum(sign in folded.places for sign in _SIGNS)
    praise = matcher("irony_praise")
    praising = praise.matching(folded)
    if not formulas and not signs and not praising:
        return False
    points = formulas + signs
    # « Bravo pour… », « Quelle belle… »: sincere praise often comes after what it is for.
    points += any(
        start < _OPENING for number in praising for start, _ in praise.spans(number, folded)
    )
    points += bool(matcher("irony_topics").matching(folded))
    points += _PRICE.search(folded.text) is not None
    points += any(
        len(quote) < len(folded.text) * _WHOLE for quote in _DISTANCE.findall(folded.text)
    )
    points -= bool(matcher("irony_meant").matching(folded))
    return points >= _ENOUGH
