"""``entregent measure cohorts``: a table of people or orders becomes a report and a document."""

import datetime as dt
import random
from pathlib import Path

import pytest

from tests.cli.measuring import here, program, quiet
from tests.cli.program import one_plain_line

END = dt.date(2025, 12, 31)


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """400 people; those of the campaign leave twice as fast. A French spreadsheet wrote it."""
    draw = random.Random(3)
    lines = ["Personne;Rencontre;Campagne;Départ"]
    for number in range(400):
        inside = number % 2 == 0
        met = dt.date(2025, 1, 1) + dt.timedelta(days=draw.randrange(200))
        left = met + dt.timedelta(days=int(draw.expovariate(1 / (150 if inside else 300))))
        gone = f"{left:%d/%m/%Y}" if left <= END else ""
        lines.append(f"p{number};{met:%d/%m/%Y};{'Gagne ton hiver' if inside else ''};{gone}")
    path = tmp_path_factory.mktemp("cohorts") / "people.csv"
    path.write_text("\r\n".join(lines), encoding="cp1252")
    return path


def test_the_report_says_it_in_words_and_draws_it(people: Path, tmp_path: Path) -> None:
    chart = tmp_path / "chart.svg"
    run = program(tmp_path)
    told = quiet(run("measure", "cohorts", people, "--until", "2025-12-31", "--chart", chart))
    report = told.out.decode()
    assert report.startswith("Des 200 personnes rencontrées pendant «\N{NO-BREAK SPACE}Gagne ton")
    assert "C'est une description" in report
    assert "âge (jours)" in report
    assert chart.read_text(encoding="utf-8").startswith("<svg")
    assert not run.home.exists()


def test_the_document_has_what_is_promised(people: Path) -> None:
    document = quiet(here("measure", "cohorts", people, "--json")).json
    assert {"refused", "sentence", "caution", "campaign", "others", "ages", "notes", "seconds"} <= (
        document.keys()
    )
    assert document["refused"] is None
    ninety = next(row for row in document["ages"] if row["age_days"] == 90)
    assert ninety["campaign_low"] < ninety["campaign"] < ninety["others"]


def test_orders_are_compared_by_how_often_people_buy_again(tmp_path: Path) -> None:
    draw = random.Random(5)
    rows = []
    for number in range(300):
        day = dt.date(2025, 1, 1) + dt.timedelta(days=draw.randrange(60))
        pace, leaves = draw.gammavariate(1, 1 / 40), draw.betavariate(1, 3)
        while day <= END:
            rows.append(f"c{number},{day},{'Hiver' if number % 2 else ''}")
            if draw.random() < leaves:
                break
            day += dt.timedelta(days=1 + int(min(draw.expovariate(pace), 999)))
    table = tmp_path / "orders.csv"
    table.write_text("client,date,campagne\n" + "\n".join(rows) + "\n", encoding="utf-8")
    document = quiet(
        here("measure", "cohorts", table, "--orders", "--json", "--language", "en")
    ).json
    assert document["refused"] is None
    assert document["expected"]["campaign"]["low"] < document["expected"]["campaign"]["high"]


def test_too_few_people_are_refused_as_an_answer(tmp_path: Path) -> None:
    table = tmp_path / "few.csv"
    table.write_text("personne,rencontre,campagne,départ\na,2025-01-01,x,\nb,2025-01-02,,\n")
    told = quiet(here("measure", "cohorts", table, "--json"))
    assert told.json["refused"]
    assert told.json["sentence"]["fr"].startswith("On ne peut pas le mesurer. ")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("personne,rencontre,campagne,départ\na,hier,x,\nb,2025-01-02,,\n", "Ligne 2"),
        ("personne,rencontre,campagne,départ\na,2025-01-02,x,2025-01-01\n", "Ligne 2"),
        ("personne,jour,campagne,départ\na,2025-01-02,x,2025-01-01\n", "colonne"),
    ],
)
def test_what_is_wrong_in_the_table_is_named_by_its_place(
    text: str, words: str, tmp_path: Path
) -> None:
    table = tmp_path / "bad.csv"
    table.write_text(text, encoding="utf-8")
    assert words in one_plain_line(program(tmp_path)("measure", "cohorts", table))
