"""JSON documents too large to be held: checked whole first, then read element by element."""

from collections.abc import Iterator
from typing import IO, Any, Final

import ijson
from ijson.common import IncompleteJSONError, JSONError, ObjectBuilder

from entregent.networks.files.limits import Limits, Unreadable, in_words
from entregent.networks.json_documents import DEEPEST, UNKNOWN, Read, read_value
from entregent.networks.reading import Context, Refused

CONTAINERS: Final = frozenset(
    {
        "accounts",
        "activities",
        "ancestors",
        "blocks",
        "chunk",
        "comments",
        "descendants",
        "feed",
        "followers",
        "follows",
        "items",
        "likes",
        "messages",
        "notifications",
        "orderedItems",
        "posts",
        "records",
        "repostedBy",
        "statuses",
    }
)
"""Properties of a document too large to be held whose elements are read one by one."""

_STEP: Final = 65536
_BATCH: Final = 1000


class Check:
    """Whether a document is whole JSON, not too deep, and a list or holds a known one."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._events: Any = ijson.sendable_list()
        self._parser: Any = ijson.basic_parse_coro(self._events, use_float=True)
        self._depth = 0
        self._silent = 0
        self._has_elements = False
        self._key = ""

    def feed(self, part: bytes) -> None:
        for start in range(0, len(part), _STEP):
            step = part[start : start + _STEP]
            _send(self._parser, step)
            # Text without an end would be held until it has one.
            self._silent = 0 if self._events else self._silent + len(step)
            if self._silent > self._limits.element_bytes:
                raise Unreadable(
                    f"a text of more than {in_words(self._limits.element_bytes)} in a JSON document"
                )
            self._look()

    def _look(self) -> None:
        depth = self._depth
        for event, value in self._events:
            if event == "start_map" or event == "start_array":  # noqa: PLR1714 - runs often
                if event == "start_array" and (
                    depth == 0 or (depth == 1 and self._key in CONTAINERS)
                ):
                    self._has_elements = True
                depth += 1
                if depth > DEEPEST:
                    raise Unreadable(
                        f"objects or lists nested more than {DEEPEST} deep; flatten the document"
                    )
            elif event == "end_map" or event == "end_array":  # noqa: PLR1714
                depth -= 1
            elif event == "map_key" and depth == 1:
                self._key = value
        self._depth = depth
        self._events.clear()

    def finish(self) -> None:
        try:
            self._parser.close()
        except (JSONError, IncompleteJSONError):
            raise Unreadable("the JSON ends before it is complete; fetch it again") from None
        if self._depth:
            raise Unreadable("the JSON ends before it is complete; fetch it again")
        if not self._has_elements:
            raise Unreadable(
                f"one JSON value of more than {in_words(self._limits.whole_bytes)} without a list "
                "that is known; write one value a line"
            )


def _send(parser: Any, step: bytes) -> None:
    try:
        parser.send(step)
    except StopIteration:
        pass
    except (JSONError, IncompleteJSONError) as error:
        raise Unreadable(_json_sentence(error)) from None
    except UnicodeDecodeError:
        raise Unreadable("broken UTF-8; save it again as UTF-8") from None


def _json_sentence(error: Exception) -> str:
    told = str(error)
    if "UTF8" in told or "UTF-8" in told:
        return "broken UTF-8; save it again as UTF-8"
    if "EOF" in told or "Incomplete" in told:
        return "the JSON ends before it is complete; fetch it again"
    return "it is not JSON: a comma, quotation mark or bracket is out of place"


def read_large_document(stream: IO[bytes], context: Context, limits: Limits) -> Iterator[Read]:
    """Read the elements of a document that `shape_of` found whole, one by one."""
    elements = _Elements(limits)
    while step := stream.read(_STEP):
        for place, value in elements.feed(step):
            if isinstance(value, _TooLarge):
                reason = f"an element of more than {in_words(limits.element_bytes)}"
                yield Read(UNKNOWN, "", Refused(context.at(place).where, reason))
            else:
                yield from read_value(value, context.at(place))
    for place, value in elements.rest():
        yield from read_value(value, context.at(place))


class _TooLarge:
    pass


class _Elements:
    """Builds elements of a top-level list, or of the known lists in a top-level object."""

    def __init__(self, limits: Limits) -> None:
        self._limit = limits.element_bytes + _STEP
        self._events: Any = ijson.sendable_list()
        self._parser: Any = ijson.basic_parse_coro(self._events, use_float=True)
        self._depth = 0
        self._key = ""
        # Depth inside the list whose elements are read; 0 outside of one.
        self._inside = 0
        self._index = 0
        self._size = 0
        self._builder: ObjectBuilder | None = None
        self._skipping = False
        # What stands beside the lists, and the bare addresses met in one of them.
        self._beside: dict[str, Any] = {}
        self._bare: list[Any] = []

    def feed(self, step: bytes) -> Iterator[tuple[str, Any]]:
        _send(self._parser, step)
        self._size += len(step)
        if self._builder is not None and self._size > self._limit:
            self._builder, self._skipping = None, True
        events, self._events[:] = list(self._events), []
        for event, value in events:
            yield from self._take(event, value)

    def _take(self, event: str, value: Any) -> Iterator[tuple[str, Any]]:
        opens, closes = event in {"start_map", "start_array"}, event in {"end_map", "end_array"}
        if closes:
            self._depth -= 1
        at_element = self._inside > 0 and self._depth == self._inside
        if self._inside and self._depth < self._inside:
            yield from self.rest()
            self._inside = 0
        elif at_element or self._builder is not None or self._skipping:
            if at_element and not closes:
                self._builder, self._skipping, self._size = ObjectBuilder(), False, 0
            if self._builder is not None:
                self._builder.event(event, value)
            if at_element and not opens:
                yield from self._finished(value, bare=not closes)
        elif event == "map_key" and self._depth == 1:
            self._key = value
        elif self._depth == 1 and not opens and not closes and len(self._beside) < _BATCH:
            self._beside[self._key] = value
        elif event == "start_array" and (
            self._depth == 0 or (self._depth == 1 and self._key in CONTAINERS)
        ):
            self._inside, self._index = self._depth + 1, 0
        if opens:
            self._depth += 1

    def _finished(self, value: Any, *, bare: bool) -> Iterator[tuple[str, Any]]:
        if bare:
            self._bare.append(value)
            if len(self._bare) >= _BATCH:
                yield from self.rest()
        else:
            place = f"{self._key}[{self._index}]"
            yield place, _TooLarge() if self._builder is None else self._builder.value
        self._builder, self._skipping = None, False
        self._index += 1

    def rest(self) -> Iterator[tuple[str, Any]]:
        """Give bare addresses together, with what says what they are."""
        if self._bare:
            bare, self._bare = self._bare, []
            yield "", {**self._beside, self._key: bare} if self._key else bare
            # A count is told once.
            self._beside.pop("totalItems", None)
