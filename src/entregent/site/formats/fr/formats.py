"""Dates, times and numbers as they are written in Québec: 3 février 2026, 19 h 30, 1 234,5."""

DATE_FORMAT = "j\xa0F\xa0Y"
SHORT_DATE_FORMAT = "Y-m-d"
TIME_FORMAT = "G\xa0\\h\xa0i"
DATETIME_FORMAT = "j\xa0F\xa0Y, G\xa0\\h\xa0i"
SHORT_DATETIME_FORMAT = "Y-m-d G\xa0\\h\xa0i"
MONTH_DAY_FORMAT = "j\xa0F"
YEAR_MONTH_FORMAT = "F\xa0Y"
FIRST_DAY_OF_WEEK = 0
DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "\xa0"
NUMBER_GROUPING = 3
