"""Styles and scripts are ours, are found where they are installed, and may be kept for long."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.test import Client

pytestmark = pytest.mark.django_db


def test_all_that_a_page_asks_for_is_served(client: Client) -> None:
    page = client.get("/account/login/").content.decode()
    addresses = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert len(addresses) == 5
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer.content
        assert "max-age=2592000" in answer["Cache-Control"]
        assert re.search(r"\?v=[0-9a-f]{12}$", address)
        again = client.get(address, headers={"if-modified-since": answer["Last-Modified"]})
        assert again.status_code == 304


def test_the_mark_changes_with_the_content() -> None:
    marks = {static(name) for name in ("entregent/page.css", "entregent/mark.svg")}
    assert len({mark.partition("?v=")[2] for mark in marks}) == 2


@pytest.mark.parametrize("name", ["page.css", "parts.css"])
def test_styles_ask_for_nothing_from_elsewhere(name: str) -> None:
    path = finders.find(f"entregent/{name}")
    assert isinstance(path, str)
    assert not re.search(r"@import|url\(|https?:", Path(path).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "path", ["/static/../settings.py", "/static/%2e%2e/settings.py", "/static/none.css"]
)
def test_nothing_else_is_served(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404
