"""The page where anyone pastes or drops a table and reads a verdict."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.site.html_page import SCRIPT, check

from entregent.apps.organisation.models import Member
from entregent.site.pages import measuring_turn
from entregent.site.pages.measuring_examples import example

pytestmark = pytest.mark.django_db

Browser = Callable[[Member], Client]
HERE = "/measure/"
WROTE = ("insert", "update", "delete")


@pytest.fixture(autouse=True)
def at_home(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path


def asked(name: str = "boost", **changed: str) -> dict[str, Any]:
    return {**example(name, "fr"), **changed}


def page(answer: Any) -> str:
    assert answer.status_code == 200
    text = answer.content.decode()
    check(answer.headers, text)
    return unescape(text).replace("\u00a0", " ")


def table(lines: int, first: date = date(2025, 1, 1)) -> str:
    told = [f"{first + timedelta(days=n)};{n * 7 % 11}" for n in range(lines)]
    return "\n".join(["jour;visites", *told])


def test_it_is_for_all_who_sign_in_guests_too(
    alice: Member, gwen: Member, charlie: Client, as_member: Browser
) -> None:
    for member in (alice, gwen):
        told = page(as_member(member).get(HERE))
        assert "Rien n'est conservé" in told
        assert 'href="/measure/"' in told
    assert charlie.get(HERE)["Location"].startswith("/account/login/")
    assert charlie.post(HERE, asked())["Location"].startswith("/account/login/")


@pytest.mark.parametrize(
    ("name", "verdict"), [("boost", "Pic sans suite"), ("lasting", "Croissance soutenue")]
)
def test_an_example_shows_its_verdict_at_once_and_says_that_it_is_simulated(
    gwen: Member, as_member: Browser, name: str, verdict: str
) -> None:
    told = page(as_member(gwen).get(HERE, {"example": name}))
    assert verdict in told
    assert "Série simulée" in told
    assert "data-specification" in told
    assert "jours 91-180" in told.lower()


def test_a_pasted_table_is_measured(gwen: Member, as_member: Browser) -> None:
    told = page(as_member(gwen).post(HERE, asked()))
    assert "Pic sans suite" in told
    assert "Série simulée" not in told
    assert "Essais à blanc" in told
    assert "Ce qu'on a supposé" in told
    assert example("boost", "fr")["text"].splitlines()[40] in told


def test_the_answer_is_a_part_where_htmx_asks_and_a_page_where_a_form_does(
    gwen: Member, as_member: Browser
) -> None:
    part = as_member(gwen).post(HERE, asked(), headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    assert "Pic sans suite" in page(part)


def test_a_dropped_file_is_measured_and_stands_in_the_field(
    gwen: Member, as_member: Browser
) -> None:
    text = example("lasting", "fr")["text"]
    file = SimpleUploadedFile("nombres.csv", text.encode("utf-16"))
    told = page(as_member(gwen).post(HERE, asked("lasting", text="") | {"file": file}))
    assert "Croissance soutenue" in told
    assert text.splitlines()[40] in told


def test_the_drawing_is_in_both_schemes(gwen: Member, as_member: Browser) -> None:
    answer = as_member(gwen).post(HERE, asked())
    text = answer.content.decode()
    told = orjson.loads(unescape(text.split('data-specification="')[1].split('"')[0]))
    dark = orjson.loads(unescape(text.split('data-dark="')[1].split('"')[0]))
    assert told["width"] == "container"
    used = {colour for colour in dark if colour in orjson.dumps(told).decode()}
    assert len(used) >= 5
    assert not set(dark.values()) & set(dark)


def test_nothing_is_written_down(gwen: Member, as_member: Browser) -> None:
    browser = as_member(gwen)
    browser.get(HERE)
    with CaptureQueriesContext(connection) as seen:
        browser.post(HERE, asked())
    assert not [query["sql"] for query in seen if query["sql"].lower().lstrip().startswith(WROTE)]


def test_the_rows_and_the_drawing_can_be_had(gwen: Member, as_member: Browser) -> None:
    browser = as_member(gwen)
    answer = browser.post(f"{HERE}rows.csv", asked())
    header, *rows = csv.reader(answer.content.decode("utf-8-sig").splitlines())
    assert header[:2] == ["jour", "observé"]
    assert len(rows) == 240 + 28 + 330
    assert rows[0][3] == ""
    assert rows[-1][3]
    drawn = browser.post(f"{HERE}chart.svg", asked())
    assert drawn["Content-Type"] == "image/svg+xml"
    assert b"<svg" in drawn.content
    wrong = browser.post(f"{HERE}rows.csv", asked(text="rien"))
    assert "id_text_error" in page(wrong)


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"text": ""}, "text", "Collez un tableau"),
        ({"text": "jour;visites\n2025-01-01;douze"}, "text", "douze"),
        ({"text": "a,b\nx,y"}, "date_column", "dates"),
        ({"value_column": "abonnes"}, "value_column", "abonnes"),
        ({"date_column": "quand"}, "date_column", "quand"),
        ({"control_columns": "météo, neige"}, "control_columns", "neige"),
        ({"first_day": ""}, "first_day", ""),
        ({"first_day": "2024-13-45"}, "first_day", ""),
        ({"last_day": "2020-01-01"}, "last_day", "Inversez"),
        ({"first_day": "2019-01-01"}, "first_day", "en dehors de la série"),
        ({"text": table(5200)}, "text", "ligne de commande"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_stays(
    gwen: Member, as_member: Browser, changed: dict[str, str], field: str, words: str
) -> None:
    sent = asked(**changed)
    told = page(as_member(gwen).post(HERE, sent))
    fault = told.split(f'id="id_{field}_error"')[1].split("</p>")[0]
    assert words in fault
    assert "Rien n'a été mesuré" in told
    assert 'class="verdict"' not in told
    typed = sent["text"].splitlines()
    assert all(line in told for line in typed[:3])


def test_a_file_that_is_too_large_is_refused_unread(gwen: Member, as_member: Browser) -> None:
    file = SimpleUploadedFile("gros.csv", b"x" * (5 * 1024 * 1024 + 1))
    told = page(as_member(gwen).post(HERE, asked(text="") | {"file": file}))
    assert "dépasse 5 Mo" in told.split('id="id_file_error"')[1].split("</p>")[0]


def test_a_file_that_is_no_table_is_refused_beside_its_field(
    gwen: Member, as_member: Browser
) -> None:
    file = SimpleUploadedFile("image.csv", bytes(range(256)) * 40)
    told = page(as_member(gwen).post(HERE, asked(text="") | {"file": file}))
    assert 'id="id_file_error"' in told


def test_what_cannot_be_measured_is_an_answer(gwen: Member, as_member: Browser) -> None:
    sent = asked(text=table(40), first_day="2025-01-12", last_day="2025-01-20")
    told = page(as_member(gwen).post(HERE, sent))
    assert "On ne peut pas le mesurer" in told
    assert "11 jours recueillis avant le début" in told
    assert "data-specification" not in told


def test_a_campaign_that_still_runs_gets_no_verdict(gwen: Member, as_member: Browser) -> None:
    told = page(as_member(gwen).post(HERE, asked(last_day="2030-01-01")))
    assert "sans verdict" in told
    assert "Revenez quand la campagne sera finie" in told


def test_a_stock_is_measured_by_its_daily_change(gwen: Member, as_member: Browser) -> None:
    lines = example("boost", "fr")["text"].splitlines()
    total, stock = 500, ["jour;abonnés"]
    for line in lines[1:]:
        day, value = line.split(";")
        total += int(value)
        stock.append(f"{day};{total}")
    told = page(as_member(gwen).post(HERE, asked(text="\n".join(stock), kind="stock")))
    assert "Pic sans suite" in told


def test_hostile_names_are_harmless(gwen: Member, as_member: Browser) -> None:
    lines = example("boost", "fr")["text"].splitlines()
    text = "\n".join([f"jour;=1+1 {SCRIPT}", *lines[1:]])
    browser = as_member(gwen)
    told = page(browser.post(HERE, asked(text=text)))
    assert "Pic sans suite" in told
    answer = browser.post(f"{HERE}rows.csv", asked(text=text))
    for row in csv.reader(answer.content.decode("utf-8-sig").splitlines()):
        assert not [each for each in row if each[:1] in {"=", "+", "@"}]


def test_where_others_measure_for_too_long_one_is_asked_to_come_back(
    gwen: Member, as_member: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring_turn, "PATIENCE_S", 0.01)
    with measuring_turn.turn(), measuring_turn.turn():
        told = page(as_member(gwen).post(HERE, asked()))
    assert "Renvoyez dans une minute" in told
    assert "Pic sans suite" in page(as_member(gwen).post(HERE, asked()))


def test_it_speaks_english_to_who_reads_english(gwen: Member, as_member: Browser) -> None:
    browser = as_member(gwen)
    browser.post("/language/", {"language": "en", "next": "/"})
    told = page(browser.get(HERE, {"example": "boost"}))
    for words in ("Boost only", "Nothing is kept", "Simulated series", "more a day"):
        assert words in told
