"""Who answers, names, likes and shares whom: the edges of the interaction graph."""

from functools import reduce
from typing import TYPE_CHECKING

from entregent.lake.engines.engine import Tables
from entregent.lake.questions.asking import Asked, Question
from entregent.lake.questions.standing import authors_of, held

if TYPE_CHECKING:
    import ibis.expr.types as ir

_RELATIONS = {"Like": "like", "Announce": "share", "Follow": "follow"}


def interactions(tables: Tables, asked: Asked) -> "ir.Table":
    """Edges between accounts, by kind: how often, and when first and last."""
    done = held(tables, asked)
    done = done.filter(done.actor_key.notnull())
    said = done.filter(done.type == "Create")
    accounts = tables.table("accounts")
    accounts = accounts.group_by("id").aggregate(to_key=accounts.account_key.min())
    answers, without = _answers(tables, said)
    passed_on = done.filter(done.type.isin(["Like", "Announce"]))
    told = answers.select(told=answers.reply_key).union(passed_on.select(told=passed_on.object_key))
    # What is answered may have been said at any time.
    by_key = authors_of(tables, asked, told, "object_key").rename(to_key="author")
    told = without.select(told=without.answered)
    by_uri = authors_of(tables, asked, told, "object_id").rename(to_key="author")
    edges = [
        _edges(answers.inner_join(by_key, answers.reply_key == by_key.told), "reply"),
        _edges(without.inner_join(by_uri, without.answered == by_uri.told), "reply"),
        *_mentions(said, accounts),
        _edges(passed_on.inner_join(by_key, passed_on.object_key == by_key.told), _relation),
        _edges(
            done.filter(done.type == "Follow").inner_join(accounts, [("object_id", "id")]),
            _relation,
        ),
    ]
    rows = reduce(lambda one, other: one.union(other), edges)
    rows = rows.filter(rows.from_key != rows.to_key).distinct()
    return rows.group_by(["from_key", "to_key", "kind"]).aggregate(
        times=rows.count(), first_at=rows["at"].min(), last_at=rows["at"].max()
    )


def _relation(rows: "ir.Table") -> "ir.StringValue":
    import ibis

    return ibis.cases(
        *((rows.type == told, ibis.literal(kind)) for told, kind in _RELATIONS.items()),
        else_=ibis.literal("other"),
    )


def _edges(rows: "ir.Table", kind: "object") -> "ir.Table":
    import ibis

    named = kind(rows) if callable(kind) else ibis.literal(kind)
    return rows.select("key", "at", from_key=rows.actor_key, to_key=rows.to_key, kind=named)


def _answers(tables: Tables, said: "ir.Table") -> tuple["ir.Table", "ir.Table"]:
    """Answers of which the key of what is answered is known, and those that tell its URI."""
    aliases = tables.table("aliases")
    known = aliases.group_by("placeholder").aggregate(
        uri=aliases.uri.min(), uris=aliases.uri.nunique()
    )
    # A local id claimed by two things names neither.
    known = known.filter(known.uris == 1).select("placeholder", "uri")
    answers = said.filter(said.in_reply_to.notnull())
    answers = answers.select("key", "at", "actor_key", "in_reply_to", "reply_key")
    answers = answers.left_join(known, answers.in_reply_to == known.placeholder)
    with_key = answers.filter(answers.reply_key.notnull() & answers.uri.isnull())
    without = answers.filter(answers.reply_key.isnull() | answers.uri.notnull())
    return with_key, without.mutate(answered=without.uri.coalesce(without.in_reply_to))


def _mentions(said: "ir.Table", accounts: "ir.Table") -> list["ir.Table"]:
    """Accounts named in a text; where an older program wrote no keys, those it is addressed to."""
    with_keys = said.filter(said.named_keys.notnull())
    with_keys = with_keys.select("key", "at", "actor_key", to_key=with_keys.named_keys.unnest())
    found = [_edges(with_keys.filter(with_keys.to_key.notnull()), "mention")]
    older = said.filter(said.named_keys.isnull())
    for column in ("to", "cc"):
        named = older.select("key", "at", "actor_key", uri=older[column].unnest())
        found.append(_edges(named.inner_join(accounts, named.uri == accounts.id), "mention"))
    return found


QUESTIONS = (
    Question(
        name="interactions",
        title={"fr": "Qui parle à qui", "en": "Who speaks to whom"},
        says={
            "fr": "Les liens entre comptes : qui répond à qui, nomme, aime, partage ou suit qui, "
            "combien de fois, et quand d'abord et en dernier.",
            "en": "Edges between accounts: who answers, names, likes, shares or follows whom, how "
            "often, and when first and last.",
        },
        columns={
            "from_key": "key of the account that acts",
            "to_key": "key of the account it acts towards",
            "kind": "reply, mention, like, share or follow",
            "times": "how often",
            "first_at": "when first",
            "last_at": "when last",
        },
        tables=("activities", "superseded", "accounts", "aliases"),
        put=interactions,
        order=("-times", "from_key", "to_key", "kind"),
    ),
)
