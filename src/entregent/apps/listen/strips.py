"""A source as its row shows it: fourteen days as bars, gaps, what stands in the way."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from entregent.apps.listen.queries import Gap, SourceState
from entregent.apps.listen.words import NETWORKS, OTHER_REASON, REASONS, REMEDIES, STATES

HEIGHT = 40
STEP = 14
_BAR = 10


@dataclass(frozen=True, slots=True)
class Bar:
    """One day of a strip, in the units of its drawing; `items` is None where not collected."""

    day: date
    items: int | None
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Row:
    """A source, and what its row says."""

    source: SourceState
    bars: tuple[Bar, ...]
    largest: int
    total: int
    not_collected: int

    @property
    def name(self) -> object:
        """What people called the source; files go by their network, in words."""
        if self.is_feed:
            return self.source.name
        return capfirst(str(NETWORKS.get(self.source.network, self.source.name)))

    @property
    def network(self) -> object:
        """What comes in by it: a feed, or files."""
        if self.source.is_demo:
            return _("demonstration")
        return NETWORKS["feed"] if self.is_feed else _("files imported")

    @property
    def state(self) -> object:
        """The state in words."""
        return STATES.get(self.source.state, self.source.state)

    @property
    def reason(self) -> object:
        """Why it is not collected, or nothing."""
        code = self.source.error
        return REASONS.get(code, OTHER_REASON) if code else ""

    @property
    def remedy(self) -> object:
        """What someone can do about it, or nothing."""
        return REMEDIES.get(self.source.error, "")

    @property
    def gaps(self) -> list[tuple[Gap, object]]:
        """Gaps, newest first, with their reasons in words."""
        newest_first = sorted(self.source.gaps, key=lambda gap: gap.start, reverse=True)
        return [(gap, REASONS.get(gap.reason, OTHER_REASON)) for gap in newest_first]

    @property
    def since(self) -> datetime | None:
        """Since when nothing comes in, or None."""
        return next((gap.start for gap in self.source.gaps if gap.until is None), None)

    @property
    def width(self) -> int:
        """Width of the drawing."""
        return len(self.bars) * STEP

    @property
    def is_feed(self) -> bool:
        """Whether we ask it by ourselves; a file only comes when someone imports it."""
        return self.source.kind == "feed"


def row_of(source: SourceState) -> Row:
    """Return a source with its bars, drawn on its own scale from zero."""
    counts = [items for day, items in source.days if items is not None]
    largest = max(counts, default=0)
    bars = tuple(
        _bar(number, day, items, largest) for number, (day, items) in enumerate(source.days)
    )
    return Row(
        source=source,
        bars=bars,
        largest=largest,
        total=sum(counts),
        not_collected=len(source.days) - len(counts),
    )


def rows_of(sources: Iterable[SourceState]) -> list[Row]:
    """Return the rows of a list of sources, those that need someone first."""
    urgency = {"failing": 0, "late": 1, "paused": 2}
    rows = [row_of(source) for source in sources]
    return sorted(rows, key=lambda row: (urgency.get(row.source.state, 3), str(row.name).lower()))


def _bar(number: int, day: date, items: int | None, largest: int) -> Bar:
    if items is None:
        height = HEIGHT
    elif items == 0:
        # A line on the floor: collected, and there was none.
        height = 1
    else:
        height = max(2, round(items * HEIGHT / largest))
    return Bar(day, items, number * STEP, HEIGHT - height, _BAR, height)
