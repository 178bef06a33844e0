"""The command line as somebody who reads the documentation uses it."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import click
import typer

from entregent.cli.commands import app
from tests import databases

Leaves = dict[str, click.Command]


@dataclass(frozen=True)
class Example:
    """A command after ``$``, and what the page says it answers."""

    command: str
    answer: str


def examples(text: str) -> list[Example]:
    """The commands of a console block, in order."""
    parts = re.split(r"^\$ (.+)\n?", text, flags=re.MULTILINE)
    assert not parts[0].strip(), "a console block begins with a command"
    return [
        Example(command, answer) for command, answer in zip(parts[1::2], parts[2::2], strict=True)
    ]


def run(
    command: str | list[str], *, home: Path, folder: Path
) -> subprocess.CompletedProcess[bytes]:
    """Run a command in a folder, with a data folder of its own."""
    words = shlex.split(command) if isinstance(command, str) else command
    if words[0] == "entregent":
        words = [sys.executable, "-m", "entregent", *words[1:]]
    environ = databases.environment(home, COLUMNS="100")
    return subprocess.run(
        words, cwd=folder, env=environ, capture_output=True, check=False, timeout=120
    )


def root_command() -> click.Command:
    """The whole command line, as click sees it."""
    return typer.main.get_command(app)


def leaves() -> Leaves:
    """Every command that does something, by its full name."""
    found: Leaves = {}

    def walk(command: click.Command, name: str) -> None:
        inner = getattr(command, "commands", None)
        if inner is None:
            found[name] = command
            return
        for word, one in inner.items():
            walk(one, f"{name} {word}")

    walk(root_command(), "entregent")
    return found


def understand(line: str) -> str:
    """Parse a command line without running it; returns the command's full name.

    Raises
    ------
    AssertionError
        If there is no such command, or it has no such option.
    """
    words = shlex.split(line)
    for name, command in leaves().items():
        head = name.split()
        if words[: len(head)] == head:
            try:
                command.make_context(name, words[len(head) :]).close()
            except Exception as error:
                raise AssertionError(f"« {line} » is not understood: {error}") from error
            return name
    raise AssertionError(f"« {line} » names no command")
