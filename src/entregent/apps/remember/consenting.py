"""How long a consent holds, and what is enough for what (LCAP and Law 25).

Express consent holds until it is withdrawn, or until the day that was agreed. Implied consent is
enough for e-mail only: 24 months after a purchase, 6 after a question.
"""

import calendar
from collections.abc import Iterable
from datetime import datetime
from typing import Final, Protocol

IMPLIED_MONTHS: Final = {"purchase": 24, "inquiry": 6}
"""Months for which each implied basis holds."""
IMPLIED_FOR: Final = frozenset({"email"})
"""Purposes for which an implied consent is enough."""


class Given(Protocol):
    """A consent, as its row holds it."""

    @property
    def basis(self) -> str: ...
    @property
    def given_at(self) -> datetime: ...
    @property
    def until(self) -> datetime | None: ...
    @property
    def withdrawn_at(self) -> datetime | None: ...


def is_enough(purpose: str, basis: str) -> bool:
    """Whether a basis can carry a purpose at all; a refusal can always be noted."""
    return basis not in IMPLIED_MONTHS or purpose in IMPLIED_FOR


def end_of(basis: str, given_at: datetime, until: datetime | None = None) -> datetime | None:
    """When a consent ends: the law's day for implied ones, the agreed one or none for express ones.

    An agreed day may shorten an implied consent, never lengthen it.
    """
    if basis == "refused":
        return None
    months = IMPLIED_MONTHS.get(basis)
    if months is None:
        return until
    legal = months_after(given_at, months)
    return min(legal, until) if until is not None else legal


def months_after(moment: datetime, months: int) -> datetime:
    """The same day some months later; the month's last day where it has no such day."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))


def holds(rows: Iterable[Given], at: datetime) -> bool:
    """Whether one of a purpose's consents allows it at a time.

    A refusal takes back everything given before it.
    """
    given = [row for row in rows if row.given_at <= at]
    refused = max((row.given_at for row in given if row.basis == "refused"), default=None)
    return any(
        row.basis != "refused"
        and (refused is None or row.given_at > refused)
        and (row.until is None or at < row.until)
        and (row.withdrawn_at is None or at < row.withdrawn_at)
        for row in given
    )
