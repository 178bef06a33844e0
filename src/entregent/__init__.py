"""Entregent: listen, understand, remember, coordinate, address, measure."""

__version__ = "0.2.0"
