"""``entregent listen``: importing files, listing sources."""

from pathlib import Path
from typing import Any

from entregent.apps.listen.importing import ImportReport, Progress, import_files
from entregent.apps.listen.queries import SourceState, every_source_state
from entregent.apps.listen.working import BackgroundKeeper
from entregent.cli.output import PlainError, print_json, ticker
from entregent.loop import hear
from entregent.vocabulary import format_time


def import_paths(paths: list[Path], *, as_json: bool) -> int:
    """Import; returns the exit code."""
    for path in paths:
        _require_readable(path)
    with BackgroundKeeper(hear) as keeper, ticker("Importing") as shown:

        def watch(progress: Progress) -> None:
            shown.say(f"{progress.path}: {progress.rows:,} rows")

        report = import_files(paths, acting_user=None, work=keeper.wait, watch=watch)
    if as_json:
        print_json(report.as_json())
    else:
        _print_report(report)
    return 1 if report.refusals else 0


def list_sources(*, as_json: bool) -> int:
    """List the sources; returns the exit code."""
    states = every_source_state()
    if as_json:
        print_json({"sources": [_source_json(state) for state in states]})
        return 0
    if not states:
        print("No source yet. Next: entregent listen import PATH, or add a feed on the site.")
    for state in states:
        last = f"last item {format_time(state.last_item_at)}" if state.last_item_at else "no item"
        trouble = f", {state.error}" if state.error else ""
        print(
            f"{state.name} ({state.network}): {state.state}{trouble}, {state.items:,} items, {last}"
        )
    return 0


def _require_readable(path: Path) -> None:
    try:
        if not path.exists():
            raise PlainError(f"{path} does not exist; nothing was imported")
        if path.is_file():
            with path.open("rb"):
                pass
    except OSError as error:
        raise PlainError(
            f"{path} cannot be read ({error.strerror}); nothing was imported"
        ) from None


def _print_report(report: ImportReport) -> None:
    for file in report.files:
        counts = file.counts
        told = [
            f"{number:,} {word}"
            for number, word in (
                (counts.new, "new"),
                (counts.updated, "updated"),
                (counts.known, "known"),
                (counts.deleted, "deleted"),
                (counts.accounts, "accounts"),
                (file.refusals, "refused"),
            )
            if number
        ]
        said = ", ".join(told) or file.note or "nothing to keep"
        print(f"{file.path} ({file.format or 'not known'}): {said}")
        for item in file.refused[:20]:
            print(f"  refused {item.where or 'file'}: {item.reason}")
        if file.refusals > 20:
            print(f"  and {file.refusals - 20:,} more; --json lists them")
    totals = report.as_json()["totals"]
    print(", ".join(f"{number:,} {word}" for word, number in totals.items()))


def _source_json(state: SourceState) -> dict[str, Any]:
    return {
        "id": state.id,
        "name": state.name,
        "network": state.network,
        "kind": state.kind,
        "address": state.address,
        "state": state.state,
        "items": state.items,
        "last_item_at": state.last_item_at,
        "last_try_at": state.last_try_at,
        "next_try_at": state.next_try_at,
        "error": state.error or None,
        "refused": state.refused,
        "days": [{"day": day, "items": items} for day, items in state.days],
        "gaps": [
            {"start": gap.start, "until": gap.until, "reason": gap.reason} for gap in state.gaps
        ],
    }
