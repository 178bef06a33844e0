"""The wheel, installed in an empty environment and used far from the checkout."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from entregent import __version__

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "entregent"
START_S = 60


def uv(*words: str) -> None:
    """Run uv; once more from its cache alone where the network does not answer."""
    beside = Path(sys.executable).parent / "uv"
    assert beside.exists(), "uv stands beside python after make test"
    said = subprocess.run([beside, *words], capture_output=True, text=True, check=False)
    if said.returncode:
        said = subprocess.run(
            [beside, *words, "--offline"], capture_output=True, text=True, check=False
        )
    assert said.returncode == 0, said.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    uv(
        "build",
        "--quiet",
        "--wheel",
        "--python",
        sys.executable,
        "--out-dir",
        str(folder),
        str(ROOT),
    )
    (built,) = folder.glob("*.whl")
    return built


@dataclass(frozen=True)
class Installed:
    """The wheel in an environment of its own, with a folder and a data folder."""

    command: Path
    folder: Path

    def environ(self) -> dict[str, str]:
        """Nothing of ours but the data folder; no path to the checkout."""
        kept = {
            name: value for name, value in os.environ.items()
            if not name.startswith(
                ("DATABASE_URL", "ENTREGENT_", "DJANGO_", "PYTHON", "VIRTUAL_ENV", "LC_")
            )
        }  # fmt: skip
        return kept | {"ENTREGENT_HOME": str(self.folder / "home"), "LANG": "fr_CA.UTF-8"}

    def run(self, *words: str) -> str:
        """Standard output of a command that must succeed."""
        said = subprocess.run(
            [self.command, *words], cwd=self.folder, env=self.environ(), capture_output=True,
            text=True, check=False, timeout=120,
        )  # fmt: skip
        assert said.returncode == 0, said.stdout + said.stderr
        return said.stdout


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel, installed with what the lock file names and nothing else."""
    folder = tmp_path_factory.mktemp("installed")
    place = folder / "venv"
    python = str(place / "bin" / "python")
    uv("venv", "--quiet", "--python", sys.executable, str(place))
    lock = str(ROOT / "requirements.lock")
    uv("pip", "install", "--quiet", "--python", python, "--require-hashes", "-r", lock)
    uv("pip", "install", "--quiet", "--python", python, "--no-deps", str(wheel))
    return Installed(place / "bin" / "entregent", folder)


def test_everything_in_the_package_but_fixtures_is_in_the_wheel(wheel: Path) -> None:
    ours = {
        f"entregent/{path.relative_to(PACKAGE).as_posix()}"
        for path in PACKAGE.rglob("*")
        if path.is_file() and not {"__pycache__", "fixtures"} & set(path.parts)
    }
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if not name.split("/")[0].endswith("-info")}
    assert packed == ours
    for kind in (".html", ".css", ".mo", "py.typed"):
        assert any(name.endswith(kind) for name in packed), kind
    assert any("/migrations/0001" in name for name in packed)


def test_the_wheel_says_its_licence_and_command(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        read = {Path(name).name: name for name in names if ".dist-info/" in name}
        metadata = archive.read(read["METADATA"]).decode()
        assert "entregent = entregent.cli:main" in archive.read(read["entry_points.txt"]).decode()
    assert "License-Expression: Apache-2.0" in metadata
    assert any(name.endswith("/licenses/LICENSE") for name in names)


def test_it_runs_from_the_wheel_and_not_from_the_checkout(installed: Installed) -> None:
    assert installed.run("--version") == f"entregent {__version__}\n"
    python = installed.command.with_name("python")
    said = subprocess.run(
        [python, "-c", "import entregent; print(entregent.__file__)"],
        cwd=installed.folder, env=installed.environ(), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert Path(said.stdout.strip()).is_relative_to(installed.folder)


def test_a_file_comes_in_and_goes_out_and_the_doctor_is_content(installed: Installed) -> None:
    outbox = installed.folder / "outbox.json"
    outbox.write_bytes((ROOT / "docs" / "tutorial" / "outbox.json").read_bytes())
    report = json.loads(installed.run("listen", "import", "--json", "outbox.json"))
    assert report["totals"]["refused"] == 0
    assert report["totals"]["new"] + report["totals"]["known"] == 3
    exported = installed.run("export", "activities").splitlines()
    assert {json.loads(line)["type"] for line in exported} == {"Create", "Like"}
    assert json.loads(installed.run("doctor", "--json"))["status"] == "ok"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@pytest.fixture
def site(installed: Installed) -> Iterator[list[str]]:
    """The lines that a running site printed, until it is ready."""
    with subprocess.Popen(
        [installed.command, "run", "--port", str(free_port())], cwd=installed.folder,
        env=installed.environ(), stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        late = threading.Timer(START_S, process.kill)
        late.start()
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line.rstrip())
            if "Ctrl+C" in line:
                break
        late.cancel()
        yield lines
        process.terminate()
        process.wait(30)


def test_the_site_has_its_pages_its_style_and_its_french(
    installed: Installed, site: list[str]
) -> None:
    link = re.search(r"http://\S+/premiers-pas/\S+", "\n".join(site))
    assert link is not None, site
    with httpx.Client(transport=httpx.HTTPTransport(retries=20), trust_env=False) as browser:
        page = browser.get(link[0], headers={"Accept-Language": "fr"})
        assert page.status_code == 200
        assert "Nom de l'organisation" in page.text.replace("&#x27;", "'")
        styles = re.findall(r'href="(/static/[^"]+\.css[^"]*)"', page.text)
        assert styles
        for style in styles:
            assert browser.get(httpx.URL(link[0]).join(style)).status_code == 200
