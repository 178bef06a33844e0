"""The command line: one group of commands per verb, plus run and doctor.

Exit codes: 0 done, 1 done with refusals listed, 2 wrong usage or unreadable input.
"""

import os
import signal
import sys
from typing import Any, NoReturn, cast

import typer

from entregent.cli.output import PlainError

# What the command line's library raises for wrong usage; its module is not a public one.
_WrongUsage = cast(
    "type[typer.BadParameter]",
    next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException"),
)


def main() -> NoReturn:
    """Run the command line; ends the process."""
    # A reader that closes the pipe (`| head`) is no error of ours.
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    # What we write holds what people said: it is for whoever runs us alone.
    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "entregent.site.settings")
    sys.exit(_run())


def _run() -> int:
    from entregent.cli.commands import app

    try:
        code: Any = app(prog_name="entregent", standalone_mode=False)
    except PlainError as error:
        return _refuse(str(error))
    except _WrongUsage as error:
        return _refuse_usage(error)
    except KeyboardInterrupt:
        code = 130
    except Exception as error:
        if os.environ.get("ENTREGENT_DEBUG", "").strip().lower() in {"1", "true", "yes", "on"}:
            raise
        return _refuse(_unforeseen(error))
    if code == 130:
        print("entregent: stopped; run the command again to go on", file=sys.stderr)
    return int(code or 0)


def _refuse(sentence: str) -> int:
    print(f"entregent: {' '.join(sentence.split())}", file=sys.stderr)
    return 2


def _refuse_usage(error: typer.BadParameter) -> int:
    if type(error).__name__ == "NoArgsIsHelpError":
        error.show()
        return 2
    sentence = error.format_message()
    end = "" if sentence.endswith((".", "?")) else "."
    path = error.ctx.command_path if error.ctx is not None else "entregent"
    return _refuse(f"{sentence}{end} See: {path} --help")


def _unforeseen(error: Exception) -> str:
    """One line about what no command expects: a full disk, a damaged file, a fault of ours."""
    import duckdb
    from django.db import DatabaseError

    from entregent.lake.errors import LakeError

    if isinstance(error, LakeError):
        return str(error)
    told = str(error).strip().partition("\n")[0][:300]
    if isinstance(error, OSError):
        told = f"{error.filename or 'a file'} cannot be used ({error.strerror})"
    elif isinstance(error, DatabaseError):
        told = f"the database cannot be used ({told})"
    elif isinstance(error, duckdb.Error):
        told = f"the record cannot be read ({told.rpartition('Error: ')[2]})"
    else:
        told = f"{type(error).__name__}: {told}"
    return f"{told}; run « entregent doctor », or set ENTREGENT_DEBUG=1 to see where it happened"
