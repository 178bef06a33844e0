"""Links between pages lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, PAGES, ROOT, blocks, page_id, prose

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_TARGET = re.compile(r"^([a-z][a-z/._-]*):", re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """Anchors that a page's headings make."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings
    }


@pytest.mark.parametrize("doc_page", PAGES, ids=page_id)
def test_every_link_leads_to_a_page_that_is_there(doc_page: Path) -> None:
    for link in _LINK.findall(prose(doc_page)):
        if re.match(r"[a-z]+:", link):
            continue
        place, _, anchor = link.partition("#")
        target = (doc_page.parent / place).resolve() if place else doc_page
        assert target.is_relative_to(ROOT), f"{link} leads out of the repository"
        assert target.exists(), f"{link} leads nowhere"
        if anchor:
            assert anchor in anchors(target), f"{link}: no such heading"


def test_every_page_can_be_reached_from_the_index() -> None:
    reached, waiting = set[Path](), [DOCS / "index.md"]
    while waiting:
        page = waiting.pop()
        if page in reached:
            continue
        reached.add(page)
        waiting += [
            target
            for link in _LINK.findall(prose(page))
            if (target := (page.parent / link.partition("#")[0]).resolve()).suffix == ".md"
            and target.exists()
        ]
    assert set(DOCS.rglob("*.md")) <= reached


@pytest.mark.parametrize("doc_page", PAGES, ids=page_id)
def test_every_make_target_named_exists(doc_page: Path) -> None:
    targets = set(_TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))
    named = set(re.findall(r"`make ([a-z]+)", prose(doc_page)))
    for block in blocks(doc_page):
        if block.language == "shell":
            named.update(re.findall(r"^make ([a-z]+)", block.text, re.MULTILINE))
    assert named <= targets
