"""Orders: what was bought, for how much, by whom where the table says so."""

import re
from collections.abc import Iterator
from typing import Final

import orjson

from entregent.networks.reading import Context, Outcome, Taken
from entregent.networks.tables.cells import fold, read_moment, read_money, read_number, shown
from entregent.networks.tables.table import Table
from entregent.vocabulary import (
    Account,
    Activity,
    Money,
    Object,
    VocabularyError,
    native_id,
)

_SCHEMA: Final = "csv-orders/1"
_EMAIL = re.compile(r"[^\s@:<>,;\"]{1,64}@[^\s@:<>,;\"/]{1,255}")

PAID: Final = frozenset(
    {
        "",
        "paid",
        "paye",
        "payee",
        "complete",
        "completed",
        "termine",
        "terminee",
        "fulfilled",
        "expedie",
        "expediee",
        "livre",
        "livree",
        "regle",
        "reglee",
        "partially refunded",
        "partiellement rembourse",
        "partiellement remboursee",
    }
)
REFUNDED: Final = frozenset({"refunded", "rembourse", "remboursee"})
NOT_SOLD: Final = frozenset(
    {
        "pending",
        "en attente",
        "cancelled",
        "canceled",
        "annule",
        "annulee",
        "voided",
        "failed",
        "echoue",
        "echouee",
        "unpaid",
        "impaye",
        "impayee",
        "authorized",
        "autorise",
        "autorisee",
    }
)


def _missing(columns: frozenset[str]) -> str:
    return "" if columns & {"currency", "@amount"} else "currency"


def read_order(row: dict[str, str], ordinal: int, context: Context) -> Iterator[Outcome]:
    """Read one row: an order, or one further line of an order that was met before.

    Parameters
    ----------
    row
        Cells by column.
    ordinal
        How many rows with this order number came before.
    context
        Where it comes from.
    """
    number = row["number"].strip()
    if not number:
        raise VocabularyError("the order number is missing", "number")
    status = fold(row.get("status", ""))
    if status in NOT_SOLD:
        yield Taken(nothing=f"an order that is not paid ({row['status'].strip()[:30]})")
        return
    if status not in PAID | REFUNDED:
        raise VocabularyError(
            f"{shown(row['status'])} is not a state of an order; write paid, refunded, pending "
            "or cancelled",
            "status",
        )
    price = _price(row, ordinal, refunded=status in REFUNDED)
    account = _customer(row, context)
    place = [row.get("shop", "").strip(), number]
    uri = native_id("order", *(part for part in place if part))
    if ordinal:
        uri += f":line:{ordinal + 1}"
    bought = Activity(
        id=f"{uri}#buy",
        type="schema:BuyAction",
        actor=account.id if account else None,
        object=_product(row),
        result=Object(id=uri, type="schema:Order", price=price, extra=_details(row, ordinal)),
        published=read_moment(row, "time"),
        source=context.source,
        received_at=context.received_at,
        dataschema=_SCHEMA,
        voluntary=False,
        legal_basis="contract",
    )
    activities = [bought]
    if status in REFUNDED:
        activities.append(_undo(row, bought, context))
    yield Taken(tuple(activities), (account,) if account else (), native=uri)


def _price(row: dict[str, str], ordinal: int, *, refunded: bool) -> Money | None:
    price = read_money(row, "amount")
    if price is None:
        if ordinal:
            return None
        raise VocabularyError("the amount is missing; write 0 for a free order", "amount")
    if price.amount < 0 and not refunded:
        raise VocabularyError(
            "a negative amount; give the order's amount, and « refunded » as its status", "amount"
        )
    return -price if price.amount < 0 else price


def _customer(row: dict[str, str], context: Context) -> Account | None:
    """Who bought: by e-mail address where there is one, else by the shop's own number."""
    email = row.get("email", "").strip().lower()
    customer = row.get("customer", "").strip()
    if not email and "@" in customer:
        email, customer = customer.lower(), ""
    if email:
        # The address itself stays out of the sentence: refusals are shown and logged.
        if not _EMAIL.fullmatch(email):
            raise VocabularyError("not an e-mail address; correct it or leave it empty", "email")
        return Account(f"mailto:{email}", "Person", context.source, context.received_at, email)
    if not customer:
        return None
    uri = native_id("customer", *(part for part in (row.get("shop", "").strip(), customer) if part))
    return Account(uri, "Person", context.source, context.received_at, customer)


