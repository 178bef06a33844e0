"""Facets of accounts: how often each does each kind of thing. No sum, no rank, no score.

The counts are those of `entregent.people.facets`, for every account at once.
"""

from typing import TYPE_CHECKING

from entregent.lake.engines.engine import Tables
from entregent.lake.questions.asking import Asked, Question
from entregent.lake.questions.kinds import kind_of
from entregent.lake.questions.standing import authors_of, date_of, held, newest_labels
from entregent.people.facets import ACT_KINDS
from entregent.vocabulary import PUBLIC

if TYPE_CHECKING:
    import ibis.expr.types as ir

_TEXTS = ("Note", "Article", "Page", "Question", "Video", "schema:Review")
_RATING = r'"schema:ratingValue":([0-9]+\.?[0-9]*)'
_BEST = r'"schema:bestRating":([0-9]+\.?[0-9]*)'


def facets(tables: Tables, asked: Asked) -> "ir.Table":
    """Acts of each account by facet, and months of silence."""
    import ibis

    done = held(tables, asked)
    done = done.filter(done.actor_key.notnull() & ~done.actor_key.isin(asked.ours))
    said = done.filter((done.type == "Create") & done.object_type.isin(_TEXTS))
    did = done.filter(done.type != "Create")
    acts = did.select("actor_key", "day", kind=kind_of(did))
    for part in _acts_of_words(tables, said, asked):
        acts = acts.union(part)
    counted = acts.group_by("actor_key").aggregate(
        **{
            facet: acts.kind.isin(sorted(kinds)).ifelse(1, 0).sum()
            for facet, kinds in ACT_KINDS.items()
        },
        first_day=acts.day.min(),
    )
    silent = _months_spoken(acts, asked)
    rows = counted.left_join(silent, "actor_key").drop("actor_key_right")
    until = asked.until_day or asked.today
    first = date_of(rows.first_day)
    # The months in which knowing began and in which it is read are not whole: they say nothing.
    known = (until.year * 12 + until.month) - (first.year() * 12 + first.month()) - 1
    known = ibis.ifelse(known > 0, known, 0).cast("int64")
    return rows.select(
        account_key=rows.actor_key,
        **{facet: rows[facet] for facet in ACT_KINDS},
        silence=known - rows.months.coalesce(0),
        months_known=known,
    )


def _months_spoken(acts: "ir.Table", asked: Asked) -> "ir.Table":
    """Whole months in which each account did something, between its first and the last one."""
    until = asked.until_day or asked.today
    date = date_of(acts.day)
    months = acts.select("actor_key", month=(date.year() * 12 + date.month()).cast("int64"))
    months = months.distinct()
    first = months.group_by("actor_key").aggregate(first=months.month.min())
    months = months.inner_join(first, "actor_key")
    last = until.year * 12 + until.month
    whole = months.filter((months.month > months["first"]) & (months.month < last))
    return whole.group_by("actor_key").aggregate(months=whole.count())


def _acts_of_words(tables: Tables, said: "ir.Table", asked: Asked) -> list["ir.Table"]:
    """Kinds of each text: always a message, and what its intents and its rating say besides."""
    import ibis

    answered = said.filter(said.reply_key.notnull()).select(told=said.reply_key).distinct()
    asked_about = said.select("object_key").union(answered.select(object_key=answered.told))
    labels = newest_labels(tables, asked_about, "intents").drop("read_at")
    read = said.left_join(labels, "object_key").drop("object_key_right")

    def has(intent: str) -> "ir.BooleanValue":
        return read.intents.contains(intent).coalesce(False)

    is_open = read.to.contains(PUBLIC).coalesce(False) | read.cc.contains(PUBLIC).coalesce(False)
    is_review = read.object_rest.contains('"schema:reviewRating"')
    rating = read.object_rest.re_extract(_RATING, 1).nullif("").cast("float64")
    best = read.object_rest.re_extract(_BEST, 1).nullif("").cast("float64").coalesce(5.0)
    is_rated = is_review & (best > 0)
    kinds = [
        (ibis.literal(True), "message"),
        (has("complaint"), "complaint"),
        (has("promotion"), "asked_for_code"),
        (has("praise") & ~has("complaint") & is_open, "praise"),
        # From 4 out of 5 on it recommends; up to 2 out of 5 it complains.
        (is_rated & (rating * 5 >= best * 4), "good_review"),
        (is_rated & (rating * 5 <= best * 2), "bad_review"),
    ]
    none = ibis.null("string")
    # A list for each text: the texts are read once, not once for each kind.
    listed = ibis.array([ibis.ifelse(holds, ibis.literal(kind), none) for holds, kind in kinds])
    words = read.select("actor_key", "day", kind=listed.unnest())

    questions = labels.filter(labels.intents.contains("question"))
    questions = questions.select(told=questions.object_key).semi_join(answered, "told")
    asking = authors_of(tables, asked, questions, "object_key")
    helped = said.inner_join(asking, said.reply_key == asking.told)
    helped = helped.filter((helped.author != helped.actor_key) & ~helped.author.isin(asked.ours))
    return [
        words.filter(words.kind.notnull()),
        helped.select("actor_key", "day", kind=ibis.literal("helped")),
    ]


QUESTIONS = (
    Question(
        name="facets",
        title={"fr": "Facettes", "en": "Facets"},
        says={
            "fr": "Pour chaque compte qui n'est pas à nous, combien de gestes de chaque sorte, "
            "et combien de mois de silence. Personne n'est d'une seule sorte; il n'y a ni somme ni "
            "rang.",
            "en": "For each account but ours, how many acts of each kind, and how many months of "
            "silence. Nobody is of one kind only; there is no sum and no rank. Corrections of "
            "labels are not laid over; help is told where the answered text's key is known.",
        },
        columns={
            "account_key": "key of the account",
            "deals": "coupons, contests, codes asked for",
            "conversation": "texts",
            "help": "answers to somebody else's question",
            "recommendation": "shares, praise in public, good reviews",
            "purchases": "orders, gifts, subscriptions",
            "complaints": "complaints, bad reviews",
            "silence": "whole months without any act",
            "months_known": "whole months since the first act",
        },
        tables=("activities", "superseded", "labels"),
        put=facets,
        order=("account_key",),
    ),
)
