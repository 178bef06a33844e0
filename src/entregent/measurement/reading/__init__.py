"""Tables that people paste or drop, read into series; nothing is guessed without saying so."""

from entregent.measurement.reading.daily import SeriesTable, series_from
from entregent.measurement.reading.dates import Days, days_of
from entregent.measurement.reading.long import LongTable, columns, long_rows
from entregent.measurement.reading.numbers import Numbers, numbers_of
from entregent.measurement.reading.refusing import Note
from entregent.measurement.reading.table import Table, read_table

__all__ = [
    "Days",
    "LongTable",
    "Note",
    "Numbers",
    "SeriesTable",
    "Table",
    "columns",
    "days_of",
    "long_rows",
    "numbers_of",
    "read_table",
    "series_from",
]
