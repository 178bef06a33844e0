"""A PostgreSQL of one's own for one command: made, started, used, and gone.

Usage: python -m tests.cluster COMMAND…
The command finds it by DATABASE_URL. Its texts are ordered as in Canadian French, and its disk is
not waited for: what is tested is what we ask of it, not what it keeps.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

_QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")
_START_S = 60.0


def programs() -> Path:
    """The folder of PostgreSQL's programs; the newest where there are several."""
    config = shutil.which("pg_config")
    asked = (
        [
            Path(
                subprocess.run(
                    [config, "--bindir"], stdout=-1, text=True, check=True
                ).stdout.strip()
            )
        ]
        if config
        else []
    )
    found = shutil.which("initdb")
    asked += [Path(found).resolve().parent] if found else []
    asked += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in asked:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    sys.exit("PostgreSQL's server is not installed here; on Debian: apt-get install postgresql")


@contextmanager
def running() -> Iterator[str]:
    """Start a server; gives its address, with a database that is not there yet."""
    folder = Path(tempfile.mkdtemp(prefix="entregent-postgres-"))
    # It refuses to be run by root.
    user = "postgres" if os.getuid() == 0 else None
    if user is not None:
        shutil.chown(folder, user)
    server = None
    try:
        bin_folder = programs()
        _make(bin_folder / "initdb", folder / "data", user)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        options = ("listen_addresses=127.0.0.1", f"unix_socket_directories={folder}", *_QUICK)
        with (folder / "log.txt").open("wb") as log:
            server = subprocess.Popen(
                [bin_folder / "postgres", "-D", folder / "data", "-p", str(port)]
                + [word for option in options for word in ("-c", option)],
                user=user,
                cwd=folder,
                stdout=log,
                stderr=log,
            )
        address = f"postgresql://tester@127.0.0.1:{port}/entregent"
        _wait(server, address, folder / "log.txt")
        yield address
    finally:
        if server is not None and server.poll() is None:
            server.send_signal(signal.SIGQUIT)
            server.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


def _make(initdb: Path, data: Path, user: str | None) -> None:
    plain = [initdb, "-D", data, "-U", "tester", "--auth=trust", "-E", "UTF8", "--no-sync"]
    ordered = ["--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=fr-CA"]
    # Before version 15 a cluster knows the system's orders alone.
    for words in ([*plain, *ordered], [*plain, "--locale=C.UTF-8"]):
        done = subprocess.run(
            words, user=user, cwd=data.parent, capture_output=True, text=True, check=False
        )
        if done.returncode == 0:
            return
    sys.exit(f"initdb failed: {done.stderr.strip()}")


def _wait(server: "subprocess.Popen[bytes]", address: str, log: Path) -> None:
    until = time.monotonic() + _START_S
    while True:
        try:
            psycopg.connect(address.rpartition("/")[0] + "/postgres", connect_timeout=5).close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > until:
                sys.exit(f"PostgreSQL does not start:\n{log.read_text()[-2000:]}")
            time.sleep(0.1)
        else:
            return


def main() -> int:
    with running() as address:
        return subprocess.run(
            sys.argv[1:], env={**os.environ, "DATABASE_URL": address}, check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
