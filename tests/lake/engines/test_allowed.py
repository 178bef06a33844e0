"""Only operations of which tests show that the engines agree are used."""

from __future__ import annotations

from datetime import date

import pytest

from entregent.lake.engines import engine_named
from entregent.lake.engines.allowed import ALLOWED, Untested, operations, refuse_untested
from entregent.lake.engines.engine import Columns
from entregent.lake.errors import LakeError
from entregent.lake.questions import QUESTIONS, Asked
from entregent.lake.questions.asking import BESIDE
from entregent.lake.rollups.registry import DIMENSIONS

COLUMNS = Columns({name: schema.empty_table() for name, schema in BESIDE.items()})
WEEK = {"from_day": date(2026, 3, 1), "until_day": date(2026, 3, 8)}
QUERIES = (("a", '"bon ete" OR caf* NOT #x'), ("b", "@anne"))


def asked(name: str) -> list[Asked]:
    """Everything that a question can be asked, as far as its operations go."""
    today = date(2026, 11, 1)
    plain = Asked(today=today, by=QUESTIONS[name].by, queries=QUERIES, ours=(1,))
    week = Asked(today=today, by=QUESTIONS[name].by, changes=((0, -18_000), (9, 0)), **WEEK)
    if "by" not in QUESTIONS[name].takes:
        return [plain, week]
    return [plain, week, *(Asked(today=today, by=(dimension,)) for dimension in DIMENSIONS)]


@pytest.mark.parametrize("name", list(QUESTIONS))
def test_a_named_query_uses_no_other_operation(name: str) -> None:
    for each in asked(name):
        refuse_untested(QUESTIONS[name].expression(COLUMNS, each))


def test_no_operation_is_listed_that_no_named_query_uses() -> None:
    used = {
        operation
        for name, question in QUESTIONS.items()
        for each in asked(name)
        for operation in operations(question.expression(COLUMNS, each))
    }
    assert used == ALLOWED


@pytest.mark.parametrize("what", ["upper", "hash", "reverse"])
def test_another_operation_is_refused_by_its_name(what: str) -> None:
    table = COLUMNS.table("accounts")
    with pytest.raises(Untested, match="no test shows that the engines agree on"):
        refuse_untested(table.select(told=getattr(table.name, what)()))


@pytest.mark.parametrize("name", list(QUESTIONS))
def test_rows_are_in_an_order_without_ties_and_empty_fields_come_last(name: str) -> None:
    question = QUESTIONS[name]
    expression = question.expression(COLUMNS, Asked(today=date.min, by=question.by))
    keys = expression.op().parent.keys
    assert sorted(key.name for key in keys) == sorted(expression.columns)
    assert not any(key.nulls_first for key in keys)


def test_an_engine_that_is_none_is_refused() -> None:
    with pytest.raises(LakeError, match="« oracle » is no engine; choose duckdb or spark"):
        engine_named("oracle")