def _product(row: dict[str, str]) -> Object | None:
    name = row.get("product", "").strip()
    if not name:
        return None
    return Object(id=native_id("product", fold(name)), type="schema:Product", name=name)


def _details(row: dict[str, str], ordinal: int) -> str:
    quantity = read_number(row, "quantity")
    details = {
        "schema:orderNumber": row["number"].strip(),
        "schema:discountCode": row.get("coupon", "").strip(),
        "schema:orderQuantity": float(quantity) if quantity is not None else "",
        "schema:orderStatus": row.get("status", "").strip(),
        "entregent:line": ordinal + 1 if ordinal else "",
    }
    kept = {name: value for name, value in details.items() if value != ""}
    return orjson.dumps(kept, option=orjson.OPT_SORT_KEYS).decode()


def _undo(row: dict[str, str], bought: Activity, context: Context) -> Activity:
    given = row.get("refunded_at", "").strip()
    return Activity(
        id=f"{bought.id}#undo",
        type="Undo",
        actor=bought.actor,
        object=Object(
            id=bought.id,
            type=bought.type,
            actor=bought.actor,
            object=bought.object.id if bought.object else None,
        ),
        # When it was refunded is not when it was bought; unknown stays unknown.
        published=read_moment(row, "refunded_at") if given else None,
        source=context.source,
        received_at=context.received_at,
        dataschema=_SCHEMA,
        voluntary=False,
        legal_basis="contract",
    )


ORDERS: Final = Table(
    name="csv/orders",
    columns={
        "time": frozenset(
            {
                "date",
                "time",
                "date time",
                "date and time",
                "date et heure",
                "horodatage",
                "timestamp",
                "order date",
                "order time",
                "date de commande",
                "date de la commande",
                "date d achat",
                "purchase date",
                "created at",
                "paid at",
                "paye le",
                "commande le",
            }
        ),
        "number": frozenset(
            {
                "order",
                "order number",
                "order no",
                "order id",
                "numero de commande",
                "no commande",
                "no de commande",
                "n de commande",
                "numero commande",
                "commande",
                "id de commande",
            }
        ),
        "amount": frozenset(
            {
                "amount",
                "total",
                "total amount",
                "order total",
                "montant",
                "montant total",
                "prix",
                "price",
                "total de la commande",
                "line total",
                "total de la ligne",
            }
        ),
        "currency": frozenset({"currency", "devise", "currency code", "code de devise", "monnaie"}),
        "customer": frozenset(
            {
                "customer",
                "customer id",
                "customer number",
                "client",
                "cliente",
                "id client",
                "id du client",
                "numero de client",
                "no client",
                "no de client",
            }
        ),
        "email": frozenset(
            {
                "email",
                "e mail",
                "mail",
                "courriel",
                "adresse courriel",
                "email address",
                "e mail address",
                "customer email",
                "courriel du client",
                "adresse de courriel",
            }
        ),
        "coupon": frozenset(
            {
                "coupon",
                "coupon code",
                "discount code",
                "promo code",
                "code promo",
                "code coupon",
                "code de rabais",
                "code rabais",
                "rabais",
                "bon de reduction",
            }
        ),
        "product": frozenset(
            {
                "product",
                "item",
                "article",
                "produit",
                "product name",
                "nom du produit",
                "item name",
                "nom de l article",
            }
        ),
        "quantity": frozenset({"quantity", "qty", "quantite", "qte", "nombre"}),
        "status": frozenset(
            {
                "status",
                "state",
                "statut",
                "etat",
                "order status",
                "financial status",
                "statut de la commande",
                "etat de la commande",
            }
        ),
        "refunded_at": frozenset(
            {"refunded at", "refund date", "rembourse le", "date de remboursement"}
        ),
        "shop": frozenset({"shop", "store", "boutique", "magasin"}),
        "zone": frozenset({"time zone", "timezone", "fuseau horaire", "fuseau"}),
    },
    required=frozenset({"time", "number", "amount"}),
    read=read_order,
    identity=("shop", "number"),
    missing=_missing,
)
"""A shop's orders; several rows with one order number are its lines."""
