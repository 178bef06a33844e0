"""Named queries of the record: one expression each, and the same rows from every engine.

They tell the present state: what was deleted is gone, what was taken back says so. Their reference
is ``docs/reference/lake-queries.md``.
"""

from collections.abc import Mapping
from typing import Final

from entregent.lake.questions import (
    cohorts,
    counting,
    daily,
    facets,
    interactions,
    paths,
    searching,
)
from entregent.lake.questions.asking import Asked, Question

QUESTIONS: Final[Mapping[str, Question]] = {
    question.name: question
    for module in (counting, daily, cohorts, paths, interactions, facets, searching)
    for question in module.QUESTIONS
}
"""Every named query, by its name."""

__all__ = ["QUESTIONS", "Asked", "Question"]
