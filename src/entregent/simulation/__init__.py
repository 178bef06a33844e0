"""A population of publics with planted truth: for the demonstration, benchmarks and proofs."""

from entregent.simulation.settings import Settings
from entregent.simulation.simulating import World, simulate

__all__ = ["Settings", "World", "simulate"]
