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
    expect(page).to_have_url(re.compile("/sources/$"))


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


def test_the_language_changes_and_the_page_stays(page: Page, site: Site, heard: list[str]) -> None:
    set_up(page, site)
    page.get_by_role("link", name="Organisation").click()
    page.get_by_role("link", name="Journal").click()
    where = page.url
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Audit trail")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.url == where
    page.get_by_role("button", name="Français").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    assert page.url == where
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


def test_the_keyboard_alone_reaches_the_page(page: Page, site: Site) -> None:
    set_up(page, site)
    page.goto(site.address + "organisation/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller à la page")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_no_page_is_wider_than_its_window(page: Page, site: Site) -> None:
    set_up(page, site)
    for path in ("sources/", "sources/add/", "organisation/", "organisation/journal/"):
        page.goto(site.address + path)
        for width in (390, 800, 1280, 1600):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
