"""The demonstration's network: a file in the data folder, whose invented people answer back."""

from entregent.networks.demo_network.sender import Sender

__all__ = ["Sender"]
