"""A table that somebody pasted or dropped becomes a series, or one sentence that says why not."""

import datetime as dt
import time
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from entregent.measurement.reading import SeriesTable, read_table, series_from
from entregent.measurement.results import CannotMeasure

FIRST = dt.date(2026, 2, 3)


def read(data: bytes | str, **names: object) -> SeriesTable:
    return series_from(read_table(data), **names)  # type: ignore[arg-type]


def refused(data: bytes | str, **names: object) -> CannotMeasure:
    with pytest.raises(CannotMeasure) as caught:
        read(data, **names)
    for sentence in (caught.value.fr, caught.value.en):
        assert "\n" not in sentence
        assert sentence.endswith((".", "?"))
        assert len(sentence) < 400
    return caught.value


def values(data: bytes | str, **names: object) -> list[float | None]:
    return [None if np.isnan(each) else float(each) for each in read(data, **names).outcome.values]


def codes(data: bytes | str, **names: object) -> list[str]:
    return [each.code for each in read(data, **names).notes]


PLAIN = "date,visites\n2026-02-03,5\n2026-02-04,7\n2026-02-05,6\n"


@pytest.mark.parametrize(
    "data",
    [
        PLAIN,
        PLAIN.encode("utf-8-sig"),
        PLAIN.encode("utf-16"),
        "\N{ZERO WIDTH NO-BREAK SPACE}" + PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\n", "\r"),
        PLAIN.replace(",", ";"),
        PLAIN.replace(",", "\t"),
        PLAIN.replace(",", "|"),
        PLAIN.replace(",", " | "),
        "sep=;\n" + PLAIN.replace(",", ";"),
        PLAIN.replace("\n", "\n\n"),
        '"date","visites"\n"2026-02-03","5"\n"2026-02-04","7"\n"2026-02-05","6"\n',
        "date,visites,\n2026-02-03,5,\n2026-02-04,7,\n2026-02-05,6,\n",
        ",date,visites\n0,2026-02-03,5\n1,2026-02-04,7\n2,2026-02-05,6\n",
    ],
)
def test_the_same_table_in_other_clothes_is_the_same_series(data: bytes | str) -> None:
    series = read(data).outcome
    assert (series.first_day, series.name) == (FIRST, "visites")
    assert series.values.tolist() == [5, 7, 6]


def test_words_in_windows_1252_keep_their_accents() -> None:
    table = read_table("date;abonnés\n2026-02-03;5\n2026-02-04;6\n".encode("cp1252"))
    assert table.names == ("date", "abonnés")


def test_a_table_without_header_has_numbered_columns() -> None:
    table = read_table("2026-02-03;5\n2026-02-04;7\n")
    assert table.names == ("1", "2")
    assert not table.has_header
    assert values("2026-02-03;5\n2026-02-04;7\n", value="2") == [5, 7]


def test_title_total_and_footnote_are_left_aside_and_said() -> None:
    data = f"Rapport de l'hiver\n\n{PLAIN}Total,18\nSource : Matomo\n"
    assert values(data) == [5, 7, 6]
    assert codes(data) == ["footnote", "total"]


def test_a_line_is_counted_as_the_file_has_it() -> None:
    data = 'Titre\n\ndate,note,visites\n2026-02-03,"deux\nlignes",5\n\n2026-02-04,,sept\n'
    error = refused(data, value="visites")
    assert "Ligne 7, colonne « visites »".replace("« ", "«\xa0").replace(" »", "\xa0»") in error.fr
    assert error.en.startswith("Line 7, column « visites »: « sept » cannot be read as a number")


def test_what_was_not_collected_is_missing_and_never_zero() -> None:
    data = "date;v\n2026-02-03;5\n2026-02-04;\n2026-02-05;non recueilli\n2026-02-08;0\n"
    assert values(data) == [5, None, None, None, None, 0]
    assert codes(data) == ["missing_days"]
    assert "2" in read(data).notes[0].fr


def test_rows_out_of_order_are_sorted_and_it_is_said() -> None:
    data = "date,v\n2026-02-05,6\n2026-02-03,5\n2026-02-04,7\n"
    assert values(data) == [5, 7, 6]
    assert codes(data) == ["unordered"]


def test_a_day_that_stands_twice_is_refused_with_both_lines() -> None:
    error = refused(PLAIN + "2026-02-04,8\n")
    assert error.code == "doubled_day"
    assert "Lignes 3 et 5" in error.fr
    assert "Lines 3 and 5" in error.en
    assert "2026-02-04" in error.en


def test_a_row_that_is_repeated_word_for_word_counts_once() -> None:
    data = PLAIN + "2026-02-04,7\n"
    assert values(data) == [5, 7, 6]
    assert codes(data) == ["same_rows"]


