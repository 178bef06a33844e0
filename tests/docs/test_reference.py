"""Reference pages say what stands in the code."""

from __future__ import annotations

import re

import pytest

from entregent.lake.schema import SCHEMA_VERSION, TABLES
from entregent.networks.registry import NETWORKS
from entregent.site.settings import KNOWN
from tests.docs.pages import DOCS, code_words, rows, sections

REFERENCE = DOCS / "reference"
LAKE = sections(REFERENCE / "lake.md")
FORMATS = {
    form.name for network in NETWORKS for form in (*network.json, *network.rows, *network.texts)
}


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_column_of_the_lake_is_documented_in_its_table(name: str) -> None:
    listed = [word for row in rows(LAKE[name]) for word in code_words(row[0])]
    assert sorted(listed) == sorted(TABLES[name].schema.names)


def test_statistics_in_the_log_are_those_documented() -> None:
    said = {
        code_words(row[0])[0]: tuple(code_words(row[1])) for row in rows(LAKE["What the logs hold"])
    }
    assert said == {name: table.statistics for name, table in TABLES.items()}


def test_statistics_in_the_log_are_of_keys_times_and_numbers_only() -> None:
    for table in TABLES.values():
        kinds = {str(table.schema.field(name).type) for name in table.statistics}
        assert kinds <= {"int64", "timestamp[us, tz=UTC]"}, table.name


def test_the_schema_version_is_the_one_documented() -> None:
    assert f"The version is {SCHEMA_VERSION}." in LAKE["Schema version"]


def test_every_format_that_is_read_is_documented_and_no_other() -> None:
    text = (REFERENCE / "formats.md").read_text(encoding="utf-8")
    assert {word for row in rows(text) for word in code_words(row[1])} == FORMATS


def test_every_setting_is_documented_and_no_other() -> None:
    text = (REFERENCE / "settings.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^## `([A-Z][A-Z_]+)`$", text, re.MULTILINE)) == set(KNOWN)
