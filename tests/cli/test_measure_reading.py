"""A table or an option that cannot be read ends with 2 and one line that names the place."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.measuring import program, series, write
from tests.cli.program import one_plain_line

GOOD = "date,visites\n2026-02-03,5\n2026-02-04,7\n2026-02-05,6\n"


def refused(folder: Path, text: str | bytes, *options: str, command: str = "effect") -> str:
    table = folder / "table.csv"
    table.write_bytes(text if isinstance(text, bytes) else text.encode())
    asked = {
        "effect": ("--from", "2026-02-05"),
        "boost": ("--campaign", "2026-02-04", "2026-02-05"),
    }
    run = program(folder)
    line = one_plain_line(run("measure", command, table, *asked[command], "--json", *options))
    assert not run.home.exists()
    return line.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (GOOD + "2026-02-04,9\n", "Lignes 3 et 5, colonne « date »"),
        (GOOD.replace("7", "sept"), "Ligne 3, colonne « visites » : « sept » ne se lit pas"),
        (
            GOOD.replace("7", "nan"),
            "Ligne 3, colonne « visites » : « nan » n'est pas un nombre fini",
        ),
        (GOOD.replace("7", "-inf"), "Ligne 3, colonne « visites » : « -inf »"),
        (GOOD.replace("7", "=B1"), "est une formule"),
        (GOOD.replace("2026-02-04", "2026-02-31"), "Ligne 3, colonne « date » : « 2026-02-31 »"),
        (GOOD.replace("2026-02-04", "04/02/2026"), "Ligne 3, colonne « date » : « 04/02/2026 »"),
        (
            "date,v\n2026-02-03T00:00-05:00,1\n2026-02-04T00:00Z,2\n2026-02-05T00:00Z,2\n",
            "n'ont pas le même fuseau horaire",
        ),
        ("date,v\n2026-01,1\n2026-02,2\n2026-03,3\n", "une ligne par mois"),
        (b"PK\x03\x04\x00\x00", "enregistrez la feuille en CSV"),
        (b"\x00\x01\x02\xff", "n'est pas du texte"),
        (b"", "est vide"),
        (b"x" * 2_000_000, "Ligne 1"),
        ("{}", "JSON"),
    ],
)
def test_what_is_wrong_in_the_table_is_named_by_its_place(
    text: str | bytes, words: str, tmp_path: Path
) -> None:
    assert words in refused(tmp_path, text)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--value", "visite"), "Perhaps « visites »?"),
        (("--date", "visites", "--value", "visites"), "« visites » serves twice"),
        (("--control", "visites"), "column"),
        (("--from", "3 février"), "--from: « 3 février » is not a day; write it as 2026-02-03"),
        (("--until", "2026-02-04"), "--until comes before --from"),
        (("--chart", "chart.pdf"), ".svg, .png or .html"),
        (("--chart", "no/such/folder/a.svg"), "cannot be written"),
        (("--chart", "."), ".svg, .png or .html"),
        (("--other-campaign", "2026-02-03"), "2026-02-03/2026-02-20"),
        (("--other-campaign", "2026-02-03/2026-02-01"), "comes before"),
        (("--break", "hier"), "--break"),
        (("--level", "1"), "0.999"),
        (("--scale", "cubic"), "linear"),
        (("--seed", "-1"), "--seed"),
    ],
)
def test_a_wrong_option_is_named(options: tuple[str, ...], words: str, tmp_path: Path) -> None:
    assert words in refused(tmp_path, GOOD, *options, "--language", "en")


def test_a_campaign_that_ends_before_it_begins_is_named(tmp_path: Path) -> None:
    line = refused(tmp_path, GOOD, "--campaign", "2026-02-05", "2026-02-04", command="boost")
    assert "vient avant" in line


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    run = program(tmp_path)
    nowhere = tmp_path / "nowhere.csv"
    line = one_plain_line(run("measure", "effect", nowhere, "--from", "2026-02-05"))
    assert f"{nowhere} ne peut pas être lu (il n'existe pas)" in line
    assert "c'est un dossier" in one_plain_line(
        run("measure", "effect", tmp_path, "--from", "2026-02-05")
    )


def test_a_dash_reads_standard_input(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "entregent", "measure", "effect", "-", "--from", "2026-02-05"],
        input=b"date,visites\n2026-02-03,rien\n2026-02-04,5\n",
        capture_output=True,
        cwd=tmp_path,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "Ligne 2, colonne" in done.stderr.decode()


def test_wrong_columns_are_found_before_anything_is_estimated(tmp_path: Path) -> None:
    table = write(tmp_path / "a.csv", series())
    told = program(tmp_path)("measure", "effect", table, "--from", "2025-09-01", "--control", "pib")
    assert "« pib »" in one_plain_line(told).replace("\N{NO-BREAK SPACE}", " ")
