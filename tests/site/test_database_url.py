"""The working set is where DATABASE_URL says; a bad value is told in one sentence, never shown."""

from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st
from tests.cli.program import Program, one_plain_line

from entregent.site.database import ENGINE, databases

HOME = Path("/srv/entregent")
SECRET = "motdepasse42"


def given_url(url: str) -> dict[str, object]:
    return databases({"DATABASE_URL": url}, HOME)["default"]


@pytest.mark.parametrize("url", ["", "  "])
def test_without_it_the_working_set_is_in_the_data_folder(url: str) -> None:
    assert given_url(url)["NAME"] == HOME / "entregent.sqlite3"


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///other.sqlite3", "/srv/entregent/other.sqlite3"),
        ("sqlite:////var/lib/data.sqlite3", "/var/lib/data.sqlite3"),
        ("sqlite:////var/lib/la%20suite.sqlite3", "/var/lib/la suite.sqlite3"),
    ],
)
def test_a_file_may_stand_elsewhere(url: str, path: str) -> None:
    found = given_url(url)
    assert found["NAME"] == Path(path)
    assert found["OPTIONS"] == given_url("")["OPTIONS"], "with the same safeguards"


@given(name=st.text(min_size=1, max_size=20), password=st.text(max_size=20))
def test_any_name_and_password_can_be_written(name: str, password: str) -> None:
    name, password = (text.encode("utf-8", "ignore").decode() for text in (name, password))
    url = f"postgresql://{quote(name, safe='')}:{quote(password, safe='')}@db.example:5433/entre"
    found = given_url(url + "?sslmode=verify-full")
    assert (found["USER"], found["PASSWORD"]) == (name, password)
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db.example", "5433", "entre")
    assert found["ENGINE"] == ENGINE


def test_a_folder_of_sockets_is_a_host() -> None:
    found = given_url("postgresql:///entregent?host=/run/postgresql")
    assert (found["HOST"], found["USER"]) == ("/run/postgresql", "")


BAD = {
    f"{SECRET}": "begins neither",
    f"mysql://u:{SECRET}@h/name": "begins neither",
    f"postgresql://u:{SECRET}@h": "names no database",
    f"postgresql://u:{SECRET}@h/": "names no database",
    f"postgresql://u:{SECRET}@h/a/b": "names no database",
    f"postgresql://u:{SECRET}@h:port/name": "cannot be read",
    f"postgresql://u:/{SECRET}@h/name": "cannot be read",
    f"postgresql://u:a/{SECRET}@h/name": "cannot be read",
    f"postgresql://u:{SECRET}#1@h/name": "",
    f"postgresql://u:[{SECRET}@h/name": "cannot be read",
    f"postgresql://u:{SECRET}@h/name?sslmode={SECRET}": "sslmode",
    f"postgresql://u:p@h/name?password={SECRET}": "parameter that is not known",
    f"sqlite://{SECRET}/name": "names no file",
    "sqlite://": "names no file",
    "sqlite:///": "names no file",
}


@pytest.mark.parametrize("url", BAD)
def test_a_bad_one_is_told_and_not_shown(url: str) -> None:
    with pytest.raises(ImproperlyConfigured) as caught:
        given_url(url)
    told = str(caught.value)
    assert "DATABASE_URL" in told
    assert BAD[url] in told
    assert SECRET not in told
    assert "\n" not in told
    assert told.endswith(".")
    assert caught.value.__cause__ is None, "what urllib says may hold a part of it"


def test_the_command_line_says_it_in_one_line(tmp_path: Path) -> None:
    program = Program(tmp_path / "home")
    told = program("listen", "sources", DATABASE_URL=f"mysql://u:{SECRET}@h/name")
    assert "DATABASE_URL begins neither" in one_plain_line(told)


SILENT = f"postgresql://maryse:{SECRET}@127.0.0.1:1/entregent"


@pytest.mark.parametrize("words", [("listen", "sources"), ("export", "activities"), ("loop",)])
def test_a_server_that_does_not_answer_is_told_with_the_remedy(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    line = one_plain_line(Program(tmp_path / "home")(*words, DATABASE_URL=SILENT))
    assert "check that the server named in DATABASE_URL runs and lets us in" in line
    assert SECRET not in line


def test_the_site_does_not_start_without_its_server_and_says_why(tmp_path: Path) -> None:
    told = Program(tmp_path / "home")("run", "--port", "18441", DATABASE_URL=SILENT)
    assert "check that the server named in DATABASE_URL" in one_plain_line(told)


def test_doctor_says_that_the_server_does_not_answer(tmp_path: Path) -> None:
    told = Program(tmp_path / "home")("doctor", "--json", DATABASE_URL=SILENT)
    assert (told.code, told.err) == (1, "")
    (database,) = [check for check in told.json["checks"] if check["name"] == "database"]
    assert database["status"] == "failed"
    assert "does not answer" in database["finding"]
    assert "DATABASE_URL" in database["remedy"]
    assert SECRET.encode() not in told.out


def test_a_client_that_is_not_installed_is_told_with_the_command(tmp_path: Path) -> None:
    (tmp_path / "psycopg.py").write_text("raise ImportError")
    program = Program(tmp_path / "home")
    told = program("listen", "sources", DATABASE_URL=SILENT, PYTHONPATH=str(tmp_path))
    assert "pip install 'entregent[postgres]'" in one_plain_line(told)
