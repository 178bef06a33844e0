"""Feeds: blogs, press and podcasts, from a file or by their address."""

from typing import Final

from entregent.networks.feeds.client import FeedAnswer, FeedCursor, FeedState, fetch_feed
from entregent.networks.feeds.json_feed import JSON_FEED
from entregent.networks.feeds.xml_feeds import kind_of_feed, read_feed
from entregent.networks.reading import Network, TextFormat

NETWORK: Final = Network(
    slug="feed",
    label="RSS, Atom, JSON Feed",
    json=(JSON_FEED,),
    texts=(
        TextFormat("feed/rss", lambda head: kind_of_feed(head) == "rss", read_feed),
        TextFormat("feed/atom", lambda head: kind_of_feed(head) == "atom", read_feed),
        TextFormat("feed/cdf", lambda head: kind_of_feed(head) == "cdf", read_feed),
    ),
)

__all__ = ["NETWORK", "FeedAnswer", "FeedCursor", "FeedState", "fetch_feed"]
