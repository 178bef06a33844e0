"""Advertising spend and reach."""

from collections.abc import Callable
from typing import Any

Read = Callable[[str], Any]


def test_it_reads_what_google_exports_after_its_title(read_table: Read) -> None:
    points = read_table("google_ads.csv").points

    assert [(p.metric, p.value, p.unit, p.dimension) for p in points[:3]] == [
        ("spend", 1234.5, "CAD", "Gagne ton hiver"),
        ("impressions", 10000.0, "count", "Gagne ton hiver"),
        ("clicks", 12.0, "count", "Gagne ton hiver"),
    ]
    assert [p.value for p in points[3:]] == [0.0, 0.0, 0.0]


def test_rows_of_totals_are_left_out_and_said(read_table: Read) -> None:
    for name in ("google_ads.csv", "meta_ads.csv"):
        told = [one.nothing for one in read_table(name).taken if one.nothing]
        assert told == ["a row of totals"]


def test_it_reads_what_meta_exports_by_day(read_table: Read) -> None:
    points = read_table("meta_ads.csv").points

    assert {p.metric: p.value for p in points} == {
        "spend": 12.5,
        "impressions": 100.0,
        "reach": 90.0,
        "clicks": 4.0,
        "link_clicks": 2.0,
    }


def test_a_row_about_a_week_is_refused_with_the_remedy(read_table: Read) -> None:
    (refused,) = read_table("meta_ads.csv").refused

    assert refused.where == "row 3 (line 3), column « Reporting starts »"
    assert "breakdown by day" in refused.reason


def test_a_campaign_given_twice_for_a_day_is_refused(read_table: Read) -> None:
    reading = read_table(
        "day,campaign,clicks\n2026-02-03,Hiver,1\n2026-02-03,Été,1\n2026-02-03,Hiver,2\n"
    )

    assert len(reading.points) == 2
    assert "doubled: clicks, Hiver" in reading.refused[0].reason


def test_spending_without_a_currency_is_refused(read_table: Read) -> None:
    reading = read_table("day,campaign,spend\n2026-02-03,Hiver,12\n")

    assert "« currency »" in reading.heading.reason
