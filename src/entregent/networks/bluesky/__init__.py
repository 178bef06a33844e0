"""Bluesky and the AT Protocol: records, what the network shows of them, and repository events."""

from entregent.networks.bluesky.answers import FORMATS
from entregent.networks.reading import Network

NETWORK = Network(slug="bluesky", label="Bluesky", json=FORMATS)
