"""Words and what they weigh: our own lists of French, Québec French, English and emoji.

A line of a list holds the words, a tab and their weight from -3 (blame) to 3 (praise); after
another tab, flags: ``a`` an adjective, ``v`` a verb, ``n`` a noun, each with its usual forms; ``k``
keeps its weight where a negation stands before it (« pas une maudite navette »). A weight of 0
takes words out of what is weighed (« merci à l'avance »). Longer entries win over shorter ones.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from entregent.understanding.folding import fold
from entregent.understanding.lexicon.forms import forms

FILES = ("fr", "fr_ca", "en", "emoji")
"""Names of the lists; of two entries for the same words, that of the later list counts."""

_LISTS = {
    "fr": ("fr", "fr_ca", "emoji"),
    "en": ("en", "emoji"),
    None: ("en", "fr", "fr_ca", "emoji"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """Words that weigh something.

    Attributes
    ----------
    words
        Folded, in order.
    weight
        -3 to 3.
    is_verb
        Whether a negation may follow it (« j'aime pas »).
    keeps
        Whether a negation before it leaves it as it is.
    is_emoji
        Whether it comes from the list of emoji.
    """

    words: tuple[str, ...]
    weight: float
    is_verb: bool = False
    keeps: bool = False
    is_emoji: bool = False


@lru_cache(maxsize=8)
def entries_by_first_word(language: str | None) -> Mapping[str, tuple[Entry, ...]]:
    """Entries for texts in one language, longest first.

    Parameters
    ----------
    language
        ``fr``, ``en``, nothing for a text whose language is not known; others have emoji only.

    Returns
    -------
    mapping of str to tuple of Entry
        By their first word.
    """
    known: dict[tuple[str, ...], Entry] = {}
    for name in _LISTS.get(language, ("emoji",)):
        for entry in entries(name):
            known[entry.words] = entry
    by_first: dict[str, list[Entry]] = {}
    for entry in known.values():
        by_first.setdefault(entry.words[0], []).append(entry)
    return {
        word: tuple(sorted(found, key=lambda entry: -len(entry.words)))
        for word, found in by_first.items()
    }


@lru_cache(maxsize=8)
def entries(name: str) -> tuple[Entry, ...]:
    """Every entry of one list, with the forms that its flags give it.

    Parameters
    ----------
    name
        One of `FILES`.

    Returns
    -------
    tuple of Entry
        Of two lines that fold to the same words, the first counts.
    """
    found: dict[tuple[str, ...], Entry] = {}
    listed = list(lines(name))
    made = (
        (form, weight, flags)
        for written, weight, flags in listed
        for form in forms(written, flags[:1], english=name == "en")
    )
    # What was written counts before what the rules make of something else.
    for written, weight, flags in (*listed, *made):
        words = fold(written).tokens
        if words and words not in found:
            found[words] = Entry(
                words, weight, "v" in flags, "k" in flags, is_emoji=name == "emoji"
            )
    return tuple(found.values())


def lines(name: str) -> Iterator[tuple[str, float, str]]:
    """The lines of one list as they were written: words, weight and flags."""
    path = Path(__file__).with_name(f"{name}.txt")
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            written, weight, *flags = line.split("\t")
            yield written, float(weight), flags[0] if flags else ""
