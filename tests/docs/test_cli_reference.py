"""The page on the commands says all there is, and nothing that is not."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import click
import pytest

from tests.docs.command_line import leaves, root_command, run, understand
from tests.docs.pages import DOCS, PAGES, TUTORIAL, blocks, code_words, page_id, rows, sections

PAGE = DOCS / "reference" / "cli.md"
SECTIONS = {name: text for name, text in sections(PAGE).items() if name.startswith("entregent")}
LEAVES = leaves()


def options_of(command: click.Command) -> set[str]:
    """Every option and argument, as somebody types them."""
    found: set[str] = set()
    for parameter in command.params:
        if parameter.param_type_name == "argument":
            found.add(str(parameter.metavar or parameter.name))
        else:
            found.update({*parameter.opts, *parameter.secondary_opts} - {"--help"})
    return found


def documented_options(text: str) -> set[str]:
    """Options and arguments in the first column of a section's tables."""
    found = {word for row in rows(text) for word in code_words(row[0])}
    return {word for word in found if word.startswith("-") or word.isupper()} - {"--help"} | {
        word for word in found if word.endswith("...")
    }


def test_every_command_has_its_section_and_every_section_its_command() -> None:
    assert set(SECTIONS) == {"entregent", *LEAVES}


@pytest.mark.parametrize("name", sorted(LEAVES))
def test_every_option_is_documented_and_none_that_is_not_there(name: str) -> None:
    assert documented_options(SECTIONS[name]) == options_of(LEAVES[name])


def test_the_options_of_the_whole_are_documented() -> None:
    assert documented_options(SECTIONS["entregent"]) == options_of(root_command())


@pytest.mark.parametrize("name", sorted(LEAVES))
def test_every_command_has_an_example_that_it_understands(name: str) -> None:
    shown = [block for block in blocks(PAGE) if block.language == "text"]
    lines = [line for block in shown for line in block.text.splitlines() if line.startswith(name)]
    assert lines, f"no example of {name}"
    assert {understand(line) for line in lines} == {name}


@pytest.mark.parametrize("doc_page", PAGES, ids=page_id)
def test_every_command_named_anywhere_exists(doc_page: Path) -> None:
    text = doc_page.read_text(encoding="utf-8").replace("\n", " ")
    groups = {name.split()[1] for name in LEAVES}
    for word, rest in re.findall(r"`entregent ([a-z]+)((?: [a-z]+)?)[^`]*`", text):
        assert word in groups, f"entregent {word}"
        if word in {"listen", "export", "lake"} and rest:
            assert f"entregent {word}{rest}" in LEAVES, f"entregent {word}{rest}"


@pytest.fixture(scope="module")
def after_import(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A data folder into which the tutorial's first orders went, and the report."""
    folder = tmp_path_factory.mktemp("cli-reference")
    table = next(block for block in blocks(TUTORIAL) if block.note == "orders.csv")
    (folder / "orders.csv").write_text(table.text, encoding="utf-8")
    done = run("entregent listen import --json orders.csv", home=folder / "home", folder=folder)
    assert (done.returncode, done.stderr) == (1, b"")
    return folder, json.loads(done.stdout)


def shown_json(note: str) -> Any:
    """The JSON document that the page shows."""
    return json.loads(next(block.text for block in blocks(PAGE) if block.note == note))


def described(section: str) -> set[str]:
    """Properties that a section describes."""
    return {word for row in rows(SECTIONS[section]) for word in code_words(row[0])}


def test_the_report_of_an_import_is_the_one_shown(
    after_import: tuple[Path, dict[str, Any]],
) -> None:
    _, report = after_import
    assert report == shown_json("listen import")
    assert set(report["files"][0]) | {"totals"} <= described("entregent listen import")


def test_the_properties_of_a_source_are_those_described(
    after_import: tuple[Path, dict[str, Any]],
) -> None:
    folder, _ = after_import
    done = run("entregent listen sources --json", home=folder / "home", folder=folder)
    document = json.loads(done.stdout)
    assert set(document) == {"sources"}
    listed = set(document["sources"][0])
    assert listed == described("entregent listen sources") - {"--json"}
    assert {key for day in document["sources"][0]["days"] for key in day} == {"day", "items"}
    assert len(document["sources"][0]["days"]) == 14


def test_the_findings_of_the_doctor_are_those_described(
    after_import: tuple[Path, dict[str, Any]],
) -> None:
    folder, _ = after_import
    done = run("entregent doctor --json", home=folder / "home", folder=folder)
    document, shown = json.loads(done.stdout), shown_json("doctor")
    assert document.keys() == shown.keys()
    assert {check["name"] for check in document["checks"]} <= set(
        code_words(SECTIONS["entregent doctor"].split("| `checks` |")[1])
    )
    assert all(check.keys() == shown["checks"][0].keys() for check in document["checks"])


@pytest.mark.parametrize(
    "line",
    [
        "entregent listen import nowhere.csv",
        "entregent listen import --no-such-option",
        "entregent export activities --format xml",
    ],
)
def test_wrong_usage_ends_with_2_and_without_a_traceback(line: str, tmp_path: Path) -> None:
    done = run(line, home=tmp_path / "home", folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"Traceback" not in done.stderr
