"""``entregent measure panel --method sc --predictor``: weights chosen by columns of the table."""

import random
from pathlib import Path

import pytest

from tests.cli.measuring import here, program, quiet
from tests.cli.program import one_plain_line

LIFT = 12.0
COLUMNS = ("--unit", "ville", "--date", "année", "--value", "visites")
ASKED = (*COLUMNS, "--treated", "Lévis", "--from", "2010", "--method", "sc", "--level", "0.9")


@pytest.fixture(scope="module")
def cities(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve cities that grow with their age; Lévis gains 12 a year from 2010 on.

    The age was counted in 2000 and 2005 alone, in Ville 11 never.
    """
    draw = random.Random(3)
    lines = ["ville;année;visites;âge;revenu"]
    for number in range(12):
        name = "Lévis" if number == 0 else f"Ville {number}"
        age = 40 if number == 0 else 30 + 2 * number
        for year in range(1990, 2020):
            lift = LIFT if number == 0 and year >= 2010 else 0
            visits = age + (year - 1990) * age / 50 + draw.gauss(0, 0.5) + lift
            counted = f"{age + year - 2000},5" if year in {2000, 2005} and number < 11 else ""
            income = f"{age * 900 + draw.gauss(0, 500):.0f}"
            lines.append(f"{name};{year};{visits:.2f}".replace(".", ",") + f";{counted};{income}")
    path = tmp_path_factory.mktemp("panel") / "cities.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_predictors_choose_the_weights_and_what_they_say_is_told(cities: Path) -> None:
    asked = ("--predictor", "revenu", "--predictor", "visites:2000:2009", "--json")
    document = quiet(here("measure", "panel", cities, *ASKED, *asked)).json
    assert document["effect"]["low"] < LIFT < document["effect"]["high"]
    assert document["effect"]["low"] > 0
    assert document["p"] == document["smallest_p"] == pytest.approx(1 / 12)
    told = {row["predictor"]: row for row in document["predictors"]}
    assert set(told) == {"revenu", "visites:2000:2009"}
    assert told["revenu"]["treated"] == pytest.approx(36_000, rel=0.01)
    assert sum(row["importance"] for row in told.values()) == pytest.approx(1)


def test_the_report_shows_the_predictors_in_words(cities: Path) -> None:
    asked = ("--predictor", "revenu", "--fit", "2000:2009")
    french = quiet(here("measure", "panel", cities, *ASKED, *asked)).out.decode()
    assert "moyenne des témoins" in french
    assert "autres importances" in french
    english = quiet(here("measure", "panel", cities, *ASKED, *asked, "--language", "en"))
    assert "mean of the controls" in english.out.decode()


def test_a_unit_without_any_value_is_refused_by_name(cities: Path) -> None:
    asked = ("--predictor", "âge:2000:2005", "--json")
    document = quiet(here("measure", "panel", cities, *ASKED, *asked)).json
    assert document["refused_code"] == "predictor_missing"
    assert "« Ville 11 »" in document["refused"].replace("\N{NO-BREAK SPACE}", " ")
    assert "« âge:2000:2005 »" in document["refused"].replace("\N{NO-BREAK SPACE}", " ")


def test_too_few_controls_for_the_usual_level_is_an_answer(cities: Path) -> None:
    asked = ("--predictor", "revenu", "--level", "0.95", "--json")
    document = quiet(here("measure", "panel", cities, *ASKED, *asked)).json
    assert document["refused_code"] == "too_few_controls_for_level"
    assert document["effect"] == {"estimate": None, "low": None, "high": None}


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (("--predictor", "revenus"), "« revenu »"),
        (("--predictor", "revenu:hier:2009"), "« hier » is no whole number"),
        (("--predictor", "revenu:2009:2000"), "the last before the start"),
        (("--predictor", "revenu:2000:2012"), "the last before the start"),
        (("--predictor", "revenu", "--fit", "2000"), "FROM:UNTIL"),
        (("--predictor", "revenu", "--fit", "2008:2009"), "at least 5"),
        (("--predictor", "revenu", "--method", "did"), "go with --method sc"),
        (("--fit", "2000:2009"), "--fit goes with --predictor"),
    ],
)
def test_what_is_asked_wrongly_is_named(
    asked: tuple[str, ...], words: str, cities: Path, tmp_path: Path
) -> None:
    told = program(tmp_path)("measure", "panel", cities, *ASKED, "--language", "en", *asked)
    line = one_plain_line(told).replace("\N{NO-BREAK SPACE}", " ")
    assert words in line
