"""What fits into a column that has an index.

PostgreSQL refuses more than 2,704 bytes there, and counts every column's characters; SQLite counts
nothing. Both are given the same.
"""

LONGEST = 1_950
"""Bytes: an address in a column of 2,000 characters, with room for a key behind it."""


def is_short(address: str) -> bool:
    """Whether an address may stand in an indexed column."""
    return len(address) <= LONGEST and (address.isascii() or len(address.encode()) <= LONGEST)


def shortened(text: str) -> str:
    """The beginning of a text, as much as may stand in an indexed column.

    Examples
    --------
    >>> len(shortened("é" * 2_000))
    975
    """
    return text if is_short(text) else text.encode()[:LONGEST].decode(errors="ignore")
