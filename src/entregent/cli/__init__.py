"""The command line: one group of commands per verb, plus run and doctor.

Exit codes: 0 done, 1 done with refusals listed, 2 wrong usage or unreadable input.
"""

import os
import signal
import sys
from typing import NoReturn

from entregent.cli.output import PlainError


def main() -> NoReturn:
    """Run the command line; ends the process."""
    # A reader that closes the pipe (`| head`) is no error of ours.
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    # What we write holds what people said: it is for whoever runs us alone.
    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "entregent.site.settings")
    from entregent.cli.commands import app

    try:
        app()
    except PlainError as error:
        print(f"entregent: {error}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        print("entregent: stopped; run the command again to go on", file=sys.stderr)
        sys.exit(130)
    sys.exit(0)
