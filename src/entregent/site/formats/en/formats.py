"""Dates, times and numbers of the English screens: February 3, 2026, 7:30 p.m., 1,234.5."""

DATE_FORMAT = "F\xa0j, Y"
SHORT_DATE_FORMAT = "Y-m-d"
TIME_FORMAT = "g:i\xa0a"
DATETIME_FORMAT = "F\xa0j, Y, g:i\xa0a"
SHORT_DATETIME_FORMAT = "Y-m-d g:i\xa0a"
MONTH_DAY_FORMAT = "F\xa0j"
YEAR_MONTH_FORMAT = "F\xa0Y"
FIRST_DAY_OF_WEEK = 0
DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
