"""Rows of words, as a file has them, and the faults that are named by row and column."""

from datetime import date, timedelta

import pytest

from entregent.measurement.cohorts import Columns, compare_cohorts, repeat_purchases
from entregent.measurement.results import CannotMeasure

END = date(2026, 11, 30)
HEADER = ("personne", "première rencontre", "cohorte", "départ")
NB = "\N{NO-BREAK SPACE}"


def people(count=40):
    """Every other person came with the campaign; every fifth left after 20 days."""
    rows = []
    for number in range(count):
        first = END - timedelta(days=100 + number % 7)
        left = (first + timedelta(days=20)).isoformat() if number % 5 == 0 else ""
        rows.append([f"p{number}", first.isoformat(), "Gagne ton hiver" * (number % 2), left])
    return rows


def orders(count=200):
    rows = []
    for number in range(count):
        first = END - timedelta(days=300 + number % 60)
        cohort = "TUQUE15" if number % 2 else ""
        gaps = [0, 20, 45, 90, 160][: 1 + (number // 2) % 5]
        rows.extend(
            [f"p{number}", (first + timedelta(days=each)).isoformat(), cohort] for each in gaps
        )
    return rows


def test_it_reads_columns_by_their_usual_names_and_finds_the_only_campaign():
    found = compare_cohorts(HEADER, people(), observed_until=END)
    assert found.name == "Gagne ton hiver"
    assert (found.campaign_people, found.others_people) == (20, 20)
    assert found.headline.share.campaign.estimate == pytest.approx(16 / 20)


def test_it_takes_the_columns_it_is_given():
    rows = [[each[2], each[0], each[3], each[1]] for each in people()]
    columns = Columns(person="b", cohort="a", first="d", left="c")
    found = compare_cohorts(("a", "b", "c", "d"), rows, columns=columns, observed_until=END)
    assert found.to_dict() == compare_cohorts(HEADER, people(), observed_until=END).to_dict()


def test_the_last_day_of_the_file_ends_the_observation_where_none_is_given():
    rows = people()
    last = max(each for row in rows for each in (row[1], row[3]) if each)
    assert compare_cohorts(HEADER, rows).observed_until.isoformat() == last


def test_one_of_several_campaigns_is_compared_with_everyone_else():
    rows = people()
    rows[2][2] = "La carte du quai"
    with pytest.raises(CannotMeasure) as refused:
        compare_cohorts(HEADER, rows, observed_until=END)
    assert refused.value.code == "which_campaign"
    assert "Gagne ton hiver, La carte du quai" in refused.value.en
    found = compare_cohorts(HEADER, rows, campaign="Gagne ton hiver", observed_until=END)
    assert (found.campaign_people, found.others_people) == (20, 20)


def test_a_time_counts_for_its_day():
    rows = people()
    rows[0][1] += "T19:30:00-05:00"
    assert compare_cohorts(HEADER, rows, observed_until=END).campaign_people == 20


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        (0, "", "empty_cell"),
        (0, "p1", "doubled_person"),
        (1, "", "empty_cell"),
        (1, "3 février", "bad_day"),
        (1, "2026-02-30", "bad_day"),
        (1, "2026-12-01", "met_after_end"),
        (3, "2026-12-01", "left_after_end"),
        (3, "2020-01-01", "left_before_first"),
        (3, "hier", "bad_day"),
    ],
)
def test_a_fault_is_named_by_row_and_column(column, cell, code):
    rows = people()
    rows[3][column] = cell
    with pytest.raises(CannotMeasure) as refused:
        compare_cohorts(HEADER, rows, observed_until=END)
    assert refused.value.code == code
    assert "5" in refused.value.en  # the fourth row under the header
    if code != "doubled_person":
        assert f"Ligne 5, colonne «{NB}{HEADER[column]}{NB}»{NB}:" in refused.value.fr
    lines = [501 + each for each in range(len(rows))]
    with pytest.raises(CannotMeasure, match="504"):
        compare_cohorts(HEADER, rows, observed_until=END, lines=lines)


def test_it_refuses_a_row_that_is_cut():
    rows = people()
    rows[1] = rows[1][:2]
    with pytest.raises(CannotMeasure, match="Row 3: 2 cells for 4 columns") as refused:
        compare_cohorts(HEADER, rows)
    assert refused.value.code == "bad_row"


def test_it_refuses_an_unknown_column_and_names_those_there_are():
    with pytest.raises(CannotMeasure, match="personne, première rencontre") as refused:
        compare_cohorts(HEADER, people(), columns=Columns(first="debut"))
    assert refused.value.code == "no_column"


def test_it_refuses_an_empty_file():
    for reader in (compare_cohorts, repeat_purchases):
        with pytest.raises(CannotMeasure) as refused:
            reader(HEADER, [])
        assert refused.value.code == "no_rows"


def test_orders_are_split_by_the_cohort_of_the_first_one():
    rows = orders()
    found = repeat_purchases(("client", "date", "campagne"), rows, observed_until=END)
    assert found.name == "TUQUE15"
    assert (found.campaign.people, found.others.people) == (100, 100)
    # A later order with the coupon does not make an old customer a new one.
    rows.append(["p0", END.isoformat(), "TUQUE15"])
    again = repeat_purchases(("client", "date", "campagne"), rows, observed_until=END)
    assert (again.campaign.people, again.others.people) == (100, 100)
    assert again.campaign.expected == found.campaign.expected


def test_an_order_after_the_end_is_named_by_its_row():
    rows = orders()
    rows[1][1] = "2026-12-01"
    with pytest.raises(CannotMeasure, match="Row 3, column “date”") as refused:
        repeat_purchases(("client", "date", "campagne"), rows, observed_until=END)
    assert refused.value.code == "order_after_end"
