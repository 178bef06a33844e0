"""Saved queries: what people write in the search field, as something that can be tried fast.

Words, ``"phrases"``, ``prefix*``, ``#hashtags`` and ``@accounts``, joined by ``AND``, ``OR`` and
``NOT`` (or ``ET``, ``OU``, ``SAUF``) in capitals, and parentheses. Words side by side must all be
there. Case and accents do not matter.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from entregent.understanding.folding import Folded, fold
from entregent.understanding.matching import Matcher
from entregent.understanding.query_tree import All, Any, Node, Not, Term

__all__ = ["LONGEST", "SENTENCES", "Folded", "Matcher", "Query", "QueryError", "fold", "parse"]

LONGEST = 4_000
"""Characters that a query may have."""

_DEEPEST = 40
_SHORTEST_PREFIX = 2

SENTENCES = {
    "empty": "Write at least one word to look for.",
    "too_long": "This query has more than 4,000 characters: make two of it.",
    "too_deep": "Parentheses are nested too deep at character {position}: make two queries of it.",
    "unclosed_quote": "The quotation mark at character {position} is never closed: "
    "add one after the phrase.",
    "unclosed_parenthesis": "The parenthesis at character {position} is never closed: "
    "add “)” where it should end.",
    "unopened_parenthesis": "The parenthesis at character {position} closes nothing: "
    "remove it, or add “(” before.",
    "nothing_inside": "There is nothing between the signs at character {position}: "
    "write a word there, or remove them.",
    "nothing_before": "“{word}” at character {position} needs a word before it.",
    "nothing_after": "“{word}” at character {position} needs a word after it.",
    "no_word": "“{word}” at character {position} holds no letter, digit or emoji: remove it.",
    "short_prefix": "“{word}” at character {position} would find too much: "
    "write at least two letters before the star.",
}
"""What is wrong with a query, by code; `QueryError` fills in the place and the word."""


class QueryError(ValueError):
    """A query that cannot be read.

    Attributes
    ----------
    code
        Key of `SENTENCES`.
    sentence
        What is wrong, where, and what to do about it, in English.
    position
        Where, counted in characters from 1 as people count.
    word
        What stands there; may be empty.
    """

    def __init__(self, code: str, position: int, word: str = "") -> None:
        self.code = code
        self.position = position
        self.word = word
        self.sentence = SENTENCES[code].format(position=position, word=word)
        super().__init__(self.sentence)


@dataclass(frozen=True, slots=True)
class Query:
    """A query that has been read; its text is its normal form."""

    root: Node

    def matches(self, folded: Folded) -> bool:
        """Whether a text answers the query."""
        return self.root.holds(folded)

    def evidence(self, folded: Folded) -> tuple[tuple[int, int], ...]:
        """Places of the words that answer it: start and end in the text, in order, without doubles.

        Empty if the text does not answer, or answers only by what it leaves out.
        """
        if not self.matches(folded):
            return ()
        return tuple(sorted({folded.spans[index] for index in self.root.found(folded)}))

    def __str__(self) -> str:
        return self.root.written()


def parse(text: str) -> Query:
    """Read a query.

    Parameters
    ----------
    text
        What somebody wrote, up to `LONGEST` characters.

    Returns
    -------
    Query
        Whose text reads as the same query again.

    Raises
    ------
    QueryError
        If it cannot be read; its sentence says where and what to do.
    """
    if len(text) > LONGEST:
        raise QueryError("too_long", LONGEST)
    pieces = list(_pieces(text))
    if not pieces:
        raise QueryError("empty", 1)
    reader = _Reader(pieces)
    node = reader.any_of()
    if reader.kind == ")":
        raise QueryError("unopened_parenthesis", reader.position)
    return Query(node)


_OPERATORS = {"AND": "and", "ET": "and", "OR": "or", "OU": "or", "NOT": "not", "SAUF": "not"}
_CLOSING = {'"': '"', "«": "»", "“": "”", "„": "“"}
_PIECE = re.compile(r'\s+|(?P<sign>[()])|(?P<quote>["«“„])|(?P<word>[^\s()"«“„]+)')


@dataclass(frozen=True, slots=True)
class _Piece:
    kind: str
    position: int
    word: str
    term: Term | None = None


def _pieces(text: str) -> Iterator[_Piece]:
    place = 0
    while place < len(text):
        found = _PIECE.match(text, place)
        assert found is not None
        start, place = place, found.end()
        if found["sign"]:
            yield _Piece(found["sign"], start + 1, found["sign"])
        elif found["quote"]:
            end = text.find(_CLOSING[found["quote"]], place)
            if end < 0:
                raise QueryError("unclosed_quote", start + 1)
            yield _phrase(text[place:end], start + 1)
            place = end + 1
        elif found["word"]:
            yield from _word(found["word"], start + 1)


def _phrase(inside: str, position: int) -> _Piece:
    if not inside.strip():
        raise QueryError("nothing_inside", position)
    return _Piece("term", position, inside, _term(inside, position, prefix=False))


def _word(word: str, position: int) -> Iterator[_Piece]:
    if word in _OPERATORS:
        yield _Piece(_OPERATORS[word], position, word)
        return
    if word[0] in "-−" and len(word) > 1:
        yield _Piece("not", position, word[0])
        word, position = word[1:], position + 1
    yield _Piece("term", position, word, _term(word, position, prefix=word.endswith("*")))


def _term(written: str, position: int, *, prefix: bool) -> Term:
    folded = fold(written)
    if not folded.tokens:
        raise QueryError("no_word", position, written)
    words = tuple(folded.marked(index) for index in range(len(folded.tokens)))
    if prefix and len(words[-1].lstrip("#@")) < _SHORTEST_PREFIX:
        raise QueryError("short_prefix", position, written)
    return Term(words, prefix)


class _Reader:
    """Recursive descent: OR binds least, then AND, then NOT."""

    def __init__(self, pieces: list[_Piece]) -> None:
        self._pieces = pieces
        self._at = 0
        self._depth = 0

    @property
    def kind(self) -> str:
        return self._pieces[self._at].kind if self._at < len(self._pieces) else "end"

    @property
    def position(self) -> int:
        return self._pieces[self._at].position

    def _next(self) -> _Piece:
        self._at += 1
        return self._pieces[self._at - 1]

    def any_of(self) -> Node:
        return self._several("or", self._all_of, Any)

    def _all_of(self) -> Node:
        parts = [self._one()]
        while self.kind in {"and", "term", "not", "("}:
            if self.kind == "and":
                self._next()
            parts.append(self._one())
        return All.of(parts)

    def _several(self, kind: str, part: Callable[[], Node], joined: type[Any]) -> Node:
        parts = [part()]
        while self.kind == kind:
            self._next()
            parts.append(part())
        return joined.of(parts)

    def _one(self) -> Node:
        if self.kind in {"end", ")", "and", "or"}:
            raise self._missing()
        piece = self._next()
        if piece.kind == "not":
            self._deeper(piece)
            node = Not.of(self._one())
            self._depth -= 1
            return node
        if piece.kind == "(":
            self._deeper(piece)
            if self.kind == ")":
                raise QueryError("nothing_inside", piece.position)
            node = self.any_of()
            if self.kind != ")":
                raise QueryError("unclosed_parenthesis", piece.position)
            self._next()
            self._depth -= 1
            return node
        assert piece.term is not None
        return piece.term

    def _deeper(self, piece: _Piece) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise QueryError("too_deep", piece.position)

    def _missing(self) -> QueryError:
        before = self._pieces[self._at - 1] if self._at else None
        if before is not None and before.kind in {"and", "or", "not"}:
            return QueryError("nothing_after", before.position, before.word)
        if self.kind == ")":
            return QueryError("unopened_parenthesis", self.position)
        if before is not None and self.kind == "end":
            return QueryError("unclosed_parenthesis", before.position)
        piece = self._pieces[self._at]
        return QueryError("nothing_before", piece.position, piece.word)
