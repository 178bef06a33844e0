"""The first minutes, in a real browser: from the set-up link to the first feed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from tests.browser.conftest import Site

pytestmark = pytest.mark.browser


@pytest.fixture
def heard(page: Page) -> list[str]:
    """Return what the browser's console says; a blocked style or script is said there."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def set_up(page: Page, site: Site) -> None:
    page.goto(site.set_up)
    page.get_by_label("Nom de l'organisation").fill("Frimas et Framboises")
    page.get_by_label("Votre nom").fill("Maude Lafrenière-Ouellon")
    page.get_by_label("Votre adresse de courriel").fill("maude@frimasetframboises.example")
    page.get_by_label("Mot de passe").fill("trois tuques et une navette")
    page.get_by_role("button", name="Commencer").click()
    expect(page).to_have_url(re.compile("/today/$"))
    expect(page.get_by_text("Personne n'attend.")).to_be_visible()
    page.locator("main").get_by_role("link", name="Sources").click()


def test_from_the_set_up_link_to_a_first_feed(page: Page, site: Site, heard: list[str]) -> None:
    set_up(page, site)
    expect(page.get_by_role("heading", name="Sources")).to_be_visible()
    expect(page.get_by_text("entregent listen import CHEMIN")).to_be_visible()

    page.get_by_label("Adresse du fil").fill("ftp://echo.example/fil")
    page.get_by_role("button", name="Ajouter un fil").click()
    expect(page.get_by_text("Ce n'est pas une adresse Web")).to_be_visible()

    page.get_by_label("Adresse du fil").fill("http://127.0.0.1:9/fil")
    page.get_by_label("Nom sur nos écrans").fill("L'Écho des Battures")
    page.get_by_role("button", name="Ajouter un fil").click()
    expect(page.get_by_role("link", name="L'Écho des Battures")).to_be_visible()

    page.get_by_role("button", name="Mettre en pause").click()
    expect(page.get_by_text("En pause", exact=False).first).to_be_visible()
    page.get_by_role("link", name="L'Écho des Battures").click()
    expect(page.get_by_role("table")).to_be_visible()
    assert heard == []


def test_the_list_renews_itself_and_keeps_the_place_of_the_keyboard(
    page: Page, site: Site, heard: list[str]
) -> None:
    set_up(page, site)
    page.get_by_label("Adresse du fil").fill("http://127.0.0.1:9/fil")
    page.get_by_role("button", name="Ajouter un fil").click()
    pause = page.get_by_role("button", name="Mettre en pause")
    pause.focus()
    with page.context.expect_page() as opened:
        page.evaluate("window.open('/sources/')")
    opened.value.get_by_role("button", name="Mettre en pause").click()
    expect(opened.value.get_by_role("button", name="Reprendre")).to_be_visible()
    expect(page.get_by_role("button", name="Reprendre")).to_be_visible(timeout=9000)
    assert heard == []
