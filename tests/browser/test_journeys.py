"""What voice.md says of the first minutes, walked in a real browser through the demonstration."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page
    from tests.browser.conftest import Entered, Site

pytestmark = pytest.mark.browser

CLICKS = 6


class Hand:
    """A hand that counts its clicks."""

    def __init__(self) -> None:
        self.clicks = 0

    def click(self, what: Locator) -> None:
        self.clicks += 1
        what.click()


def row_of(page: Page, name: str) -> Locator:
    return page.locator("#people li.waiting").filter(has_text=name).first


def test_the_link_opens_today_with_two_charts(entered: Entered) -> None:
    assert entered.path == "today/"
    assert entered.heading.startswith("Bonjour Maude.")
    assert entered.charts_drawn == 2


def test_the_two_charts_are_folded_into_the_campaigns_after_the_first_visit(maude: Page) -> None:
    maude.goto("today/")
    expect(maude.get_by_role("heading", name="Le sommet, ou ce qui reste?")).to_have_count(0)
    maude.get_by_role("link", name="Campagnes").click()
    expect(maude.get_by_role("heading", name="Le sommet, ou ce qui reste?")).to_be_visible()
    expect(maude.locator(".two-charts [data-drawn] svg")).to_have_count(2)


def test_the_unanswered_question_is_answered_in_six_clicks(maude: Page) -> None:
    hand = Hand()
    maude.goto("today/")
    hand.click(row_of(maude, "Maryse B.").get_by_role("link", name="Répondre"))
    expect(maude.locator("#thread")).to_contain_text("fauteuil roulant")

    hand.click(maude.get_by_text("Demander à une fonction"))
    expect(maude.get_by_label("Question")).not_to_have_value("")
    hand.click(maude.get_by_role("button", name="Demander", exact=True))

    take_up = maude.locator("#thread").get_by_role("button", name="Reprendre la réponse")
    expect(take_up).to_be_visible(timeout=20_000)
    hand.click(take_up)
    expect(maude.get_by_label("Votre réponse")).not_to_have_value("")

    hand.click(maude.get_by_role("button", name="Envoyer en privé"))
    if maude.get_by_role("heading", name="Avant d'envoyer").is_visible():
        maude.get_by_label("Envoyer quand même, parce que…").fill("La réponse tient la promesse.")
        hand.click(maude.get_by_role("button", name="Envoyer quand même"))
    expect(maude.locator("#thread .ours").last).to_contain_text(
        re.compile("(Envoyé à|En route)"), timeout=15_000
    )
    assert hand.clicks <= CLICKS

    maude.goto("today/")
    expect(maude.locator("#people section").first).not_to_contain_text("Maryse B.")


def test_the_page_of_a_person_says_what_is_owed_and_what_may_be_done(maude: Page) -> None:
    maude.goto("people/")
    maude.get_by_role("link", name="Maryse B.").click()
    expect(maude.locator("h1")).to_have_text("Maryse B.")
    for heading in ("Ce qu'on lui doit", "Ce qu'on peut faire", "Ses facettes", "Le fil"):
        expect(maude.get_by_role("heading", name=heading)).to_be_visible()
    expect(maude.locator("#thread")).to_contain_text("fauteuil roulant")
    expect(maude.get_by_text("PRIVÉ").first).to_be_visible()


@pytest.mark.parametrize("name", ["Gagne ton hiver", "Les voix d'ici"])
def test_a_campaign_draws_its_chart_and_counts_what_people_did_next(maude: Page, name: str) -> None:
    maude.goto("campaigns/")
    maude.locator(".list").get_by_role("link", name=name).click()
    expect(maude.locator("h1")).to_have_text(name)
    expect(maude.locator("#verdict .verdict")).to_be_visible()
    expect(maude.locator("#chart [data-drawn] svg")).to_be_visible()
    expect(maude.locator("#next table").first).to_be_visible()
    maude.get_by_role("link", name="Commandes").click()
    expect(maude.locator("#chart figcaption").first).to_contain_text("commandes par jour")
    expect(maude.locator("#chart [data-drawn] svg")).to_be_visible()
    maude.locator("summary", has_text="Tableau").first.click()
    with maude.expect_download() as download:
        maude.get_by_role("link", name="Chaque jour, en CSV").first.click()
    assert download.value.suggested_filename.endswith(".csv")


def test_the_language_changes_and_the_draft_stays(maude: Page) -> None:
    maude.goto("today/")
    row_of(maude, "Réjean Doucet-Pham").get_by_role("link", name="Répondre").click()
    where = maude.url
    # Typed and at once abandoned for the other language: nothing waits for the draft to be kept.
    maude.get_by_label("Votre réponse").press_sequentially("Bonjour Réjean, on regarde ça.")
    maude.get_by_role("button", name="English").click()
    expect(maude.locator("html")).to_have_attribute("lang", "en")
    assert maude.url == where
    expect(maude.get_by_label("Your answer")).to_have_value("Bonjour Réjean, on regarde ça.")
    maude.get_by_role("button", name="Français").click()
    expect(maude.locator("html")).to_have_attribute("lang", "fr")


def test_the_night_of_the_shuttles_is_told_minute_by_minute(maude: Page) -> None:
    maude.goto("conversations/")
    maude.get_by_role("link", name="La nuit des navettes").click()
    account = maude.locator(".account")
    for minute in ("21 h 50", "22 h 12", "22 h 14", "22 h 31", "0 h 20"):
        expect(account).to_contain_text(minute.replace(" ", "\N{NO-BREAK SPACE}"))
    expect(account).to_contain_text("Quelle soirée magique!")
    maude.get_by_role("link", name="Lire ce que les gens ont dit").click()
    expect(maude.locator("main .list li").first).to_be_visible()


def test_the_language_changes_and_the_page_stays(maude: Page) -> None:
    maude.goto("organisation/journal/")
    where = maude.url
    maude.get_by_role("button", name="English").click()
    expect(maude.get_by_role("heading", name="Audit trail")).to_be_visible()
    expect(maude.locator("html")).to_have_attribute("lang", "en")
    assert maude.url == where
    maude.get_by_role("button", name="Français").click()
    expect(maude.locator("html")).to_have_attribute("lang", "fr")
    assert maude.url == where


def test_the_keyboard_alone_reaches_the_page(maude: Page) -> None:
    maude.goto("organisation/")
    maude.keyboard.press("Tab")
    expect(maude.get_by_role("link", name="Aller à la page")).to_be_focused()
    maude.keyboard.press("Enter")
    expect(maude.locator("main")).to_be_focused()


def test_the_keyboard_alone_opens_a_conversation_and_its_composer(maude: Page) -> None:
    maude.goto("today/")
    answer = row_of(maude, "Réjean Doucet-Pham").get_by_role("link", name="Répondre")
    answer.focus()
    maude.keyboard.press("Enter")
    ask = maude.locator("summary", has_text="Demander à une fonction")
    ask.focus()
    maude.keyboard.press("Space")
    expect(maude.get_by_label("Question")).to_be_visible()


def test_without_scripts_the_forms_and_the_charts_are_there_too(
    entered: Entered, demo_site: Site, browser: Browser, browser_context_args: dict[str, Any]
) -> None:
    args = browser_context_args | {"storage_state": entered.state, "base_url": demo_site.address}
    with browser.new_context(**args, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("today/")
        row_of(page, "Mirlande Bien-Aimé").get_by_role("link", name="Répondre").click()
        page.get_by_label("Votre réponse").fill("Bonjour Mirlande, oui, elle est posée.")
        page.get_by_role("button", name="Garder le brouillon").click()
        expect(page.get_by_text("Le brouillon est gardé.")).to_be_visible()
        expect(page.get_by_label("Votre réponse")).to_have_value(re.compile("elle est posée"))

        page.goto("campaigns/gagne-ton-hiver/")
        picture = page.locator("#chart img").first.get_attribute("src") or ""
        drawn = context.request.get(picture)
        assert drawn.headers["content-type"].startswith("image/svg+xml")
        page.get_by_role("link", name="Faire le compte maintenant").click()
        expect(page.get_by_role("table").first).to_be_visible()
