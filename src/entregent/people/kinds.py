"""Kinds of deeds that are not words."""

from typing import Final

KINDS: Final = {
    "Read": "reading",
    "Listen": "listening",
    "Arrive": "check_in",
    "Accept": "coupon",
    "Join": "registration",
    "Follow": "follow",
    "Like": "like",
    "Announce": "share",
    "schema:BuyAction": "order",
    "schema:OrderAction": "order",
    "schema:DonateAction": "gift",
    "schema:SubscribeAction": "subscription",
    "schema:SearchAction": "search",
    "entregent:Call": "call",
    "entregent:Meeting": "meeting",
}
"""Kind of a deed by its type. A `View` is a visit, or a scan if a code led there."""
