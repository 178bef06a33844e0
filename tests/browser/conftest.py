"""Real servers, one with an empty data folder and one with a small demonstration, in a browser."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests import databases

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

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
    """Browse as someone in Québec, whom movement disturbs: colours are measured once they rest."""
    return {"locale": "fr-CA", "timezone_id": "America/Toronto", "reduced_motion": "reduce"}


@dataclass(frozen=True)
class Site:
    """A running site, and the link that it printed: to set it up, or to enter its demonstration."""

    address: str
    link: str

    @property
    def set_up(self) -> str:
        """The link of the first steps."""
        return self.link


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Start the site as a user does, on a free port, and stop it at the end."""
    with _running(tmp_path / "home") as site:
        yield site


@pytest.fixture(scope="session")
def demo_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Start one small demonstration for all the tests that walk through it."""
    home = tmp_path_factory.mktemp("demo") / "home"
    command = [sys.executable, "-m", "entregent", "demo", "--people", "300"]
    subprocess.run(command, check=True, env=_environment(home), stdout=subprocess.DEVNULL)
    with _running(home) as site:
        yield site


@dataclass(frozen=True)
class Entered:
    """Who came in by the link, what they saw first, and how to come back."""

    state: Any
    path: str
    heading: str
    charts_drawn: int


@pytest.fixture(scope="session")
def entered(demo_site: Site, browser: Browser, browser_context_args: dict[str, Any]) -> Entered:
    """Sign in once by the printed link: it works once."""
    with browser.new_context(**browser_context_args) as context:
        page = context.new_page()
        page.goto(demo_site.link)
        drawn = page.locator(".two-charts [data-drawn]")
        drawn.nth(1).wait_for(timeout=15_000)
        return Entered(
            state=context.storage_state(),
            path=page.url.removeprefix(demo_site.address),
            heading=page.locator("h1").inner_text(),
            charts_drawn=drawn.count(),
        )


@pytest.fixture
def maude(
    entered: Entered, demo_site: Site, browser: Browser, browser_context_args: dict[str, Any]
) -> Iterator[Page]:
    """Return a page in which Maude is signed in; at the end its console was silent."""
    args = browser_context_args | {"storage_state": entered.state, "base_url": demo_site.address}
    with browser.new_context(**args) as context:
        page = context.new_page()
        page.set_default_timeout(10_000)
        said = listen(page)
        yield page
        assert said == []


def listen(page: Page) -> list[str]:
    """Return what the console of a page says, faults and broken policies included."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.add_init_script(
        "document.addEventListener('securitypolicyviolation',"
        " (event) => console.error('policy', event.violatedDirective, event.blockedURI))"
    )
    return said


def _environment(home: Path) -> dict[str, str]:
    return databases.environment(home, LANG="C.UTF-8")


@contextmanager
def _running(home: Path) -> Iterator[Site]:
    # What goes wrong on the server is told there, beside its data folder.
    said_aside = home.with_name("server.txt").open("wb")
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from entregent.cli.run import run; raise SystemExit(run(0, '127.0.0.1'))",
        ],
        env=_environment(home),
        stdout=subprocess.PIPE,
        stderr=said_aside,
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
        link = re.search(r"http://\S+/(?:premiers-pas|demo)/\S+", said)
        assert address is not None, said
        assert link is not None, said
        yield Site(address[0], link[0])
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()
        said_aside.close()
