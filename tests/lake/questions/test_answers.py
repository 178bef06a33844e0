"""What named queries say of a world in which everything that can go wrong does."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from entregent.people import facets as one_person
from tests.lake.questions.conftest import Answer
from tests.lake.questions.world import LARGEST, SMALLEST, day, note, uri
from tests.lake.record_book import account_key

SEARCHED = (("supprimé", "supprimer"), ("première", "première"), ("fermé", "fermé"))


def key(name: str) -> int:
    return account_key(uri(name))


def one(rows: list[dict[str, Any]], **told: Any) -> dict[str, Any]:
    found = [row for row in rows if told.items() <= row.items()]
    assert len(found) == 1, found
    return found[0]


def test_a_day_is_one_of_the_organisations_zone_and_an_hour_one_of_utc(answer: Answer) -> None:
    days = [row for row in answer("activities-by-day", by=("type",)) if row["type"] == "Create"]
    hours = answer("activities-by-hour", by=("type",))
    assert one(days, day=date(2026, 3, 7), type="Create")["activities"] == 1
    assert not [row for row in days if row["day"] == date(2026, 3, 8)]
    assert one(hours, hour=datetime(2026, 3, 8, 4, tzinfo=UTC))["activities"] == 1
    # Of the hour that is told twice in November, both are of the same day.
    assert one(days, day=date(2026, 11, 1))["activities"] == 2


def test_a_deleted_text_no_longer_counts_and_a_like_taken_back_still_does(answer: Answer) -> None:
    days = answer("activities-by-day", by=("type",))
    # Of the second of March, one text was deleted, and one is of an account that was closed.
    assert one(days, day=date(2026, 3, 2), type="Create")["activities"] == 1
    assert one(days, day=date(2026, 3, 4), type="Like") | {"activities": 3, "accounts": 2} == one(
        days, day=date(2026, 3, 4), type="Like"
    )


def test_what_came_late_counts_where_it_was_done(answer: Answer) -> None:
    days = answer("activities-by-day", by=("source",))
    assert one(days, day=date(2025, 1, 25))["activities"] == 1


def test_corrections_are_laid_over_labels(answer: Answer) -> None:
    rows = answer("activities-by-day", by=("intent", "language"))
    assert one(rows, day=date(2025, 1, 25))["intent"] == "praise"
    assert [row["language"] for row in rows if row["intent"] == "praise"].count("en") == 1


def test_people_of_a_public_count_their_traces_only_where_they_agreed(answer: Answer) -> None:
    rows = answer("activities-by-day", by=("public", "type"))
    visits = [row for row in rows if row["type"] == "View"]
    assert [(row["day"], row["public"]) for row in visits] == [
        (date(2026, 5, 30), "bénévoles"),
        (date(2026, 5, 30), "voisins"),
    ]


def test_a_day_that_was_not_collected_is_missing_and_a_quiet_one_is_zero(answer: Answer) -> None:
    rows = answer("daily-activities")
    shares = {row["day"].day: row for row in rows if row["type"] == "Announce"}
    assert (shares[3]["activities"], shares[3]["collected"]) == (0, True)
    assert (shares[4]["activities"], shares[4]["collected"]) == (None, False)
    assert (shares[6]["activities"], shares[6]["collected"]) == (1, True)


def test_a_series_keeps_the_last_number_of_a_day_and_no_other_than_a_number(
    answer: Answer,
) -> None:
    rows = [row for row in answer("daily-series") if row["metric"] == "followers"]
    assert [(row["day"], row["value"]) for row in rows] == [
        (date(2026, 2, 28), 11.0),
        (date(2026, 3, 3), None),
        (date(2026, 3, 4), 1e-300),
        (date(2026, 3, 6), 12.5),
    ]


def test_accounts_are_met_once_and_counted_each_month_they_come_back(answer: Answer) -> None:
    march = [row for row in answer("cohorts") if row["month"] == date(2026, 3, 1)]
    assert {row["first_deed"]: row["accounts"] for row in march} == {
        "message": 4,  # anne, bob, zoe, and one that has a key alone
        "like": 2,
        "visit": 1,
    }
    ages = [row for row in answer("retention") if row["month"] == date(2026, 3, 1)]
    assert {row["age_months"]: row["accounts"] for row in ages} == {0: 7, 1: 1, 2: 1, 3: 1, 8: 1}
    assert {row["of_accounts"] for row in ages} == {7}


def test_who_was_met_before_is_not_new_in_a_later_month(answer: Answer) -> None:
    rows = answer("cohorts", from_day=date(2026, 4, 1), until_day=date(2026, 5, 31))
    assert {(row["month"].month, row["first_deed"]) for row in rows} == {
        (4, "message"),
        (5, "scan"),
        (5, "order"),
    }


def test_a_path_leads_from_a_code_over_visits_to_the_first_order(answer: Answer) -> None:
    assert {row["path"]: row["orders"] for row in answer("paths")} == {
        "scan > visit > order": 1,
        "scan > order": 1,
        "order": 1,
    }
    steps = [row for row in answer("path-steps") if row["account_key"] == key("web-1")]
    assert [(row["kind"], row["times"], row["campaign"]) for row in steps] == [
        ("scan", 1, "voix-d-ici"),
        ("visit", 2, None),
        ("order", 1, None),
    ]


def test_a_path_over_two_accounts_is_told_only_where_their_person_agreed(answer: Answer) -> None:
    steps = answer("path-steps", window_days=366)
    assert [row["kind"] for row in steps if row["person"] == 12] == ["scan", "order"]
    assert 13 not in {row["person"] for row in steps}
    assert [row["kind"] for row in steps if row["account_key"] == key("web-3")] == [
        "visit",
        "order",
    ]


def test_only_days_of_the_window_belong_to_a_path(answer: Answer) -> None:
    assert {row["path"] for row in answer("paths", window_days=1)} == {
        "order",
        "visit > order",
        "scan > order",
    }


def test_edges_say_who_does_what_towards_whom(answer: Answer) -> None:
    rows = answer("interactions")
    found = {(row["from_key"], row["to_key"], row["kind"]): row["times"] for row in rows}
    assert found == {
        # Once by its key, once as an older program wrote it, by a local name.
        (key("bob"), key("anne"), "reply"): 2,
        (key("bob"), key("anne"), "mention"): 1,
        (key("bob"), key("anne"), "share"): 1,
        (key("zoe"), key("anne"), "mention"): 1,
        (key("zoe"), key("anne"), "like"): 1,
        (key("zoe"), key("nous"), "follow"): 1,
        (key("dan"), key("nous"), "follow"): 1,
        (key("eve"), key("nous"), "mention"): 1,
        (6, 5, "mention"): 1,
    }


def test_facets_count_what_each_account_did(answer: Answer) -> None:
    rows = {row["account_key"]: row for row in answer("facets", ours=(key("nous"),))}
    bob, dan, eve, zoe = (rows[key(name)] for name in ("bob", "dan", "eve", "zoe"))
    assert (bob["help"], bob["conversation"], bob["recommendation"]) == (1, 2, 2)
    assert (dan["deals"], dan["complaints"], dan["conversation"]) == (1, 2, 5)
    # Praise in private recommends nothing; a good review does.
    assert (eve["recommendation"], eve["conversation"]) == (2, 4)
    assert zoe["deals"] == 2
    assert rows[key("web-1")]["purchases"] == 2
    assert {SMALLEST, LARGEST} <= set(rows)
    assert key("carl") not in rows


def test_facets_have_the_names_they_have_on_a_persons_page(answer: Answer) -> None:
    assert set(one_person.FACETS) <= set(answer("facets")[0])


def test_silence_is_counted_as_on_a_persons_page(answer: Answer) -> None:
    row = one(answer("facets"), account_key=key("dan"))
    acts = [
        one_person.Act(at, "message")
        for at in (day(-400), day(4), day(33), day(34), day(65), day(200))
    ]
    told = one_person.facets(acts, since=date(2025, 1, 25), until=date(2026, 11, 1))[-1]
    assert (row["silence"], row["months_known"]) == (told.count, told.out_of)


def test_the_archive_finds_the_newest_version_and_nothing_that_is_gone(answer: Answer) -> None:
    assert answer("search", queries=SEARCHED) == []
    rows = answer("search", queries=(("œuvre", '"oeuvre d ete"'), ("fin", "fin-de-text*")))
    assert [(row["query"], row["object_id"]) for row in rows] == [
        ("fin", note("k")),
        ("œuvre", note("e")),
    ]
    assert len(rows[0]["words"]) > 100_000


def test_what_an_older_program_wrote_is_found_too(answer: Answer) -> None:
    rows = answer("search", queries=(("navettes", "#navettes"),))
    assert [row["object_id"] for row in rows] == [note("b")]


def test_an_answer_holds_no_more_rows_than_are_asked_for(answer: Answer) -> None:
    assert len(answer("activities-by-day", limit=3)) == 3
    assert answer("activities-by-day", limit=3) == answer("activities-by-day")[:3]
