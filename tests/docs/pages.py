"""The pages of the documentation, and what stands in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
README = ROOT / "README.md"
TUTORIAL = DOCS / "tutorial" / "first-import.md"
FIVE_MINUTES = DOCS / "tutorial" / "first-five-minutes.md"
MEASURING = DOCS / "tutorial" / "boost-or-lasting-growth.md"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])

_FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, what else its first line says, its text, its line."""

    language: str
    note: str
    text: str
    line: int


def page_id(page: Path) -> str:
    """A page as a test's name shows it."""
    return str(page.relative_to(ROOT))


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    found = []
    for match in _FENCE.finditer(text):
        language, _, note = match["info"].strip().partition(" ")
        line = text.count("\n", 0, match.start()) + 1
        found.append(Block(language, note.strip(), match["text"], line))
    return found


def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def sections(page: Path) -> dict[str, str]:
    """Text under each second-level heading, by the heading without its backticks."""
    parts = re.split(r"^## (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip([part.strip("` ") for part in parts[1::2]], parts[2::2], strict=True))


def rows(text: str) -> Iterator[list[str]]:
    """Cells of each row of the tables in a text, without headings and rulers."""
    lines = text.splitlines()
    for index, line in enumerate(lines):
        if not line.startswith("|") or set(line) <= set("|- "):
            continue
        below = lines[index + 1] if index + 1 < len(lines) else ""
        if below.startswith("|") and set(below) <= set("|- "):
            continue
        yield [cell.strip() for cell in line.strip("|").split("|")]


def code_words(cell: str) -> list[str]:
    """What stands in backticks."""
    return re.findall(r"`([^`]+)`", cell)
