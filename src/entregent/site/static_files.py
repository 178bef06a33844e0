"""Addresses of our own static files."""

import hashlib
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage


@lru_cache(maxsize=256)
def _mark(path: str, changed_ns: int) -> str:
    del changed_ns  # part of the cache's key: a file edited in development gets a new mark
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:12]


class MarkedStaticFiles(StaticFilesStorage):
    """Marks each address with the file's content, so that browsers may keep it for long.

    Files are served from where they are installed; there is no collected copy to forget.
    """

    def url(self, name: str | None, *, force: bool = False) -> str:
        """Return the address of a file, with ``?v=`` and twelve digits of its hash."""
        del force  # asked for by Django's template tag in some versions; there is one way here
        address = super().url(name)
        path = finders.find(name) if name else None
        if not isinstance(path, str):
            if settings.DEBUG:
                raise ValueError(f"There is no static file {name!r}.")
            return address
        return f"{address}?v={_mark(path, Path(path).stat().st_mtime_ns)}"
