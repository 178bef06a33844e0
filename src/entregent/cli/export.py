"""``entregent export``: what is kept, taken out again."""

import os
import sys
from pathlib import Path

from entregent.apps.listen.exporting import export_jsonl, export_parquet
from entregent.cli.output import PlainError, ticker


def export_activities(form: str, output: Path | None) -> int:
    """Export; returns the exit code. A file appears whole or not at all."""
    if form not in {"jsonl", "parquet"}:
        raise PlainError(f"« {form} » is not a format; choose jsonl or parquet")
    if output is None and form == "parquet":
        raise PlainError("Parquet needs a file: add --output activities.parquet")
    if output is not None and (not output.name or output.is_dir()):
        raise PlainError(f"{output} cannot be written (it is a folder); name a file in it")
    with ticker("Exporting") as shown:

        def watch(written: int) -> None:
            shown.say(f"{written:,} activities")

        if output is None:
            export_jsonl(sys.stdout.buffer, watch)
            sys.stdout.buffer.flush()
            return 0
        draft = output.with_name(f".{output.name}.{os.getpid()}.part")
        try:
            if form == "jsonl":
                with draft.open("wb") as file:
                    written = export_jsonl(file, watch)
            else:
                written = export_parquet(draft, watch)
            draft.replace(output)
        except OSError as error:
            raise PlainError(f"{output} cannot be written ({error.strerror})") from None
        finally:
            draft.unlink(missing_ok=True)
    print(f"{written:,} activities written to {output}", file=sys.stderr)
    return 0
