"""Series: numbers that are not activities, such as a follower count or a day's spending."""

import math
from dataclasses import dataclass
from datetime import datetime

from entregent.vocabulary.errors import VocabularyError
from entregent.vocabulary.times import aware


@dataclass(frozen=True, slots=True)
class Point:
    """One value of one metric of one account at one time.

    Attributes
    ----------
    account
        URI of what is counted: an account, a page, an advertising account.
    metric
        What is counted, such as ``followers.totalItems`` or ``spend``.
    at
        Aware. For a count, when it was true; for a daily flow, the start of the day.
    value
        Finite.
    unit
        ``count``, or the currency code of an amount.
    source
        Connector instance that told it.
    received_at
        When we learnt it; aware.
    dimension
        What splits the metric further, such as a campaign's name; empty if nothing does.
    """

    account: str
    metric: str
    at: datetime
    value: float
    unit: str
    source: str
    received_at: datetime
    dimension: str = ""

    def __post_init__(self) -> None:
        aware(self.at, "at")
        aware(self.received_at, "received_at")
        if not math.isfinite(self.value):
            raise VocabularyError("a value that is not a finite number", "value")
        if not self.account or not self.metric:
            raise VocabularyError("a point needs an account and a metric")
