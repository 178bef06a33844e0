"""Texts without case, accents and ligatures, for order and search: the same in every database.

``name__folded__contains=folded(words)`` finds « Élise » for « elise », and ``Folded("name")`` puts
her between « Edgar » and « Emma ». A database's own orders depend on how it was set up.
"""

import re
import unicodedata
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, TextField, Transform

_ACCENTS = re.compile("[\u0300-\u036f]")


def folded(text: str) -> str:
    """A text without case, accents and ligatures.

    Examples
    --------
    >>> folded("Élise NADEAU-Prévost")
    'elise nadeau-prevost'
    """
    if text.isascii():
        return text.lower()
    plain = _ACCENTS.sub("", unicodedata.normalize("NFD", text)).lower()
    return plain.replace("œ", "oe").replace("æ", "ae")


class Folded(Transform):
    """The same for a column."""

    lookup_name = "folded"
    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """By `folded` itself, which each connection is given."""
        return self.as_sql(compiler, connection, function="folded", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """By the same steps; ordered by the numbers of characters."""
        template = (
            "(replace(replace(lower("
            r"regexp_replace(normalize(%(expressions)s, NFD), '[\u0300-\u036f]', '', 'g')"
            """ COLLATE "und-x-icu"), 'œ', 'oe'), 'æ', 'ae') COLLATE "C")"""
        )
        return self.as_sql(compiler, connection, template=template, **context)


def teach(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Give a new connection to SQLite our `folded`."""
    if connection.vendor == "sqlite":
        connection.connection.create_function(
            "folded", 1, lambda text: None if text is None else folded(text), deterministic=True
        )


CharField.register_lookup(Folded)
TextField.register_lookup(Folded)
