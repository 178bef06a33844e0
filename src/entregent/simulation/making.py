"""Making activities and instants, the same way for every part."""

import zlib
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING, Any, Final

from entregent.vocabulary import Activity

if TYPE_CHECKING:
    import numpy as np

SCHEMA: Final = "demo/1"


def random_of(seed: int, part: str) -> Random:
    """Chance for one part of a world, independent of every other part's."""
    return Random(f"{seed}:{part}")  # noqa: S311 - a simulation, not a secret


def generator_of(seed: int, part: str) -> "np.random.Generator":
    """The same, for many numbers at once."""
    import numpy as np

    return np.random.default_rng([seed, zlib.crc32(part.encode())])


def instant(seconds: int) -> datetime:
    """Seconds since 1970 as an aware time in UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def activity(
    uri: str, kind: str, when: datetime, source: str, *, legal_basis: str, **parts: Any
) -> Activity:
    """An activity that was learnt of as it happened."""
    return Activity(
        id=uri,
        type=kind,
        source=source,
        received_at=when,
        dataschema=SCHEMA,
        published=when,
        legal_basis=legal_basis,
        **parts,
    )


def trace(uri: str, kind: str, when: datetime, source: str, **parts: Any) -> Activity:
    """Something done without a word to us."""
    basis = "consent" if parts.get("actor") else "anonymous"
    basis = parts.pop("legal_basis", basis)
    return activity(uri, kind, when, source, legal_basis=basis, voluntary=False, **parts)
