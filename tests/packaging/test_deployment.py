"""The unit and the Dockerfile follow the two steps of `make run`, and name what is there."""

from __future__ import annotations

import configparser
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from entregent.site.settings import KNOWN
from tests.docs.command_line import understand

ROOT = Path(__file__).resolve().parents[2]
UNIT = ROOT / "deploy" / "entregent.service"
# Preparing a file for the next start is no step of its own.
_BESIDES = {".venv/bin/python -m compileall -q src"}


def unit() -> configparser.SectionProxy:
    """What the unit says of the service."""
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(UNIT.read_text(encoding="utf-8"))
    return parser["Service"]


def dockerfile() -> list[tuple[str, str]]:
    """Instructions of the Dockerfile, each with its arguments, in order."""
    text = re.sub(
        r"^#.*\n", "", (ROOT / "Dockerfile").read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    lines = text.replace("\\\n", " ").splitlines()
    return [
        (word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines if line)
    ]


def arguments(instruction: str) -> list[str]:
    """Arguments of every instruction of one kind."""
    return [rest for word, rest in dockerfile() if word == instruction]


def made_by_make() -> set[str]:
    """The commands by which `make run` prepares, as make would run them."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    shown = subprocess.run(
        ["make", "--dry-run", "--always-make", "--no-print-directory", ".venv/ready"],
        cwd=ROOT, env=environ, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return set(shown.splitlines())


def test_the_unit_runs_a_command_that_exists_as_a_user_of_its_own() -> None:
    service = unit()
    words = shlex.split(service["ExecStart"])
    assert words[0] == "/opt/entregent/.venv/bin/entregent"
    assert understand(shlex.join(["entregent", *words[1:]])) == "entregent run"
    assert service["User"] == service["Group"] == "entregent"


def test_the_unit_keeps_its_data_where_it_says_and_for_its_user_alone() -> None:
    service = unit()
    given = dict(word.split("=", 1) for word in service["Environment"].split())
    kept = [f"/var/lib/{name}" for name in service["StateDirectory"].split()]
    assert given.keys() == {"ENTREGENT_HOME", "ENTREGENT_LEDGER"}
    assert [given["ENTREGENT_HOME"], str(Path(given["ENTREGENT_LEDGER"]).parent)] == kept
    assert service["StateDirectoryMode"] == "0700"
    assert service["ProtectSystem"] == "strict"


def test_the_unit_names_settings_that_exist() -> None:
    named = set(re.findall(r"ENTREGENT_[A-Z_]+", UNIT.read_text(encoding="utf-8")))
    assert named <= set(KNOWN)


def test_systemd_understands_the_unit_where_it_is_there_to_ask(tmp_path: Path) -> None:
    text = UNIT.read_text(encoding="utf-8")
    assert text.count("ExecStart=/opt/entregent/.venv/bin/entregent run") == 1
    ask = shutil.which("systemd-analyze")
    if ask is not None:
        # It looks for the command and the user: this machine has neither in their place.
        here = tmp_path / "entregent.service"
        text = text.replace(
            "ExecStart=/opt/entregent/.venv/bin/entregent",
            f"ExecStart={sys.executable} -m entregent",
        )
        here.write_text(
            re.sub(r"^(User|Group)=.*\n", "", text, flags=re.MULTILINE), encoding="utf-8"
        )
        said = subprocess.run(
            [ask, "verify", "--man=no", str(here)], capture_output=True, text=True, check=False
        )
        assert (said.returncode, said.stderr) == (0, "")


def test_the_image_is_made_by_the_commands_of_make_run() -> None:
    ran = [command.strip() for command in arguments("RUN")]
    steps = [command for command in ran if ".venv" in command]
    assert set(steps) - _BESIDES <= made_by_make()
    assert any("--require-hashes" in step for step in steps)


def test_the_image_copies_files_that_are_there_and_reach_the_builder() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in ignored
    for copied in arguments("COPY"):
        for name in copied.split()[:-1]:
            assert (ROOT / name).exists(), name
            assert f"!{name}" in ignored, name


def test_the_image_has_what_the_build_of_the_package_asks_for() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    copied = {name for rest in arguments("COPY") for name in rest.split()[:-1]}
    asked = set(re.findall(r'^(?:readme = "|license-files = \[")([A-Z.a-z]+)"', text, re.MULTILINE))
    assert asked
    assert asked <= copied


def test_the_image_runs_documented_commands_as_a_user_without_rights() -> None:
    (command,) = arguments("CMD")
    (health,) = arguments("HEALTHCHECK")
    checked = health.partition("CMD ")[2]
    assert understand(shlex.join(json.loads(command))) == "entregent run"
    assert understand(shlex.join(json.loads(checked))) == "entregent doctor"
    assert arguments("USER") == ["entregent"]
    assert arguments("VOLUME") == ["/var/lib/entregent /var/lib/entregent-ledger"]
    assert any("ENTREGENT_LEDGER=/var/lib/entregent-ledger/" in rest for rest in arguments("ENV"))
    assert any("ENTREGENT_HOME=/var/lib/entregent" in rest for rest in arguments("ENV"))
