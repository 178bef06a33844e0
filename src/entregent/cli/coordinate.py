"""``entregent coordinate``: who waits for an answer."""

from typing import Any

from entregent.apps.coordinate.queries import WaitingLine, inbox
from entregent.cli.output import print_json
from entregent.vocabulary import format_time


def show_inbox(*, as_json: bool) -> int:
    """List who waits, the most urgent first; returns the exit code."""
    lines = inbox()
    if as_json:
        print_json({"waiting": [_as_json(line) for line in lines]})
        return 0
    if not lines:
        print("Nobody is waiting.")
    for line in lines:
        side = "public" if line.is_public else "private"
        late = ", late" if line.is_late else ""
        name = line.account.name or "account without a name"
        print(f"{line.id}  {name} ({line.network}, {side}){late}: {line.first_line}")
    return 0


def _as_json(line: WaitingLine) -> dict[str, Any]:
    return {
        "conversation": line.id,
        "name": line.account.name,
        "network": line.network,
        "public": line.is_public,
        "first_line": line.first_line,
        "function": line.function,
        "waiting_since": format_time(line.waiting_since) if line.waiting_since else None,
        "due_at": format_time(line.due_at) if line.due_at else None,
        "late": line.is_late,
    }
