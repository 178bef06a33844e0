"""Somebody of the demonstration is forgotten from their page, in two clicks, to the last byte."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import _environment, _running, listen
from tests.databases import rows
from tests.forget.grep import found_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WAIT_MS = 240_000


def _whom(home: Path) -> tuple[int, list[str]]:
    """Somebody with one account and a name that nobody else has; what they are known by."""
    found = rows(
        home,
        "SELECT p.id, a.uri, p.name FROM remember_person p "
        "JOIN remember_account a ON a.person_id = p.id "
        "WHERE a.uri LIKE 'https://%' AND p.name LIKE '% %' "
        "AND (SELECT count(*) FROM remember_account b WHERE b.person_id = p.id) = 1 "
        "AND (SELECT count(*) FROM remember_person q WHERE q.name = p.name) = 1 "
        "AND (SELECT count(*) FROM remember_account c WHERE c.name = p.name) <= 1 "
        "ORDER BY p.id DESC LIMIT 1",
    )
    number, uri, name = found[0]
    return number, [uri, name]


def test_a_person_is_forgotten_from_their_page(
    tmp_path: Path, browser: Browser, browser_context_args: dict[str, Any]
) -> None:
    home = tmp_path / "home"
    command = [sys.executable, "-m", "entregent", "demo", "--people", "300"]
    subprocess.run(command, check=True, env=_environment(home), stdout=subprocess.DEVNULL)
    number, known = _whom(home)
    assert {word for _, word in found_in(home, known)} == set(known)
    with _running(home) as site, browser.new_context(**browser_context_args) as context:
        page = context.new_page()
        page.set_default_timeout(30_000)
        said = listen(page)
        page.goto(site.link)
        page.goto(f"{site.address}people/{number}/")
        page.get_by_role("link", name="Oublier cette personne").click()
        expect(page.get_by_role("heading", name="Ce qui reste")).to_be_visible()
        page.get_by_role("button", name="Oublier pour de bon").click()
        expect(page).to_have_url(re.compile(r"/erasures/\d+/"))
        expect(page.locator("#erasure")).to_contain_text("Oubliée", timeout=WAIT_MS)
        expect(page.locator("#erasure")).to_contain_text("il ne reste rien de cette personne")
        gone = page.goto(f"{site.address}people/{number}/")
        assert gone is not None
        assert gone.status == 404
        # What the browser says of the page that is gone is meant.
        assert [line for line in said if "404" not in line] == []
    assert found_in(home, known) == []
