"""Every network that is read, in the order in which they are asked. The one list."""

from typing import Final

from entregent.networks import (
    activitystreams,
    bluesky,
    feeds,
    ghost,
    mastodon,
    matrix,
    tables,
    wordpress,
)
from entregent.networks.reading import Network

# ActivityStreams first: most of what is imported is, and one look at its type tells.
NETWORKS: Final[tuple[Network, ...]] = (
    activitystreams.NETWORK,
    mastodon.NETWORK,
    bluesky.NETWORK,
    wordpress.NETWORK,
    ghost.NETWORK,
    matrix.NETWORK,
    feeds.NETWORK,
    *tables.NETWORKS,
)
