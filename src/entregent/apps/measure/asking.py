"""Asking the record a named query, with what the working set knows laid beside it."""

import difflib
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from entregent.apps.listen.journal import open_record
from entregent.apps.listen.keyring import account_key
from entregent.apps.listen.queries import collections, zone_of_days
from entregent.apps.measure.series import gap_days
from entregent.apps.organisation.actions import record as audit
from entregent.apps.remember.queries import our_accounts
from entregent.apps.understand.queries import corrected_labels, every_query
from entregent.lake.days import number_of, offsets
from entregent.lake.engines import ask, engine_named
from entregent.lake.questions import QUESTIONS, Asked, Question
from entregent.lake.questions.asking import BESIDE, CORRECTIONS, SOURCE_DAYS

if TYPE_CHECKING:
    import pyarrow as pa

MEMORY_MB = 2048


class NoSuchQuestion(Exception):
    """A name that no question has; `nearest` are those it may have been meant for."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.nearest: Sequence[str] = difflib.get_close_matches(name, QUESTIONS, n=3, cutoff=0.3)


def question_named(name: str) -> Question:
    """A named query, or `NoSuchQuestion`."""
    found = QUESTIONS.get(name)
    if found is None:
        raise NoSuchQuestion(name)
    return found


def ask_for_operator(name: str, asked: Asked, *, engine: str = "") -> "pa.Table":
    """Answer a named query, for whoever runs the machine; the audit trail says that it was asked.

    Parameters
    ----------
    name
        Of the question.
    asked
        What is asked of it; the zone, our accounts and, where none are named, all saved queries
        are filled in here.
    engine
        Name of the engine; the one of the settings if empty.

    Raises
    ------
    NoSuchQuestion
        If no question has this name.
    LakeError
        If the lake cannot be read, or the engine cannot be had.
    """
    question = question_named(name)
    chosen = engine_named(engine or settings.ENGINE, spark=settings.SPARK)
    full = _filled_in(question, asked)
    beside = {each: _BESIDE[each]() for each in question.beside}
    with transaction.atomic():
        audit(
            acting_user=None,
            action="lake.query_asked",
            subject=f"question:{name}",
            changes=_told(question, full, chosen.name),
        )
    try:
        return ask(
            chosen,
            lambda: open_record(tables=question.tables, memory_mb=MEMORY_MB),
            lambda opened: opened.answer(question.expression(opened, full)),
            beside=beside,
        )
    finally:
        chosen.close()


def _filled_in(question: Question, asked: Asked) -> Asked:
    zone, now = zone_of_days(), timezone.now()
    queries = asked.queries
    if "queries" in question.takes and not queries:
        queries = tuple(every_query())
    return replace(
        asked,
        today=now.astimezone(zone).date(),
        changes=tuple(offsets(zone, now + timedelta(days=400))),
        by=asked.by or question.by,
        queries=queries,
        ours=tuple(sorted(account_key(each.uri) for each in our_accounts())),
    )


def _told(question: Question, asked: Asked, engine: str) -> dict[str, object]:
    """What was asked, without the words that were looked for."""
    told: dict[str, object] = {"engine": [None, engine]}
    for name, value in (("from_day", asked.from_day), ("until_day", asked.until_day)):
        if value is not None:
            told[name] = [None, value.isoformat()]
    if "by" in question.takes:
        told["by"] = [None, ",".join(asked.by)]
    if "window_days" in question.takes:
        told["window_days"] = [None, asked.window_days]
    if "queries" in question.takes:
        told["queries"] = [None, len(asked.queries)]
    return told


def _source_days() -> "pa.Table":
    """Days of each source since it was first listened to, and whether they were collected."""
    import pyarrow as pa

    zone = zone_of_days()
    today = timezone.now().astimezone(zone).date()
    sources: list[str] = []
    days: list[int] = []
    collected: list[bool] = []
    for each in collections():
        if each.first_day is None:
            continue
        lost = {number_of(day) for day in gap_days(each.gaps, zone)}
        last = min(each.last_day or today, today)
        for day in range(number_of(each.first_day), number_of(last) + 1):
            sources.append(each.slug)
            days.append(day)
            collected.append(day not in lost)
    return pa.table([sources, days, collected], schema=BESIDE[SOURCE_DAYS])


_BESIDE = {SOURCE_DAYS: _source_days, CORRECTIONS: corrected_labels}
