"""Visits of pages and scans of codes: traces, most of them of nobody in particular."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urljoin

from entregent.networks.reading import Context, Outcome, Taken
from entregent.networks.tables.cells import fold, read_moment, shown
from entregent.networks.tables.table import Table
from entregent.vocabulary import Activity, Object, VocabularyError, native_id, row_id

_SCHEMA: Final = "csv-visits/1"
_ADDRESS = re.compile(r"https?://[^\s/?#]+[^\s]*", re.IGNORECASE)


def read_visit(row: dict[str, str], ordinal: int, context: Context) -> Iterator[Outcome]:
    """Read one row: one visit of one page, or one scan of one code."""
    moment = read_moment(row, "time")
    page = _page(row)
    texts = {name: row.get(name, "").strip() for name in ("visitor", "referrer", "code", "place")}
    if page is None and not texts["code"]:
        raise VocabularyError("neither a page nor a code; give one of them", "page")
    # As written, so that the ordinal, which counts rows equal as written, tells the rest apart.
    content = (row.get(name, "") for name in (*sorted(VISITS.columns), "@time"))
    yield Taken(
        (
            Activity(
                id=row_id("visit", content, ordinal),
                type="View",
                # A pseudonym stays one: nothing here says whose it is.
                actor=native_id("visitor", texts["visitor"]) if texts["visitor"] else None,
                object=Object(id=page, type="Page", url=page) if page else None,
                origin=_referrer(texts["referrer"]),
                instrument=Object(
                    id=native_id("code", texts["code"]), type="entregent:Code", name=texts["code"]
                )
                if texts["code"]
                else None,
                location=Object(
                    id=native_id("place", fold(texts["place"])), type="Place", name=texts["place"]
                )
                if texts["place"]
                else None,
                published=moment,
                source=context.source,
                received_at=context.received_at,
                dataschema=_SCHEMA,
                voluntary=False,
            ),
        )
    )


def _page(row: dict[str, str]) -> str | None:
    page, site = row["page"].strip(), row.get("site", "").strip()
    if not page:
        return None
    if site and not _ADDRESS.fullmatch(page):
        page = urljoin(site if "//" in site else f"https://{site}/", page)
    if not _ADDRESS.fullmatch(page) or len(page) > 4096:
        raise VocabularyError(
            f"{shown(page)} is not a whole address; write https:// before it, or add a column "
            "« site »",
            "page",
        )
    return page


def _referrer(text: str) -> Object | None:
    if not text:
        return None
    if _ADDRESS.fullmatch(text) and len(text) <= 4096:
        return Object(id=text, type="Page", url=text)
    return Object(type="Link", name=text)


VISITS: Final = Table(
    name="csv/visits",
    columns={
        "time": frozenset(
            {
                "time",
                "date",
                "date time",
                "date and time",
                "date et heure",
                "heure",
                "horodatage",
                "timestamp",
                "visited at",
                "visit time",
                "date de la visite",
                "visite le",
            }
        ),
        "page": frozenset(
            {
                "page",
                "page url",
                "url de la page",
                "page address",
                "adresse de la page",
                "page visited",
                "page visitee",
                "url visitee",
                "visited url",
                "page path",
                "chemin de la page",
            }
        ),
        "site": frozenset({"site", "website", "site web", "host", "hote", "domaine", "domain"}),
        "visitor": frozenset(
            {
                "visitor",
                "visitor id",
                "visiteur",
                "visiteuse",
                "id visiteur",
                "id du visiteur",
                "pseudonyme",
                "pseudonym",
                "client id",
            }
        ),
        "referrer": frozenset(
            {
                "referrer",
                "referer",
                "source",
                "provenance",
                "site referent",
                "referent",
                "page d origine",
            }
        ),
        "code": frozenset({"code", "qr", "qr code", "code qr"}),
        "place": frozenset({"place", "location", "lieu", "endroit", "emplacement"}),
        "zone": frozenset({"time zone", "timezone", "fuseau horaire", "fuseau"}),
    },
    required=frozenset({"time", "page"}),
    read=read_visit,
)
"""Visits; a row without a page and with a code is a scan."""