def test_several_rows_a_day_are_to_be_added_up() -> None:
    rows = "".join(f"2026-02-{day:02d}T{hour:02d}:00,{hour}\n" for day in (3, 4) for hour in (1, 2))
    assert "add up the rows of each day" in refused("date,v\n" + rows).en


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ([FIRST + dt.timedelta(weeks=n) for n in range(20)], "une ligne par semaine"),
        ([FIRST + dt.timedelta(weeks=2 * n) for n in range(20)], "toutes les deux semaines"),
        ([dt.date(2025 + n // 12, n % 12 + 1, 1) for n in range(20)], "une ligne par mois"),
        ([dt.date(2000 + n, 1, 1) for n in range(20)], "une ligne par an"),
        ([FIRST + dt.timedelta(days=3 * n) for n in range(20)], "tous les 3 jours"),
        (["2025-11", "2025-12", "2026-01"], "une ligne par mois"),
        (["novembre 2025", "décembre 2025", "janvier 2026"], "une ligne par mois"),
        (["2026-W05", "2026-W06", "2026-W07"], "une ligne par semaine"),
    ],
)
def test_longer_steps_than_a_day_are_refused_by_their_name(
    days: list[dt.date | str], words: str
) -> None:
    error = refused("date,v\n" + "".join(f"{day},{n}\n" for n, day in enumerate(days)))
    assert error.code == "not_daily"
    assert words in error.fr


def test_a_slip_in_a_year_is_not_filled_with_days_that_are_missing() -> None:
    error = refused(PLAIN + "2062-02-06,8\n")
    assert error.code == "far_apart"
    assert "line 4" in error.en
    assert "line 5" in error.en


def test_weekends_that_are_left_out_are_days_not_collected() -> None:
    days = [FIRST + dt.timedelta(days=n) for n in range(60)]
    rows = "".join(f"{day},{day.day}\n" for day in days if day.weekday() < 5)
    found = values("date,v\n" + rows)
    assert found.count(None) == sum(day.weekday() >= 5 for day in days[:-2])


MANY = "jour,pays,visites,commandes,météo\n" + "".join(
    f"2026-02-{n:02d},Canada,{n},{2 * n},{3 * n}\n" for n in range(1, 20)
)


def test_the_columns_can_be_named_and_controls_come_in_order() -> None:
    read_one = read(MANY, date="Jour", value="commandes", controls=["METEO", "visites"])
    assert read_one.outcome.name == "commandes"
    assert [control.name for control in read_one.controls] == ["météo", "visites"]
    assert read_one.controls[0].values[:3].tolist() == [3, 6, 9]
    assert read_one.controls[0].first_day == read_one.outcome.first_day


def test_the_first_column_of_numbers_is_taken_and_the_others_are_named() -> None:
    assert read(MANY).outcome.name == "visites"
    (told,) = read(MANY).notes
    assert told.code == "value_column"
    assert "commandes" in told.fr


def test_an_unknown_column_is_refused_with_near_names() -> None:
    assert "commandes" in refused(MANY, value="comande").fr
    assert "visites" in refused(MANY, value="xyz").en


def test_a_column_cannot_serve_twice() -> None:
    assert refused(MANY, value="visites", controls=["visites"]).code == "column_used_twice"
    assert refused(MANY, value="jour").code == "column_used_twice"


def test_a_name_that_two_columns_have_is_refused() -> None:
    assert refused("date,v,v\n2026-02-03,1,2\n", value="v").code == "doubled_column"


def test_a_decimal_comma_between_commas_is_refused_with_its_line() -> None:
    error = refused("date,v\n2026-02-03,1\n2026-02-04,1,5\n")
    assert error.code == "too_many_cells"
    assert error.en.startswith("Line 3: 3 cells for 2 columns")


def test_a_date_that_is_left_out_beside_a_number_is_refused() -> None:
    assert refused("date,v\n2026-02-03,1\n,5\n2026-02-05,2\n").en.startswith("Line 3, column")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"   \n\n", "empty"),
        (b"date,v\n", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not_text"),
        (b"date,v\n2026-02-03,\x005\n", "not_text"),
        (b"date,v\n2026-02-03,\x1b[31m5\n", "not_text"),
        (b"PK\x03\x04\x14\x00\x06\x00", "spreadsheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "spreadsheet"),
        (b'{"date": "2026-02-03"}', "json"),
        (b"[1, 2]", "json"),
        (b"<!doctype html><table>", "html"),
        (b"x" * 2_000_000, "quotes"),
        (b"2026-02-03," * 180_000, "too_many_columns"),
        (b'date,v\n2026-02-03,"5\n2026-02-04,6\n', "quotes"),
        (b"x" * 5_000_001, "too_large"),
        (b"1,2\n" * 200_002, "too_many_rows"),
        (b"Des mots, rien que des mots.\nEncore des mots.\n", "empty"),
        (b"name,v\nA,1\nB,2\nC,3\n", "no_dates"),
        (b"date,word\n2026-02-03,a\n2026-02-04,b\n", "not_a_number"),
        (b"date\n2026-02-03\n2026-02-04\n", "no_numbers"),
        ("date,v\n2026-02-03,\ud800\n", "not_text"),
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence(data: bytes | str, code: str) -> None:
    assert refused(data).code == code


def test_what_is_shown_of_a_hostile_cell_is_short_and_plain() -> None:
    error = refused(f"date,v\n2026-02-03,1\n2026-02-04,\u202e\x85{'ha' * 500}\n")
    assert "\u202e" not in error.fr
    assert len(error.fr) < 250


def test_fifty_thousand_rows_and_two_hundred_columns_are_read() -> None:
    days = [dt.date(1900, 1, 1) + dt.timedelta(days=n) for n in range(50_000)]
    long = "date;v\n" + "".join(f"{day};{n},5\n" for n, day in enumerate(days))
    wide = f"date,{','.join(f'c{n}' for n in range(199))}\n" + "".join(
        f"{day},{','.join(['7'] * 199)}\n" for day in days[:5000]
    )
    start = time.process_time()
    assert len(read(long).outcome) == 50_000
    assert read(wide, value="c150").outcome.values.sum() == 35_000
    # Generous: it is to catch a cost that grows with the square.
    assert time.process_time() - start < 5


NARROW, THIN, HARD = "\N{NARROW NO-BREAK SPACE}", "\N{THIN SPACE}", "\N{NO-BREAK SPACE}"
FRENCH_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août"),
    *("septembre", "octobre", "novembre", "décembre"),
)
ENGLISH_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)

