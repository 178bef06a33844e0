"""Operations of which tests show that the engines answer alike.

Left out on purpose: hashes, upper and lower case of more than ASCII, regular expressions beyond
literal words, division of anything but by a number that is written down, infinite numbers (the
compiler for Spark takes none for infinite), lists and texts put together in an order.
"""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import ibis.expr.types as ir

_TABLES = """
    UnboundTable Project DropColumns Filter Sort SortKey Limit Aggregate Distinct Union
    JoinChain JoinLink JoinReference Field
"""
_VALUES = """
    Literal Cast Coalesce NullIf IfElse SearchedCase IsNull NotNull InValues
    And Or Not Equals NotEquals Less LessEqual Greater GreaterEqual
"""
_NUMBERS = "Add Subtract Multiply FloorDivide"
_TEXTS = """
    StringConcat StringContains StringReplace Translate RegexSearch RegexExtract RegexReplace
"""
_TIMES = """
    TimestampSub unix_micros TimestampFromUNIX
    Date DateTruncate ExtractYear ExtractMonth
"""
_LISTS = "Array ArrayContains ArrayLength Unnest"
_GROUPS = "CountStar CountDistinct Sum Min Max ArgMax WindowFunction RowNumber"

ALLOWED: Final = frozenset(
    f"{_TABLES} {_VALUES} {_NUMBERS} {_TEXTS} {_TIMES} {_LISTS} {_GROUPS}".split()
)
"""Names of Ibis's operations. Whoever adds one shows in a test that the engines agree on it."""


class Untested(AssertionError):
    """An expression uses an operation of which no test shows that the engines agree."""


def operations(expression: "ir.Table") -> frozenset[str]:
    """Names of the operations that an expression is made of."""
    import ibis.expr.operations as ops

    return frozenset(
        # A function that engines bring along goes by its own name.
        node.__func_name__ if isinstance(node, ops.ScalarUDF) else type(node).__name__
        for node in expression.op().find(ops.Node)
    )


def refuse_untested(expression: "ir.Table") -> None:
    """Raise `Untested` for an operation that is not in `ALLOWED`."""
    found = operations(expression) - ALLOWED
    if found:
        raise Untested(f"no test shows that the engines agree on {', '.join(sorted(found))}")
