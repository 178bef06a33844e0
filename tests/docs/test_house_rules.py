"""What CONTRIBUTING.md asks of every file."""

from __future__ import annotations

import os
import re
from pathlib import Path

from tests.docs.pages import ROOT

LONGEST_FILE = 500
_NOT_OURS = {"__pycache__", "build", "dist", "htmlcov", "node_modules", "test-results", "var"}
_OURS_HIDDEN = {".ci", ".github"}

# Put together here, so that this file does not name them either.
REGISTRIES = [
    ".".join(parts)
    for parts in (
        *(("pypi", "org"), ("pythonhosted", "org"), ("python", "pkg", "dev")),
        *(("npmjs", "org"), ("npmjs", "com"), ("yarnpkg", "com"), ("jsr", "io")),
        *(("crates", "io"), ("rubygems", "org"), ("proxy", "golang", "org")),
        *(("anaconda", "org"), ("docker", "io"), ("ghcr", "io"), ("quay", "io")),
    )
]
_SIGNALS = re.compile(
    r"django\.dispatch|django\.db\.models\.signals|\b(?:pre|post)_(?:save|delete|init|migrate)\b"
    r"|\bm2m_changed\b"
)


def our_files() -> list[Path]:
    """Every file of the repository, without what tools and runs leave in it."""
    found = []
    for folder, inner, names in os.walk(ROOT):
        inner[:] = [
            name
            for name in inner
            if name not in _NOT_OURS and (not name.startswith(".") or name in _OURS_HIDDEN)
        ]
        found += [Path(folder, name) for name in names if not name.startswith(".coverage")]
    return found


def python_files(*folders: str) -> list[Path]:
    """Python files under some folders."""
    return [path for folder in folders for path in (ROOT / folder).rglob("*.py")]


def test_no_file_names_the_host_of_a_package_registry() -> None:
    named = re.compile("|".join(map(re.escape, REGISTRIES)).encode(), re.IGNORECASE)
    found = [
        f"{path.relative_to(ROOT)}: {match[0].decode()}"
        for path in our_files()
        if (match := named.search(path.read_bytes()))
    ]
    assert not found


def test_no_python_file_is_longer_than_500_lines() -> None:
    found = {
        str(path.relative_to(ROOT)): lines
        for path in python_files("src", "tests")
        if (lines := path.read_text(encoding="utf-8").count("\n")) > LONGEST_FILE
    }
    assert not found


def test_no_file_is_a_drawer_for_everything() -> None:
    drawers = {"utils.py", "util.py", "helpers.py", "misc.py", "common.py"}
    assert not [path for path in python_files("src", "tests") if path.name in drawers]


def test_no_work_hangs_on_model_signals() -> None:
    found = [
        path.relative_to(ROOT)
        for path in python_files("src")
        if _SIGNALS.search(path.read_text(encoding="utf-8"))
    ]
    assert not found


def test_no_model_hides_work_in_its_save() -> None:
    found = [
        path.relative_to(ROOT)
        for path in python_files("src/entregent/apps")
        if re.search(r"def (?:save|delete)\(self", path.read_text(encoding="utf-8"))
    ]
    assert not found
