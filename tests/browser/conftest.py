"""A real server with an empty data folder, and a real browser."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a browser where there is none, and say so."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and not Path(CHROMIUM).exists():
            item.add_marker(pytest.mark.skip(reason="Chromium is not installed"))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Start the Chromium of this machine, quiet towards the network."""
    return {
        "executable_path": CHROMIUM,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    """Browse as someone in Québec."""
    return {"locale": "fr-CA", "timezone_id": "America/Toronto"}


@dataclass(frozen=True)
class Site:
    """A running site."""

    address: str
    set_up: str


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Start the site as a user does, on a free port, and stop it at the end."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("ENTREGENT_")}
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from entregent.cli.run import run; raise SystemExit(run(0, '127.0.0.1'))",
        ],
        env=bare | {"ENTREGENT_HOME": str(tmp_path / "home"), "LANG": "C.UTF-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        said = ""
        for line in process.stdout:
            said += line
            if "Ctrl+C" in line:
                break
        address = re.search(r"http://\S+?:\d+/", said)
        link = re.search(r"http://\S+/premiers-pas/\S+", said)
        assert address is not None, said
        assert link is not None, said
        yield Site(address[0], link[0])
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()
