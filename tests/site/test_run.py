"""``entregent run`` says where it is, what to do next, and stops cleanly."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests import databases

Start = Callable[..., "subprocess.Popen[str]"]

_TELLING = """
import faulthandler, signal
faulthandler.register(signal.SIGUSR1, all_threads=True)
"""


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Return a way to start the site in its own process; all are stopped at the end."""
    started: list[subprocess.Popen[str]] = []

    def begin(port: int = 0, before: str = "", **environ: str) -> "subprocess.Popen[str]":
        code = f"from entregent.cli.run import run; raise SystemExit(run({port}, '127.0.0.1'))"
        process = subprocess.Popen(
            [sys.executable, "-c", _TELLING + before + code],
            env=databases.environment(tmp_path / "home", **{"LC_ALL": "fr_CA.UTF-8", **environ}),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        # Asked, not killed: a killed site could not stop its worker.
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=60)


def greeting(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if "Ctrl+C" in line:
            break
    return said


def ends(process: "subprocess.Popen[str]", within_s: float = 90) -> int:
    """Wait for its end; one that does not end says at what it is."""
    try:
        return process.wait(within_s)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGUSR1)
        time.sleep(1)
        process.kill()
        pytest.fail(process.communicate()[1])


def worker_of(process: "subprocess.Popen[str]") -> int:
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    for _ in range(100):
        # The worker is started by a thread: every thread has children of its own.
        for path in children.parent.parent.glob("*/children"):
            if text := path.read_text().split():
                return int(text[0])
        time.sleep(0.1)
    pytest.fail("there is no worker")


def test_a_first_start_says_what_to_do_and_a_second_one_too(start: Start, tmp_path: Path) -> None:
    first = start()
    said = greeting(first)
    assert "Première fois\xa0: ouvrez ce lien" in said
    assert f"Vos données sont dans {tmp_path / 'home'}" in said
    link = re.search(r"http://127\.0\.0\.1:\d+/premiers-pas/[\w-]{40,}/", said)
    assert link is not None
    with urllib.request.urlopen(link[0], timeout=20) as page:
        assert "Premiers pas" in page.read().decode()
    first.send_signal(signal.SIGINT)
    assert ends(first) == 0

    second = greeting(start(LC_ALL="en_CA.UTF-8"))
    assert "First time: open this link" in second
    assert link[0].rpartition("/premiers-pas/")[2] not in second


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_with_its_worker(start: Start, how: signal.Signals) -> None:
    process = start()
    greeting(process)
    worker = worker_of(process)
    process.send_signal(how)
    assert ends(process) == 0
    for _ in range(50):
        if not Path(f"/proc/{worker}").exists():
            return
        time.sleep(0.1)
    pytest.fail("the worker goes on alone")


def test_an_interrupt_that_an_import_loses_stops_it_all_the_same(start: Start) -> None:
    # What a destructor raises is lost.
    process = start(
        before="""
import os, signal, sys

class Finder:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)

class Finders:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == "uvicorn":
            Finder()

sys.meta_path.insert(0, Finders)
"""
    )
    assert "Ctrl+C" in greeting(process)
    assert ends(process) == 0


def test_a_port_in_use_is_told_in_one_line(start: Start, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = start(port)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 2
    assert out == ""
    assert err == (
        f"Le port {port} est déjà pris. "
        f"Choisissez-en un autre\xa0: entregent run --port {port + 1}\n"
    )
    assert not (tmp_path / "home").exists()


def test_a_worker_that_dies_is_told_and_started_again(start: Start) -> None:
    process = start()
    greeting(process)
    worker = worker_of(process)
    os.kill(worker, signal.SIGKILL)
    assert process.stderr is not None
    for line in process.stderr:
        if "Le travail de fond s'est arrêté" in line:
            break
    time.sleep(2)
    assert worker_of(process) != worker
    assert process.poll() is None
