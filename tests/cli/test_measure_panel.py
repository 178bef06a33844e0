"""``entregent measure panel``: a long table of units and periods becomes an effect with bounds."""

import random
from pathlib import Path

import pytest

from tests.cli.measuring import here, program, quiet
from tests.cli.program import one_plain_line

LIFT = 12.0


@pytest.fixture(scope="module")
def cities(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve cities over forty years that move together; Lévis gains 12 a year from 2010 on."""
    draw = random.Random(2)
    common = [50.0]
    for _ in range(39):
        common.append(common[-1] + draw.gauss(0.5, 2))
    lines = ["Ville;Année;Visites"]
    for number in range(12):
        name = "Lévis" if number == 0 else f"Ville {number}"
        level = draw.uniform(-10, 10)
        for index, value in enumerate(common):
            year = 1980 + index
            lift = LIFT if number == 0 and year >= 2010 else 0
            written = f"{value + level + draw.gauss(0, 1) + lift:.2f}".replace(".", ",")
            lines.append(f"{name};{year};{written}")
    path = tmp_path_factory.mktemp("panel") / "cities.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


COLUMNS = ("--unit", "ville", "--date", "année", "--value", "visites")


@pytest.mark.parametrize("method", ["sdid", "ascm", "sc", "did"])
def test_every_method_finds_what_was_planted(method: str, cities: Path) -> None:
    asked = ("--treated", "Lévis", "--from", "2010", "--method", method, "--json")
    document = quiet(here("measure", "panel", cities, *COLUMNS, *asked)).json
    effect = document["effect"]
    assert effect["low"] < LIFT < effect["high"]
    assert effect["low"] > 0
    assert 0 < document["p"] <= 1
    assert sum(document["weights"].values()) == pytest.approx(1)
    assert [row["period"] for row in document["per_period"]] == list(range(2010, 2020))
    assert document["refused"] is None


def test_the_report_says_it_in_words(cities: Path, tmp_path: Path) -> None:
    asked = ("--treated", "Lévis", "--from", "2010", "--language", "en")
    chart = tmp_path / "panel.png"
    told = quiet(here("measure", "panel", cities, *COLUMNS, *asked, "--chart", chart))
    report = told.out.decode()
    assert "2010" in report
    assert "Checks" in report
    assert chart.read_bytes().startswith(b"\x89PNG")


def test_too_short_a_past_is_refused_as_an_answer(cities: Path) -> None:
    asked = ("--treated", "Lévis", "--from", "1982", "--json")
    document = quiet(here("measure", "panel", cities, *COLUMNS, *asked)).json
    assert document["refused_code"] == "past_too_short"
    assert document["effect"] == {"estimate": None, "low": None, "high": None}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"--treated": "Levis"}, "« Lévis »"),
        ({"--unit": "vile"}, "Perhaps « Ville »?"),
        ({"--from": "hier"}, "--from: « hier » is no whole number"),
        ({"--method": "magic"}, "sdid"),
    ],
)
def test_what_is_asked_wrongly_is_named(
    changed: dict[str, str], words: str, cities: Path, tmp_path: Path
) -> None:
    asked = dict(zip(COLUMNS[::2], COLUMNS[1::2], strict=True))
    asked |= {"--treated": "Lévis", "--from": "2010", "--language": "en"} | changed
    options = [word for pair in asked.items() for word in pair]
    line = one_plain_line(program(tmp_path)("measure", "panel", cities, *options))
    assert words.replace("«\N{NO-BREAK SPACE}", "« ") in line.replace("“", "« ").replace("”", " »")


def test_a_unit_with_two_rows_in_a_year_is_named_by_its_lines(cities: Path, tmp_path: Path) -> None:
    table = tmp_path / "doubled.csv"
    table.write_text(cities.read_text(encoding="utf-8") + "Lévis;1980;5\n", encoding="utf-8")
    asked = ("--treated", "Lévis", "--from", "2010")
    line = one_plain_line(program(tmp_path)("measure", "panel", table, *COLUMNS, *asked))
    assert "Lignes 2 et 482" in line
