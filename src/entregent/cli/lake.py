"""``entregent lake query`` and ``queries``: asking the record by name."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from entregent.apps.measure.asking import NoSuchQuestion, ask_for_operator, question_named
from entregent.cli.output import PlainError, print_json
from entregent.lake.engines import ENGINES
from entregent.lake.errors import LakeError
from entregent.lake.questions import QUESTIONS, Asked, Question
from entregent.lake.rollups.registry import DIMENSIONS, RollUp
from entregent.understanding.queries import QueryError, parse
from entregent.vocabulary import format_time

if TYPE_CHECKING:
    import pyarrow as pa

SHOWN = 40
"""Characters of a text that a table shows."""
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)


def list_queries(*, as_json: bool) -> int:
    """List the named queries; returns the exit code."""
    if as_json:
        print_json({"queries": [_as_json(question) for question in QUESTIONS.values()]})
        return 0
    width = max(map(len, QUESTIONS))
    for question in QUESTIONS.values():
        print(f"{question.name:{width}}  {question.says['en']}")
    return 0


def answer_query(
    name: str,
    *,
    from_day: str | None,
    until_day: str | None,
    by: str | None,
    window_days: int,
    words: str | None,
    limit: int,
    engine: str | None,
    as_json: bool,
) -> int:
    """Answer a named query; returns the exit code."""
    try:
        question = question_named(name)
        asked = Asked(
            today=date.min,
            from_day=_day(from_day, "--from"),
            until_day=_day(until_day, "--until"),
            by=_dimensions(question, by),
            window_days=window_days,
            queries=_words(question, words),
            limit=limit,
        )
        if asked.from_day and asked.until_day and asked.from_day > asked.until_day:
            raise PlainError(
                f"--from {asked.from_day} is after --until {asked.until_day}; turn them round"
            )
        if engine is not None and engine not in ENGINES:
            raise PlainError(f"« {engine} » is no engine; choose {' or '.join(ENGINES)}")
        rows = ask_for_operator(name, asked, engine=engine or "")
    except NoSuchQuestion as error:
        meant = ", ".join(error.nearest)
        hint = f"did you mean {meant}? " if meant else ""
        raise PlainError(
            f"no query is called « {name} »; {hint}« entregent lake queries » lists them all"
        ) from None
    except LakeError as error:
        raise PlainError(str(error)) from None
    if as_json:
        print_json({"query": name, "columns": rows.column_names, "rows": _documents(rows)})
    else:
        _print_table(rows)
    return 0


def _day(told: str | None, option: str) -> date | None:
    if told is None:
        return None
    try:
        day = date.fromisoformat(told.strip())
    except ValueError:
        raise PlainError(f"{option} « {told[:40]} » is no day; write it as 2026-03-31") from None
    if not EARLIEST <= day <= LATEST:
        raise PlainError(f"{option} {day} is out of range; {EARLIEST} to {LATEST} can be asked for")
    return day


def _dimensions(question: Question, told: str | None) -> tuple[str, ...]:
    if told is None:
        return ()
    if "by" not in question.takes:
        raise PlainError(f"{question.name} has no dimensions to choose; leave --by out")
    chosen = tuple(dict.fromkeys(each.strip() for each in told.split(",") if each.strip()))
    unknown = [each for each in chosen if each not in DIMENSIONS]
    if unknown:
        raise PlainError(
            f"--by: « {unknown[0]} » is no dimension; choose among {', '.join(DIMENSIONS)}"
        )
    try:
        RollUp("asked", chosen)
    except ValueError:
        raise PlainError(
            "--by: choose one to three dimensions, and one at most of campaign, query, function "
            "and public"
        ) from None
    return chosen


def _words(question: Question, told: str | None) -> tuple[tuple[str, str], ...]:
    if told is None:
        return ()
    if "queries" not in question.takes:
        raise PlainError(f"{question.name} looks for no words; leave --words out")
    try:
        return ((str(parse(told)), told),)
    except QueryError as error:
        raise PlainError(f"--words: {error.sentence}") from None


def _documents(rows: "pa.Table") -> list[dict[str, Any]]:
    return [{name: _plain(value) for name, value in row.items()} for row in rows.to_pylist()]


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return format_time(value)
    return value.isoformat() if isinstance(value, date) else value


def _print_table(rows: "pa.Table") -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    numbers = {field.name for field in rows.schema if str(field.type) in {"int64", "double"}}
    for name in rows.column_names:
        table.add_column(name, justify="right" if name in numbers else "left", overflow="fold")
    for row in rows.to_pylist():
        table.add_row(*(_cell(value) for value in row.values()))
    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = 10_000
    console.print(table if len(rows) else "No rows.")


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    # What people wrote may hold signs that move the cursor.
    text = " ".join(str(_plain(value)).split())
    text = "".join(sign if sign.isprintable() else "\ufffd" for sign in text)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def _as_json(question: Question) -> dict[str, Any]:
    return {
        "name": question.name,
        "title": dict(question.title),
        "says": dict(question.says),
        "columns": dict(question.columns),
        "takes": sorted(question.takes),
        "rows": question.rows,
    }
