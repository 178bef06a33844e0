"""Tables in text (CSV): orders, visits, daily counts, advertising."""

from typing import Final

from entregent.networks.reading import Network
from entregent.networks.tables.advertising import ADVERTISING
from entregent.networks.tables.daily import DAILY, DAILY_WIDE
from entregent.networks.tables.orders import ORDERS
from entregent.networks.tables.rows import read_rows
from entregent.networks.tables.table import Heading, find_heading
from entregent.networks.tables.visits import VISITS

NETWORKS: Final = (
    Network("orders", "Orders", rows=(ORDERS,)),
    Network("visits", "Visits", rows=(VISITS,)),
    Network("advertising", "Advertising", rows=(ADVERTISING,)),
    # The wide shape takes any table of numbers by day, so it comes last.
    Network("daily", "Daily counts", rows=(DAILY, DAILY_WIDE)),
)

__all__ = ["NETWORKS", "Heading", "find_heading", "read_rows"]