DATES: dict[str, Callable[[dt.date], str]] = {
    "iso": dt.date.isoformat,
    "slashes": lambda day: f"{day:%Y/%m/%d}",
    "day first": lambda day: f"{day:%d/%m/%Y}",
    "month first": lambda day: f"{day.month}/{day.day}/{day.year}",
    "compact": lambda day: f"{day:%Y%m%d}",
    "time": lambda day: f"{day}T23:59:59-05:00",
    "French": lambda day: (
        f"{'1er' if day.day == 1 else day.day} {FRENCH_MONTHS[day.month - 1]} {day.year}"
    ),
    "English": lambda day: f"{ENGLISH_MONTHS[day.month - 1]} {day.day}, {day.year}",
    "serial": lambda day: str((day - dt.date(1899, 12, 30)).days),
}


def grouped(mark: str, group: str, minus: str = "-") -> Callable[[float], str]:
    def write(value: float) -> str:
        text = f"{abs(value):,.2f}".replace(",", "G").replace(".", mark).replace("G", group)
        return (minus if value < 0 else "") + text

    return write


NUMBERS: dict[str, Callable[[float], str]] = {
    "plain": repr,
    "French": grouped(",", NARROW, "\N{MINUS SIGN}"),
    "French, thin": grouped(",", THIN),
    "French, dollars": lambda value: grouped(",", HARD)(value) + f"{HARD}$",
    "English": grouped(".", ","),
    "German": grouped(",", "."),
    "Swiss": grouped(".", "’"),
    "accountant": lambda value: (
        f"({grouped('.', ',')(-value)})" if value < 0 else grouped(".", ",")(value)
    ),
}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    first=st.dates(dt.date(1990, 1, 1), dt.date(2060, 1, 1)),
    cents=st.lists(st.none() | st.integers(-(10**9), 10**9), min_size=25, max_size=60),
    date_style=st.sampled_from(sorted(DATES)),
    number_style=st.sampled_from(sorted(NUMBERS)),
    separator=st.sampled_from([",", ";", "\t", "|"]),
    line_end=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    shuffled=st.randoms(use_true_random=False),
)
def test_what_is_written_in_any_usual_way_is_read_back_exactly(
    first: dt.date,
    cents: list[int | None],
    date_style: str,
    number_style: str,
    separator: str,
    line_end: str,
    encoding: str,
    shuffled: object,
) -> None:
    # The ends are collected, so that the series is as long as the table.
    held = [7, *cents, 13]
    rows = []
    for number, value in enumerate(held):
        cells = [
            DATES[date_style](first + dt.timedelta(days=number)),
            "" if value is None else NUMBERS[number_style](value / 100),
        ]
        quote = [f'"{cell}"' if separator in cell else cell for cell in cells]
        rows.append(separator.join(quote))
    shuffled.shuffle(rows)  # type: ignore[attr-defined]
    text = line_end.join([separator.join(["date", "mesure"]), *rows, ""])
    series = read(text.encode(encoding)).outcome
    expected = [np.nan if value is None else value / 100 for value in held]
    assert series.first_day == first
    np.testing.assert_array_equal(series.values, expected)


LIKELY = st.lists(
    st.sampled_from(
        [
            *("date", "2026-02-03", "03/02/2026", "45000", "T10:00Z", "total", "nan", "=1+1"),
            *(",", ";", "\t", "\n", '"', "1 234,5", "1,234", "-", "(", "%", "  "),
            *("é", "\x00", "\u2028", "\ud7ff"),
        ]
    ),
    max_size=60,
).map("".join)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400) | LIKELY | LIKELY.map(str.encode) | st.text(max_size=300))
def test_whatever_comes_in_is_a_series_or_a_refusal(data: bytes | str) -> None:
    try:
        found = read(data)
    except CannotMeasure:
        pass
    else:
        assert np.all(np.isfinite(found.outcome.values) | np.isnan(found.outcome.values))
