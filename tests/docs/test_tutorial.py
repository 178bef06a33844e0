"""What README and tutorial show is what happens."""

from __future__ import annotations

import doctest
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.docs.command_line import examples, run
from tests.docs.pages import (
    DOCS,
    FIVE_MINUTES,
    MEASURING,
    PAGES,
    README,
    TUTORIAL,
    Block,
    blocks,
    page_id,
)

_CHECKER = doctest.OutputChecker()
_SHELL = {"entregent", "grep"}
RUN = [README, FIVE_MINUTES, TUTORIAL, MEASURING]


def ask_python(block: Block, names: dict[str, Any], place: str) -> int:
    """Run the lines after ``>>>`` of a block, which see what earlier blocks made; how many ran."""
    told: list[str] = []
    test = doctest.DocTestParser().get_doctest(block.text, names, place, place, block.line)
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS)
    failed = runner.run(test, out=told.append, clear_globs=False).failed
    names.update(test.globs)
    assert not failed, "".join(told)
    return len(test.examples)


@pytest.mark.slow
@pytest.mark.parametrize("doc_page", RUN, ids=page_id)
def test_every_example_answers_as_the_page_says(
    doc_page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, home = tmp_path / "folder", tmp_path / "home"
    shutil.copytree(DOCS / "tutorial", folder / "docs" / "tutorial")
    monkeypatch.chdir(folder)
    names: dict[str, Any] = {}
    ran = 0
    for block in blocks(doc_page):
        if block.language == "pycon":
            ran += ask_python(block, names, page_id(doc_page))
        elif block.language == "console":
            expected_code = int(block.note.removeprefix("exits ") or 0)
            for example in examples(block.text):
                place = f"{page_id(doc_page)}, line {block.line}: {example.command}"
                assert example.command.split()[0] in _SHELL, place
                done = run(example.command, home=home, folder=folder)
                got = (done.stdout + done.stderr).decode()
                assert _CHECKER.check_output(example.answer, got, doctest.ELLIPSIS), (
                    f"{place}\nthe page says:\n{example.answer}\nit answers:\n{got}"
                )
                # grep counts none with 1.
                if example.command.startswith("entregent"):
                    assert done.returncode == expected_code, place
                ran += 1
        elif block.note and block.language in {"csv", "json"}:
            (folder / block.note).write_text(block.text, encoding="utf-8")
    assert ran >= 3


@pytest.mark.parametrize("doc_page", PAGES, ids=page_id)
def test_every_example_is_on_a_page_whose_examples_run(doc_page: Path) -> None:
    shown = [block.line for block in blocks(doc_page) if block.language in {"console", "pycon"}]
    assert doc_page in RUN or not shown, f"{page_id(doc_page)}, lines {shown}"
