"""Engines that read the record: DuckDB in this process, or Spark. Both answer the same expressions.

An expression is written once, in Ibis, over tables known by their columns. An engine opens a look,
which is the lake's newest snapshot and what waits for it, and answers expressions over it. Only
operations of which tests show that the engines agree may be used: `allowed` lists them.
"""

from entregent.lake.engines.choosing import ENGINES, ask, engine_named
from entregent.lake.engines.engine import Engine, Opened, Tables

__all__ = ["ENGINES", "Engine", "Opened", "Tables", "ask", "engine_named"]
