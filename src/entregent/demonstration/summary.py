"""What the house holds, verb by verb, in numbers that are counted now."""

from dataclasses import dataclass

from entregent.apps.address.demo import count_campaigns
from entregent.apps.coordinate.queries import count_waiting
from entregent.apps.listen.queries import count_items
from entregent.apps.measure.demo import count_days
from entregent.apps.remember.queries import count_people


@dataclass(frozen=True, slots=True)
class Summary:
    """One number or two for each verb."""

    heard: int
    understood: int
    people: int
    accounts: int
    waiting: int
    campaigns: int
    days: int


def summary() -> Summary:
    """Count what is there."""
    people, accounts = count_people()
    heard, understood = count_items()
    return Summary(
        heard=heard,
        understood=understood,
        people=people,
        accounts=accounts,
        waiting=count_waiting(),
        campaigns=count_campaigns(),
        days=count_days(),
    )
