"""Entregent: listen, understand, remember, coordinate, address, measure."""

__version__ = "0.4.0"
