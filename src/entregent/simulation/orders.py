"""Orders, refunds and redeemed coupons: what was bought, when, and when it would have been."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from entregent.simulation import cast
from entregent.simulation.making import generator_of, instant, trace
from entregent.simulation.population import Population
from entregent.simulation.rates import (
    COUPON_NEW,
    PULLED,
    PULLED_DAYS,
    Spans,
    order_rates,
)
from entregent.simulation.seasons import Calendar
from entregent.vocabulary import Activity, Money, Object, native_id

if TYPE_CHECKING:
    import numpy as np

COUPON = "TUQUE15"
_PRODUCTS = (
    ("Laissez-passer adulte", "65.00", 40),
    ("Laissez-passer familial", "145.00", 24),
    ("Billet d'un soir", "32.00", 22),
    ("Laissez-passer ado", "28.00", 9),
    ("Tuque d'Yvette", "45.00", 2),
    ("Stationnement du quai, 3 jours", "60.00", 3),
)


@dataclass(frozen=True)
class Sales:
    """Orders in order of time."""

    at: "np.ndarray"
    day: "np.ndarray"
    buyer: "np.ndarray"
    product: "np.ndarray"
    with_coupon: "np.ndarray"
    refunded: "np.ndarray"


def sales(calendar: Calendar, spans: Spans, people: Population) -> Sales:
    """Draw the orders of a world, and move those that the coupon pulled forward."""
    import numpy as np

    chance = generator_of(calendar.settings.seed, "orders")
    wanted = np.array(order_rates(calendar, spans))
    counts = chance.poisson(wanted * chance.gamma(50, 1 / 50, len(wanted)))
    day = np.repeat(np.arange(len(counts)), counts)
    coupon = np.zeros(len(day), dtype=bool)
    if spans.presale:
        scale = calendar.settings.scale
        first, length = calendar.index(spans.presale.first), spans.presale.days
        later = np.flatnonzero((day >= first + PULLED_DAYS) & (day < first + PULLED_DAYS + length))
        moved = chance.permutation(later)[: min(len(later), round(PULLED * scale))]
        day[moved] -= PULLED_DAYS
        coupon[moved] = True
        new = chance.integers(first, first + length, round(COUPON_NEW * scale))
        day = np.concatenate([day, new])
        coupon = np.concatenate([coupon, np.ones(len(new), dtype=bool)])
        # Most who bought in those weeks anyway used the code too.
        usual = (day >= first) & (day < first + length) & (chance.random(len(day)) < 0.6)
        coupon |= usual
    hours = chance.triangular(7, 19.5, 23.9, len(day)) * 3600
    midnights = np.array([calendar.second(index, 0) for index in range(calendar.days)])
    at = midnights[day] + hours.astype(np.int64)
    order = np.argsort(at, kind="stable")
    order = order[at[order] < calendar.end]
    shares = np.array([weight for *_facts, weight in _PRODUCTS], dtype=float)
    return Sales(
        at=at[order],
        day=day[order],
        buyer=_buyers(calendar, people, len(order), chance),
        product=chance.choice(len(_PRODUCTS), len(order), p=shares / shares.sum()),
        with_coupon=coupon[order],
        refunded=chance.random(len(order)) < 0.025,
    )


def _buyers(
    calendar: Calendar, people: Population, count: int, chance: "np.random.Generator"
) -> "np.ndarray":
    """Who bought: those known more often, those who agreed on the quay most, before it as after."""
    import numpy as np

    del calendar
    weights = np.ones(people.size)
    weights[people.known] = 4.0
    weights[people.linked_on_quay] = 12.0
    return chance.choice(people.size, count, p=weights / weights.sum())


def orders(calendar: Calendar, sold: Sales, people: Population) -> Iterator[Activity]:
    """Orders, refunds and coupons, in order of time."""
    rows = []
    refunds = []
    for ordinal, row in enumerate(
        zip(
            sold.at.tolist(),
            sold.buyer.tolist(),
            sold.product.tolist(),
            sold.with_coupon.tolist(),
            sold.refunded.tolist(),
            strict=True,
        )
    ):
        rows.append((row[0], 0, ordinal, row))
        later = row[0] + (2 + ordinal % 19) * 86_400 + ordinal * 37 % 30_000
        if row[4] and later < calendar.end:
            refunds.append((later, 1, ordinal, row))
    offer = Object(id=native_id("offer", COUPON), type="Offer", name=COUPON)
    products = [
        Object(id=native_id("product", name), type="schema:Product", name=name)
        for name, _price, _weight in _PRODUCTS
    ]
    full = [Money(Decimal(price), "CAD") for _name, price, _weight in _PRODUCTS]
    less = [Money((each.amount * 85 / 100).quantize(Decimal("0.01")), "CAD") for each in full]
    for at, refund, ordinal, (_at, buyer, product, coupon, _refunded) in sorted(rows + refunds):
        number = f"FF-{40_000 + ordinal}"
        uri = native_id("order", number)
        actor = people.uri("email", buyer)
        when = instant(at)
        if refund:
            yield trace(
                f"{uri}#buy#undo",
                "Undo",
                when,
                cast.SLUGS["ticketing"],
                actor=actor,
                object=Object(id=f"{uri}#buy", type="schema:BuyAction", actor=actor),
                legal_basis="contract",
            )
            continue
        extra = f'{{"schema:orderNumber":"{number}"}}'
        if coupon:
            extra = f'{{"schema:discountCode":"{COUPON}","schema:orderNumber":"{number}"}}'
        yield trace(
            f"{uri}#buy",
            "schema:BuyAction",
            when,
            cast.SLUGS["ticketing"],
            actor=actor,
            object=products[product],
            result=Object(
                id=uri,
                type="schema:Order",
                price=(less if coupon else full)[product],
                extra=extra,
            ),
            legal_basis="contract",
        )
        if coupon:
            yield trace(
                f"{uri}#coupon",
                "Accept",
                when,
                cast.SLUGS["ticketing"],
                actor=actor,
                object=offer,
                legal_basis="contract",
            )
