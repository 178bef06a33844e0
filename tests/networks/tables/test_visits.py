"""Visits and scans."""

from collections.abc import Callable
from typing import Any

import pytest

Read = Callable[[str], Any]


def test_two_equal_visits_are_two(read_table: Read) -> None:
    first, second, _ = read_table("visites.csv").activities

    assert first.object.id == second.object.id
    assert first.id != second.id


def test_a_visit_of_nobody_has_no_actor_and_is_a_trace(read_table: Read) -> None:
    visit = read_table("visites.csv").activities[0]

    assert (visit.type, visit.actor, visit.voluntary) == ("View", None, False)


def test_a_scan_has_its_code_and_its_place(read_table: Read) -> None:
    scan = read_table("visites.csv").activities[2]

    assert scan.object is None
    assert scan.actor == "urn:entregent:visitor:v-7"
    assert scan.instrument.name == "quai-1"
    assert scan.location.name == "Vieux quai"
    assert scan.origin.id == "https://moteur.example/recherche"


def test_a_time_that_the_clocks_went_over_is_refused(read_table: Read) -> None:
    (refused,) = read_table("visites.csv").refused

    assert refused.where == "row 5 (line 5), column « Date (America/Toronto) »"
    assert "clocks" in refused.reason


def test_a_path_needs_its_site(read_table: Read) -> None:
    bare = read_table("time,page,place\n2026-02-03T19:30Z,/billets,\n")
    whole = read_table("time,page,site\n2026-02-03T19:30Z,/billets,frimas.example\n")

    assert "« site »" in bare.refused[0].reason
    assert whole.activities[0].object.id == "https://frimas.example/billets"


@pytest.mark.parametrize("page", ["javascript:alert(1)", "https://", "billets"])
def test_a_page_that_is_no_address_is_refused(page: str, read_table: Read) -> None:
    reading = read_table(f"time,page,place\n2026-02-03T19:30Z,{page},\n")

    assert reading.activities == []
    assert len(reading.refused) == 1


def test_a_row_without_page_and_code_is_refused(read_table: Read) -> None:
    reading = read_table("time,page,place\n2026-02-03T19:30Z,,Quai\n")

    assert "neither a page nor a code" in reading.refused[0].reason


def test_equal_rows_in_different_zones_are_different_visits(read_table: Read) -> None:
    reading = read_table(
        "time,page,time zone\n"
        "2026-02-03 19:30,https://a.example/,America/Toronto\n"
        "2026-02-04 00:30,https://a.example/,UTC\n"
    )

    first, second = reading.activities
    assert first.published == second.published
    assert first.id != second.id
