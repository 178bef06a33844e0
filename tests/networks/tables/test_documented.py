"""The page about tables says what the tables are."""

from pathlib import Path

from entregent.networks.tables import NETWORKS
from entregent.networks.tables.cells import fold
from entregent.networks.tables.table import Table

PAGE = Path(__file__).parents[3] / "docs/reference/formats-tables.md"


def _documented() -> dict[str, dict[str, set[str]]]:
    """Of each format on the page, its columns and their headers, folded."""
    formats: dict[str, dict[str, set[str]]] = {}
    columns: dict[str, set[str]] = {}
    for line in PAGE.read_text("utf-8").splitlines():
        if line.startswith("## "):
            columns = formats.setdefault(line.partition("`")[2].rstrip("`)"), {})
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and len(cells) == 3:
            headers = {fold(name) for name in cells[2].replace(";", ",").split(",")}
            for column in cells[0].split(","):
                columns.setdefault(column.strip(), set()).update(headers)
    return formats


def test_every_column_is_documented_and_every_documented_header_is_accepted() -> None:
    page = _documented()
    for network in NETWORKS:
        for form in network.rows:
            assert isinstance(form, Table)
            for column, accepted in form.columns.items():
                assert column in page[form.name], (form.name, column)
                assert page[form.name][column] & accepted, (form.name, column)
                others = page[form.name]["start"] if column in {"start", "end"} else set()
                unknown = page[form.name][column] - accepted - others
                assert not unknown, (form.name, column, unknown)
