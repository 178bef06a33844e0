"""Windows of time: the start belongs to them, the end does not."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from entregent.vocabulary.errors import VocabularyError
from entregent.vocabulary.times import aware


@dataclass(frozen=True, slots=True)
class Window:
    """The half-open interval ``[start, end)`` of two aware times, start before end.

    Examples
    --------
    >>> from datetime import UTC
    >>> day = Window(datetime(2026, 2, 3, tzinfo=UTC), datetime(2026, 2, 4, tzinfo=UTC))
    >>> datetime(2026, 2, 3, tzinfo=UTC) in day, datetime(2026, 2, 4, tzinfo=UTC) in day
    (True, False)
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        aware(self.start, "start")
        aware(self.end, "end")
        if self.start >= self.end:
            raise VocabularyError("a window must end after it starts")

    @property
    def length(self) -> timedelta:
        """Time between start and end."""
        return self.end - self.start

    def __contains__(self, moment: datetime) -> bool:
        return self.start <= moment < self.end

    def overlap(self, other: "Window") -> "Window | None":
        """What both windows cover; None where they only touch or lie apart."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Window(start, end) if start < end else None
