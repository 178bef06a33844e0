"""Thousands of saved queries against each text, without trying each of them.

A query can hold only where its rarest word stands: its anchor. The words of a text are looked up
among the anchors, and only the queries found there are tried.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from entregent.understanding.folding import Folded, fold
from entregent.understanding.query_tree import All, Any, Node, Not, Term

_REMEMBERED = 65_536


class Asked(Protocol):
    """A query, as `entregent.understanding.queries.parse` makes it."""

    @property
    def root(self) -> Node:
        """Its outermost part."""

    def matches(self, folded: Folded) -> bool:
        """Whether a text answers it."""

    def evidence(self, folded: Folded) -> tuple[tuple[int, int], ...]:
        """Places of the words that answer it."""


class Matcher:
    """Many queries, tried together.

    Parameters
    ----------
    queries
        Queries by a number that the caller chose.
    """

    def __init__(self, queries: Mapping[int, Asked]) -> None:
        self._queries = dict(queries)
        self._by_word: dict[str, list[int]] = {}
        self._by_beginning: dict[str, list[int]] = {}
        self._always: list[int] = []
        common = Counter(
            word for query in self._queries.values() for word in set(_words(query.root))
        )
        for number, query in self._queries.items():
            anchors = _anchors(query.root, common)
            if anchors is None:
                self._always.append(number)
                continue
            for word, prefix in anchors:
                index = self._by_beginning if prefix else self._by_word
                index.setdefault(word, []).append(number)
        self._met: dict[str, tuple[int, ...]] = {}
        self._lengths = sorted({len(word) for word in self._by_beginning})

    def __len__(self) -> int:
        return len(self._queries)

    def matching(self, text: str | Folded) -> tuple[int, ...]:
        """Numbers of the queries that a text answers.

        Parameters
        ----------
        text
            A text, folded or not.

        Returns
        -------
        tuple of int
            In ascending order.
        """
        folded = fold(text) if isinstance(text, str) else text
        candidates = set(self._always)
        met = self._met
        for word in folded.places:
            numbers = met.get(word)
            if numbers is None:
                numbers = self._meet(word)
            if numbers:
                candidates.update(numbers)
        if not candidates:
            return ()
        queries = self._queries
        return tuple(sorted(number for number in candidates if queries[number].matches(folded)))

    def _meet(self, word: str) -> tuple[int, ...]:
        """Queries that one word anchors; words met often are looked up once."""
        numbers = list(self._by_word.get(word, ()))
        for length in self._lengths:
            if length > len(word):
                break
            numbers.extend(self._by_beginning.get(word[:length], ()))
        if len(self._met) >= _REMEMBERED:
            self._met.clear()
        self._met[word] = tuple(numbers)
        return self._met[word]

    def spans(self, number: int, folded: Folded) -> tuple[tuple[int, int], ...]:
        """Places of the words of a text that answer one query: start and end of each."""
        return self._queries[number].evidence(folded)

    def words(self, number: int, text: str | Folded) -> tuple[str, ...]:
        """Words of a text that answer one query, as they were written.

        Parameters
        ----------
        number
            Number of the query.
        text
            A text, folded or not.

        Returns
        -------
        tuple of str
            In order; words that stand side by side are one.
        """
        folded = fold(text) if isinstance(text, str) else text
        joined: list[tuple[int, int]] = []
        for start, end in self.spans(number, folded):
            if joined and not folded.text[joined[-1][1] : start].strip(" '’-\u00a0"):
                joined[-1] = (joined[-1][0], end)
            else:
                joined.append((start, end))
        return tuple(folded.text[start:end] for start, end in joined)


def _words(node: Node) -> Iterator[str]:
    if isinstance(node, Term):
        yield from node.words
    elif isinstance(node, Not):
        yield from _words(node.node)
    elif isinstance(node, All | Any):
        for inner in node.nodes:
            yield from _words(inner)


def _anchors(node: Node, common: Mapping[str, int]) -> frozenset[tuple[str, bool]] | None:
    """Words of which one must be there, each with whether it is only a beginning."""
    if isinstance(node, Term):
        last = len(node.words) - 1
        anchors = [(word, node.prefix and at == last) for at, word in enumerate(node.words)]
        return frozenset([min(anchors, key=lambda anchor: _cost([anchor], common))])
    if isinstance(node, Any):
        parts = [_anchors(inner, common) for inner in node.nodes]
        if any(part is None for part in parts):
            return None
        return frozenset().union(*(part for part in parts if part is not None))
    if isinstance(node, All):
        known = [part for inner in node.nodes if (part := _anchors(inner, common)) is not None]
        return min(known, key=lambda part: _cost(part, common)) if known else None
    return None


def _cost(
    anchors: Iterable[tuple[str, bool]], common: Mapping[str, int]
) -> tuple[float, list[tuple[str, bool]]]:
    """How many texts the anchors would let through: short and shared words are common ones."""
    listed = sorted(anchors)
    cost = sum(
        (4.0 if prefix else 1.0) * (1 + common[word]) / len(word) ** 2 for word, prefix in listed
    )
    return cost, listed
