"""``entregent export``: what is kept, taken out again."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from entregent.apps.listen.exporting import export_jsonl, export_parquet
from entregent.cli.output import PlainError, ticker


def export_activities(form: str, output: Path | None) -> int:
    """Export; returns the exit code. A file appears whole or not at all."""
    if form not in {"jsonl", "parquet"}:
        raise PlainError(f"« {form} » is not a format; choose jsonl or parquet")
    if output is None:
        # Written whole before it is passed on: a reading that begins again doubles nothing.
        with tempfile.TemporaryDirectory(prefix="entregent-export-") as folder:
            draft = Path(folder) / "activities"
            _write(draft, form)
            with draft.open("rb") as file:
                shutil.copyfileobj(file, sys.stdout.buffer, 1 << 20)
        sys.stdout.buffer.flush()
        return 0
    if not output.name or output.is_dir():
        raise PlainError(f"{output} cannot be written (it is a folder); name a file in it")
    draft = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        written = _write(draft, form)
        draft.replace(output)
    except OSError as error:
        raise PlainError(f"{output} cannot be written ({error.strerror})") from None
    finally:
        draft.unlink(missing_ok=True)
    print(f"{written:,} activities written to {output}", file=sys.stderr)
    return 0


def _write(path: Path, form: str) -> int:
    with ticker("Exporting") as shown:

        def watch(written: int) -> None:
            shown.say(f"{written:,} activities")

        if form == "parquet":
            return export_parquet(path, watch)
        with path.open("wb") as file:
            return export_jsonl(file, watch)
