"""Searching the archive by saved queries: their words in everything that still stands."""

from functools import reduce
from typing import TYPE_CHECKING

from entregent.lake.engines.engine import Tables
from entregent.lake.questions.asking import Asked, Question
from entregent.lake.questions.compiling import folded_here, holds
from entregent.lake.questions.standing import newest_change, newest_labels, within
from entregent.lake.rollups.counting import deleted_objects, gone_accounts
from entregent.understanding.queries import parse

if TYPE_CHECKING:
    import ibis.expr.types as ir


def search(tables: Tables, asked: Asked) -> "ir.Table":
    """Texts that answer saved queries, in their newest version."""
    import ibis

    texts = standing_texts(tables, asked)
    rows = texts.inner_join(newest_labels(tables, texts, "language", "folded"), "object_key")
    # A label of an earlier version says nothing of the newest.
    rows = rows.filter(rows.read_at >= rows.version)
    # What an older program read has no words beside it: its text, and no other, is folded here.
    run = rows.folded.coalesce(folded_here(rows.words))
    found = [
        rows.filter(holds(parse(text).root, run)).mutate(query=ibis.literal(name))
        for name, text in asked.queries
    ] or [rows.filter(ibis.literal(False)).mutate(query=ibis.literal(""))]
    rows = reduce(lambda one, other: one.union(other), found)
    return rows.select(
        "query",
        at=rows["at"],
        object_id=rows.object_id,
        account=rows.actor,
        account_key=rows.actor_key,
        source=rows.source,
        language=rows.language,
        words=rows.words,
    )


def standing_texts(tables: Tables, asked: Asked) -> "ir.Table":
    """Each text once, in its newest version: neither deleted nor by an account that is gone."""
    import ibis

    rows, changes = tables.table("activities"), tables.table("superseded")
    words = rows.content.coalesce(rows.name)
    rows = rows.filter(rows.type.isin(["Create", "Update"]) & words.notnull())
    rows = within(rows, asked)
    rows = rows.anti_join(deleted_objects(changes), "object_key")
    rows = rows.anti_join(gone_accounts(changes), "actor_key")
    edited = newest_change(changes, "object", ["edited"])
    edited = edited.select(object_key=edited.subject, newest=edited.key)
    rows = rows.left_join(edited, "object_key").drop("object_key_right")
    is_newest = ibis.ifelse(rows.newest.notnull(), rows.key == rows.newest, rows.type == "Create")
    rows = rows.filter(is_newest)
    return rows.select(
        *("object_key", "object_id", "actor", "actor_key", "source", "at", "version"),
        words=rows.content.coalesce(rows.name),
    )


QUESTIONS = (
    Question(
        name="search",
        title={"fr": "Recherche dans les archives", "en": "Search in the archive"},
        says={
            "fr": "Les textes qui répondent aux requêtes enregistrées, dans leur version la plus "
            "récente; ce qui a été supprimé n'y est pas. Les messages privés y sont aussi.",
            "en": "Texts that answer the saved queries, in their newest version; what was deleted "
            "is not there. Private messages are.",
        },
        columns={
            "query": "name of the saved query, or the words asked for",
            "at": "when this version was written",
            "object_id": "URI of the text",
            "account": "URI of who wrote it",
            "account_key": "key of that account",
            "source": "connector that told it",
            "language": "language that the machine read; empty if it does not know",
            "words": "the text as received, often HTML",
        },
        tables=("activities", "superseded", "labels"),
        put=search,
        order=("-at", "query", "object_id"),
        takes=frozenset({"from", "until", "queries"}),
        rows=1_000,
    ),
)
