"""Daily counts."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

Read = Callable[[str], Any]
DAY = datetime(2026, 2, 3, tzinfo=UTC)


def test_each_column_is_a_metric(read_table: Read) -> None:
    points = read_table("quotidien.csv").points

    assert [(p.metric, p.value, p.unit) for p in points if p.at == DAY] == [
        ("followers.totalItems", 1234.0, "count"),
        ("sales", 12.5, "CAD"),
        ("laissez_passer_vendus", 0.0, "count"),
    ]


def test_an_empty_cell_is_not_collected_and_a_zero_is_zero(read_table: Read) -> None:
    points = read_table("quotidien.csv").points

    assert [p.at.day for p in points if p.metric == "sales"] == [3]
    assert [p.value for p in points if p.metric == "laissez_passer_vendus"] == [0.0, 3.0]


def test_a_day_given_twice_is_refused_as_doubled(read_table: Read) -> None:
    (refused,) = read_table("quotidien.csv").refused

    assert refused.where == "row 4 (line 4)"
    assert "doubled: followers.totalItems of 2026-02-03" in refused.reason


def test_each_row_may_name_its_metric(read_table: Read) -> None:
    reading = read_table("daily.csv")

    assert [(p.account, p.metric, p.value) for p in reading.points] == [
        ("https://social.example/@frimas", "followers.totalItems", 1234.0),
        ("https://social.example/@frimas", "visits", 0.0),
    ]
    assert [one.nothing for one in reading.taken if one.nothing] == ["an empty cell: not collected"]
    assert [one.where for one in reading.refused] == ["row 5 (line 5)"]


def test_the_same_day_of_two_accounts_is_not_doubled(read_table: Read) -> None:
    reading = read_table(
        "date,account,followers\n2026-02-03,https://a.example/a,1\n2026-02-03,https://a.example/b,2\n"
    )

    assert len(reading.points) == 2


def test_a_row_of_totals_is_left_out_and_said(read_table: Read) -> None:
    reading = read_table("date,visits\n2026-02-03,4\nTotal,4\n")

    assert len(reading.points) == 1
    assert reading.taken[-1].nothing == "a row of totals"


def test_a_column_of_words_is_no_metric(read_table: Read) -> None:
    assert read_table("date,visits,note\n2026-02-03,4,tempête\n").points == []


def test_a_day_that_may_be_two_is_refused(read_table: Read) -> None:
    reading = read_table("date,visits\n03/02/2026,4\n2026-02-04,5\n")

    assert "2026-02-03" in reading.refused[0].reason
    assert len(reading.points) == 1


def test_a_day_begins_where_its_header_says(read_table: Read) -> None:
    (point,) = read_table("date (America/Toronto),visits\n2026-02-03,4\n").points

    assert point.at == datetime(2026, 2, 3, 5, tzinfo=UTC)
