"""Saved queries as an expression: the second compiler of their language.

The first is `entregent.understanding.matching.Matcher`, which tries each text as it comes in; a
property test holds both to the same answer.
"""

import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from entregent.understanding.folding import fold_word
from entregent.understanding.query_tree import All, Any, Node, Not, Term

if TYPE_CHECKING:
    import ibis.expr.types as ir

_MARKS: Final = "#@"
_LETTERS: Final = {
    letter: folded
    for letter in map(chr, (*range(0x41, 0x5B), *range(0xC0, 0x250), *range(0x1E00, 0x1F00)))
    if letter.isalpha()
    and len(folded := fold_word(letter)) == 1
    and folded.isascii()
    and unicodedata.category(letter) in {"Lu", "Ll"}
}
_SIGNS: Final = "\u00a0\u2009\u202f«»“”„‘’‹›–—…·•¿¡§°№™©®"
_ENTITIES: Final = {
    "&nbsp;": " ",
    "&#39;": "'",
    "&quot;": '"',
    "&lt;": "<",
    "&gt;": ">",
    "&amp;": "&",
}


def holds(node: Node, folded: "ir.StringValue") -> "ir.BooleanValue":
    """Whether a query is true of a text.

    Parameters
    ----------
    node
        The root of a parsed query.
    folded
        Column ``folded`` of ``labels``: see `entregent.understanding.folding.Folded.written`.
    """
    if isinstance(node, Term):
        return _term(node, folded)
    if isinstance(node, Not):
        return ~holds(node.node, folded)
    assert isinstance(node, All | Any)
    return _joined([holds(each, folded) for each in node.nodes], all_of=isinstance(node, All))


def _joined(parts: Sequence["ir.BooleanValue"], *, all_of: bool) -> "ir.BooleanValue":
    """Joined in halves: a thousand terms in a row would nest a thousand deep."""
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    left = _joined(parts[:middle], all_of=all_of)
    right = _joined(parts[middle:], all_of=all_of)
    return left & right if all_of else left | right


def _term(term: Term, folded: "ir.StringValue") -> "ir.BooleanValue":
    end = "" if term.prefix else " "
    if len(term.words) == 1:
        word = term.words[0]
        ways = [word] if word[0] in _MARKS else [word, *(mark + word for mark in _MARKS)]
        return _joined([folded.contains(f" {way}{end}") for way in ways], all_of=False)
    words = " ".join(
        _literal(word) if word[0] in _MARKS else f"[{_MARKS}]?{_literal(word)}"
        for word in term.words
    )
    return folded.re_search(f" {words}{end}")


def _literal(word: str) -> str:
    """A word that means itself to every engine's regular expressions."""
    return "".join(
        sign if sign.isascii() and (sign.isalnum() or sign == "_") else f"\\x{{{ord(sign):x}}}"
        for sign in word
    )


def folded_here(text: "ir.StringValue") -> "ir.StringValue":
    """A text's words in one run, where none were stored: for what an older version kept.

    Exact for words in Latin letters with their accents and common signs; other scripts keep their
    capitals, and emoji that touch a word are part of it.
    """
    text = text.re_replace("<[^>]*>", " ")
    for entity, sign in _ENTITIES.items():
        text = text.replace(entity, sign)
    text = text.translate("".join(_LETTERS), "".join(_LETTERS.values()))
    for letters, apart in (("œ", "oe"), ("Œ", "oe"), ("æ", "ae"), ("Æ", "ae"), ("ß", "ss")):
        text = text.replace(letters, apart)
    text = text.translate(_SIGNS, " " * len(_SIGNS))
    text = text.re_replace(r"[^0-9a-z_#@\x{80}-\x{10ffff}]+", " ")
    for mark in _MARKS:
        text = text.replace(mark, f" {mark}")
    return (text + " ").re_replace("^ *", " ")
