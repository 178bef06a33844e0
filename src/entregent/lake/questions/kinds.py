"""Kinds of deeds, as an expression: the same words as on a person's page."""

from typing import TYPE_CHECKING

from entregent.people.kinds import KINDS

if TYPE_CHECKING:
    import ibis.expr.types as ir


def kind_of(rows: "ir.Table") -> "ir.StringValue":
    """Kind of each deed, from its ``type``, ``object_type`` and ``instrument``."""
    import ibis

    contest = (rows.type == "Join") & (rows.object_type == "entregent:Contest")
    by_type = [(rows.type == told, ibis.literal(kind)) for told, kind in KINDS.items()]
    return ibis.cases(
        (rows.type == "Create", ibis.literal("message")),
        ((rows.type == "View") & rows.instrument.notnull(), ibis.literal("scan")),
        (rows.type == "View", ibis.literal("visit")),
        (contest, ibis.literal("contest")),
        *by_type,
        else_=ibis.literal("other"),
    )
