"""The mark of a restore that is under way, or was cut off: what it marks must not be used."""

from pathlib import Path
from typing import Final

from django.conf import settings

from entregent.keeping.errors import KeepingError

MARK: Final = "restore-is-not-finished"
"""File of the data folder."""


def is_unfinished() -> bool:
    """Whether a restore was cut off here."""
    return (Path(settings.HOME) / MARK).exists()


def refuse_unfinished() -> None:
    """Raise `KeepingError` if a restore was cut off here."""
    if is_unfinished():
        raise KeepingError(
            f"a restore into {settings.HOME} was cut off; do it again with « entregent restore "
            "PATH --replace --yes »"
        )
