"""``entregent backup`` and ``entregent restore``."""

import signal
from dataclasses import asdict
from pathlib import Path

from entregent.cli.output import PlainError, print_json, ticker
from entregent.keeping.errors import KeepingError
from entregent.ledger import LedgerError


def back_up(path: Path, *, verify: bool, as_json: bool) -> int:
    """Write a backup, or check one; returns the exit code."""
    from entregent.keeping import backup

    # Whoever stops us in order leaves no draft behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    work = backup.verify if verify else backup.back_up
    with ticker("Checking" if verify else "Copying") as shown:
        try:
            report = work(path, shown.say)
        except (KeepingError, LedgerError) as error:
            raise PlainError(str(error)) from None
    if as_json:
        print_json({**asdict(report), "path": str(report.path)})
        return 0
    print(f"{report.path}: {report.files:,} files, {report.size / 1e6:,.1f} MB, as of {report.at}")
    if verify:
        print("Every file is what was written.")
    else:
        print("It holds secrets and people's words: keep it where only you can read it.")
        print("The ledger of erasures is not in it: copy that one by itself, to another place.")
    return 0


def restore(path: Path, *, replace: bool, yes: bool, as_json: bool) -> int:
    """Restore a backup; returns the exit code."""
    from entregent.keeping.restore import restore as put_back

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if replace and not yes:
        raise PlainError(
            "--replace moves aside what the data folder holds; add --yes to say that you mean it"
        )
    with ticker("Restoring") as shown:
        try:
            done = put_back(path, replace=replace, say=shown.say)
        except (KeepingError, LedgerError) as error:
            raise PlainError(str(error)) from None
    if as_json:
        aside = str(done.aside) if done.aside is not None else None
        print_json({**asdict(done), "aside": aside})
        return 0
    print(f"Restored as of {done.at}: {done.files:,} files, {done.size / 1e6:,.1f} MB.")
    print(f"Erasures of the ledger done again: {done.forgotten:,}.")
    if done.aside is not None:
        print(f"What was here before is in {done.aside}; remove it when you no longer need it.")
    print("Start Entregent, and ask « entregent doctor ».")
    return 0
