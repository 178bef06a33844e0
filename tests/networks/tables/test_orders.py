"""Orders."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import orjson
import pytest

from entregent.vocabulary import Activity, Money

Read = Callable[[str], Any]
HEADER = "date,order number,amount,currency,email,status\n"


def test_an_order_is_bought_by_an_account_for_an_amount(read_table: Read) -> None:
    order = read_table("commandes.csv").activities[0]

    assert order.type == "schema:BuyAction"
    assert order.actor == "mailto:zoe.tremblay@courrier.example"
    assert order.result.id == "urn:entregent:order:1001"
    assert order.result.price == Money(Decimal("1234.50"), "CAD")
    assert order.voluntary is False
    assert orjson.loads(order.result.extra) == {
        "schema:discountCode": "TUQUE15",
        "schema:orderNumber": "1001",
        "schema:orderQuantity": 2.0,
        "schema:orderStatus": "payée",
    }


def test_its_account_is_told_with_its_address_as_handle(read_table: Read) -> None:
    account = read_table("commandes.csv").taken[0].accounts[0]

    assert (account.type, account.handle) == ("Person", "zoe.tremblay@courrier.example")


def test_rows_of_one_order_are_its_lines(read_table: Read) -> None:
    first, second, *_ = read_table("commandes.csv").activities

    assert second.id == "urn:entregent:order:1001:line:2#buy"
    assert second.result.price == Money(Decimal("12.50"), "CAD")
    assert first.id != second.id


def test_the_same_file_gives_the_same_ids(read_table: Read) -> None:
    first, again = (read_table("commandes.csv").activities for _ in range(2))

    assert [one.id for one in first] == [one.id for one in again]
    assert len({one.id for one in first}) == len(first)


def test_a_refunded_order_was_bought_and_then_undone(read_table: Read) -> None:
    bought, undone = read_table("orders.csv").activities[1:]

    assert bought.result.price == Money(Decimal("45.00"), "CAD")
    assert (undone.type, undone.object.id) == ("Undo", bought.id)
    assert undone.published is None


def test_an_order_that_is_not_paid_is_no_sale(read_table: Read) -> None:
    told = [one.nothing for one in read_table("commandes.csv").taken if one.nothing]

    assert told == ["an order that is not paid (en attente)"]


def test_a_time_without_a_zone_is_refused_with_row_line_and_column(read_table: Read) -> None:
    (refused,) = read_table("commandes.csv").refused

    assert refused.where == "row 5 (line 6), column « Date et heure »"
    assert "no zone" in refused.reason


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("2026-02-03T19:30Z,,12,CAD,,", "order number"),
        ("2026-02-03T19:30Z,7,,CAD,,", "amount"),
        ("2026-02-03T19:30Z,7,-12,CAD,,paid", "amount"),
        ("2026-02-03T19:30Z,7,douze,CAD,,", "amount"),
        ("2026-02-03T19:30Z,7,12,dollars,,", "currency"),
        ("2026-02-03T19:30Z,7,12,CAD,zoe,", "email"),
        ("2026-02-03T19:30Z,7,12,CAD,,peut-être", "status"),
        ("9999-02-03T19:30Z,7,12,CAD,,", "date"),
    ],
)
def test_a_bad_cell_is_refused_by_its_column(row: str, column: str, read_table: Read) -> None:
    reading = read_table(HEADER + row + "\n2026-02-03T19:30Z,8,12,CAD,,\n")

    assert [one.where for one in reading.refused] == [f"row 2 (line 2), column « {column} »"]
    assert len(reading.activities) == 1


def test_an_address_never_stands_in_a_refusal(read_table: Read) -> None:
    reading = read_table(HEADER + "2026-02-03T19:30Z,7,12,CAD,zoe @courrier.example,\n")

    assert "zoe" not in reading.refused[0].reason


def test_what_looks_like_a_formula_stays_text(read_table: Read) -> None:
    text = "date,order number,amount,currency,product\n2026-02-03T19:30Z,=1+1,12,CAD,@SUM(A1)\n"

    (order,) = read_table(text).activities

    assert order.object.name == "@SUM(A1)"
    assert orjson.loads(order.result.extra)["schema:orderNumber"] == "=1+1"


def test_every_activity_comes_back_from_its_own_json(read_table: Read) -> None:
    for order in read_table("commandes.csv").activities:
        document = orjson.loads(orjson.dumps(order.to_as2()))
        again = Activity.from_as2(
            document, source="x", received_at=order.received_at, dataschema="x"
        )
        assert again == order
