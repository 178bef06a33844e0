"""What long runs have found so far, a line each: a run that was cut off goes on where it stood."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "var" / "bench" / "measurement"


class Store:
    """Rows of one kind, each with a key; appended to a file, never changed.

    Parameters
    ----------
    name
        Of the file. It ends with the fingerprint of the code that made the rows: rows of another
        engine are not taken for this one's.
    """

    def __init__(self, name: str, fingerprint: str) -> None:
        FOLDER.mkdir(parents=True, exist_ok=True)
        self.path = FOLDER / f"{name}-{fingerprint}.jsonl"

    def rows(self) -> Iterator[dict[str, Any]]:
        """Every whole row; a line that was cut off is passed over."""
        if not self.path.exists():
            return
        with self.path.open(encoding="utf-8") as file:
            for line in file:
                if line.endswith("\n"):
                    yield json.loads(line)

    def keys(self) -> set[str]:
        """Keys of the rows that are there."""
        return {row["key"] for row in self.rows()}

    def add(self, rows: list[dict[str, Any]]) -> None:
        """Append some rows."""
        whole = not self.path.exists() or self.path.read_bytes()[-1:] in {b"\n", b""}
        with self.path.open("a", encoding="utf-8") as file:
            file.write("" if whole else "\n")
            file.writelines(json.dumps(row) + "\n" for row in rows)
