"""The parts of a saved query: terms, and how they are joined."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from entregent.understanding.folding import Folded


class Node(Protocol):
    """A part of a query."""

    def holds(self, folded: Folded) -> bool:
        """Whether it is true of a text."""

    def found(self, folded: Folded) -> Iterator[int]:
        """Indices of the words that make it true."""

    def written(self) -> str:
        """Its normal form."""


@dataclass(frozen=True, slots=True)
class Term:
    """Words that follow each other; the last may be the beginning of a longer one."""

    words: tuple[str, ...]
    prefix: bool = False

    def holds(self, folded: Folded) -> bool:
        """Whether it is true of a text."""
        if not self.prefix:
            places = folded.places
            first = places.get(self.words[0])
            if first is None or len(self.words) == 1:
                return first is not None
            if not all(word in places for word in self.words):
                return False
        return next(self.found(folded), None) is not None

    def found(self, folded: Folded) -> Iterator[int]:
        """Indices of the words that make it true."""
        length = len(self.words)
        for start in self._starts(folded):
            if length == 1 or self._continues(folded, start):
                yield from range(start, start + length)

    def _starts(self, folded: Folded) -> Sequence[int]:
        first = self.words[0]
        if len(self.words) > 1 or not self.prefix:
            return folded.places.get(first, ())
        if first[0] in "#@":
            # Marked words stand among the places beside the bare ones.
            return sorted(
                index
                for word, indices in folded.places.items()
                if word.startswith(first)
                for index in indices
            )
        return [index for index, word in enumerate(folded.tokens) if word.startswith(first)]

    def _continues(self, folded: Folded, start: int) -> bool:
        if start + len(self.words) > len(folded.tokens):
            return False
        last = len(self.words) - 1
        for step in range(1, len(self.words)):
            word, index = self.words[step], start + step
            if word == folded.tokens[index]:
                continue
            marked = folded.marked(index)
            if word == marked:
                continue
            if not (self.prefix and step == last):
                return False
            if not (folded.tokens[index].startswith(word) or marked.startswith(word)):
                return False
        return True

    def written(self) -> str:
        """Its normal form."""
        if self.prefix:
            return "-".join(self.words) + "*"
        return self.words[0] if len(self.words) == 1 else f'"{" ".join(self.words)}"'


@dataclass(frozen=True, slots=True)
class Not:
    """What a text must leave out."""

    node: Node

    @classmethod
    def of(cls, node: Node) -> Node:
        """The opposite; of an opposite, the thing itself."""
        return node.node if isinstance(node, Not) else cls(node)

    def holds(self, folded: Folded) -> bool:
        """Whether it is true of a text."""
        return not self.node.holds(folded)

    def found(self, folded: Folded) -> Iterator[int]:
        """Nothing: what is not there has no place."""
        del folded
        return iter(())

    def written(self) -> str:
        """Its normal form."""
        inner = self.node.written()
        return f"NOT {inner}" if isinstance(self.node, Term) else f"NOT ({inner})"


@dataclass(frozen=True, slots=True)
class All:
    """Everything must hold."""

    nodes: tuple[Node, ...]

    @classmethod
    def of(cls, nodes: Sequence[Node]) -> Node:
        """Joined, with what is already joined the same way laid open and doubles left out."""
        flat = _flat(nodes, cls)
        return flat[0] if len(flat) == 1 else cls(flat)

    def holds(self, folded: Folded) -> bool:
        """Whether it is true of a text."""
        return all(node.holds(folded) for node in self.nodes)

    def found(self, folded: Folded) -> Iterator[int]:
        """Indices of the words that make it true."""
        for node in self.nodes:
            yield from node.found(folded)

    def written(self) -> str:
        """Its normal form."""
        return " AND ".join(
            f"({node.written()})" if isinstance(node, Any) else node.written()
            for node in self.nodes
        )


@dataclass(frozen=True, slots=True)
class Any:
    """One at least must hold."""

    nodes: tuple[Node, ...]

    @classmethod
    def of(cls, nodes: Sequence[Node]) -> Node:
        """Joined, with what is already joined the same way laid open and doubles left out."""
        flat = _flat(nodes, cls)
        return flat[0] if len(flat) == 1 else cls(flat)

    def holds(self, folded: Folded) -> bool:
        """Whether it is true of a text."""
        return any(node.holds(folded) for node in self.nodes)

    def found(self, folded: Folded) -> Iterator[int]:
        """Indices of the words that make it true."""
        for node in self.nodes:
            if node.holds(folded):
                yield from node.found(folded)

    def written(self) -> str:
        """Its normal form."""
        return " OR ".join(
            f"({node.written()})" if isinstance(node, All) else node.written()
            for node in self.nodes
        )


def _flat(nodes: Sequence[Node], kind: type[All | Any]) -> tuple[Node, ...]:
    flat: dict[Node, None] = {}
    for node in nodes:
        for inner in node.nodes if isinstance(node, kind) else (node,):
            flat[inner] = None
    return tuple(flat)
