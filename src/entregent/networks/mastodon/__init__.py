"""Mastodon and servers that speak its API: statuses, notifications, accounts, recordings."""

from entregent.networks.mastodon.answers import formats
from entregent.networks.reading import Network

NETWORK = Network(slug="mastodon", label="Mastodon", json=formats())
