"""Wrong usage ends with 2 and one plain line that says what to do."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.program import Program, one_plain_line
from tests.listen.deeds import post, write

COMMANDS = [
    ("run",),
    ("loop",),
    ("listen", "import"),
    ("listen", "sources"),
    ("export", "activities"),
    ("lake", "compact"),
    ("lake", "queries"),
    ("lake", "query"),
    ("remember", "erase"),
    ("remember", "export"),
    ("backup",),
    ("restore",),
    ("coordinate", "inbox"),
    ("measure", "effect"),
    ("measure", "boost"),
    ("measure", "power"),
    ("measure", "panel"),
    ("measure", "cohorts"),
    ("demo",),
    ("doctor",),
]


def test_every_command_has_help_with_an_example(entregent: Program) -> None:
    from typer.main import get_command
    from typer.testing import CliRunner

    from entregent.cli.commands import app

    known = [
        (group, *rest)
        for group, command in get_command(app).commands.items()  # type: ignore[attr-defined]
        for rest in ([(name,) for name in getattr(command, "commands", {})] or [()])
    ]
    assert sorted(known) == sorted(COMMANDS)
    for command in COMMANDS:
        told = CliRunner().invoke(app, [*command, "--help"])
        assert told.exit_code == 0
        assert re.search(rf"Example:\s+entregent {' '.join(command)}", told.output), command


def test_help_needs_no_data_folder(tmp_path: Path) -> None:
    program = Program(tmp_path / "home")
    told = program("listen", "import", "--help")
    assert told.code == 0
    assert b"Example: entregent listen import" in told.out
    assert not program.home.exists()


def test_it_says_its_version(entregent: Program) -> None:
    from entregent import __version__

    told = entregent("--version")
    assert (told.code, told.out.decode().strip()) == (0, f"entregent {__version__}")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("liten", "import", "a.json"), "listen"),
        (("doctor", "--jsn"), "--json"),
        (("listen", "import"), "PATH"),
        (("run", "--port", "99999"), "65535"),
    ],
)
def test_a_wrong_word_is_named_with_what_would_be_right(
    arguments: tuple[str, ...], words: str, entregent: Program
) -> None:
    assert words in one_plain_line(entregent(*arguments))


def test_a_path_that_does_not_exist_is_named_and_nothing_is_imported(
    fresh: Program, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.jsonl", [post()])
    line = one_plain_line(fresh("listen", "import", path, tmp_path / "b.jsonl", "--json"))
    assert f"{tmp_path / 'b.jsonl'} does not exist" in line
    assert fresh.exported() == []


def test_a_path_that_is_no_path_is_named(entregent: Program) -> None:
    assert "cannot be read" in one_plain_line(entregent("listen", "import", "a" * 300))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--format", "csv"), "jsonl or parquet"),
        (("--output", "."), "cannot be written"),
        (("--format", "parquet", "--output", "no/such/folder/a.parquet"), "cannot be written"),
    ],
)
def test_an_export_that_cannot_be_is_refused_in_one_line(
    arguments: tuple[str, ...], words: str, entregent: Program
) -> None:
    assert words in one_plain_line(entregent("export", "activities", *arguments))


def test_an_unknown_setting_is_named_with_the_nearest_one(entregent: Program) -> None:
    line = one_plain_line(entregent("listen", "sources", ENTREGENT_HOSTSS="a"))
    assert "ENTREGENT_HOSTSS" in line
    assert "ENTREGENT_HOSTS?" in line


def test_a_setting_that_makes_no_sense_is_named(entregent: Program) -> None:
    line = one_plain_line(entregent("doctor", "--json", ENTREGENT_SECURE="peut-être"))
    assert "ENTREGENT_SECURE" in line


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    line = one_plain_line(Program(tmp_path / "file" / "home")("listen", "sources"))
    assert "ENTREGENT_HOME" in line


@pytest.fixture
def lowly(fresh: Program) -> Iterator[Program]:
    """The program, run by a user who is not allowed everything."""
    yield Program(fresh.home, heeds_permissions=True)
    for place in (fresh.home, *fresh.home.rglob("*")):
        place.chmod(0o755)


def test_a_file_that_may_not_be_read_is_named_and_nothing_is_imported(lowly: Program) -> None:
    good = write(lowly.home.parent / "a.jsonl", [post()])
    hidden = write(lowly.home.parent / "b.jsonl", [post()])
    hidden.chmod(0)
    line = one_plain_line(lowly("listen", "import", good, hidden))
    assert f"{hidden} cannot be read; nothing was imported" in line.replace(
        " (Permission denied)", ""
    )


def test_a_file_in_a_folder_that_may_not_be_read_is_refused_and_the_rest_comes_in(
    lowly: Program,
) -> None:
    folder = lowly.home.parent / "dossier"
    folder.mkdir()
    write(folder / "a.jsonl", [post()])
    write(folder / "b.jsonl", [post()]).chmod(0)
    told = lowly("listen", "import", folder, "--json")
    assert told.code == 1
    first, second = told.json["files"]
    assert first["new"] == 1
    assert "permission" in second["refused"][0]["reason"]
