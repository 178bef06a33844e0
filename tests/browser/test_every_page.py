"""Every page in a real browser: readable, silent, as wide as its window, closed to others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from tests.browser.conftest import listen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page
    from tests.browser.conftest import Entered, Site

pytestmark = pytest.mark.browser

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
}
# A chart's days are thousands of dots, hidden from readers: its description is looked at instead.
WITHOUT_DOTS = {"exclude": [[".mark-symbol"]]}
PAGES = (
    "today/?charts",
    "conversations/",
    "conversations/?which=all&words=navette",
    "campaigns/",
    "campaigns/add/",
    "campaigns/gagne-ton-hiver/",
    "campaigns/les-voix-d-ici/",
    "campaigns/la-carte-du-quai/plan/",
    "campaigns/la-carte-du-quai/links/",
    "campaigns/prevente-leve-tot/afterwards/",
    "campaigns/prevente-leve-tot/next/",
    "people/",
    "queries/",
    "queries/add/",
    "sources/",
    "sources/add/",
    "organisation/",
    "organisation/change/",
    "organisation/hours/",
    "organisation/trust/",
    "organisation/journal/",
    "organisation/members/add/",
    "organisation/subjects/add/",
    "design/",
    "api/docs",
    "demonstration/remove/",
    "crises/1/",
)
# Pages with a number in their address: where the way there begins, and the link to take.
FOUND = {
    "a conversation": ("today/", "#people a[href^='/conversations/']"),
    "a public conversation": (
        "conversations/?which=all&side=public",
        "main .list a[href^='/conversations/']",
    ),
    "a person": ("people/", "main .list a[href^='/people/']"),
    "an account": ("conversations/?which=all&side=public", "main .list a[href^='/conversations/']"),
    "a source": ("sources/", ".sources h2 a"),
    "a member": ("organisation/", "main a[href^='/organisation/members/']"),
    "a subject": ("organisation/", "main a[href^='/organisation/subjects/']"),
    "a query": ("queries/", "main a[href^='/queries/']"),
}


def faults(page: Page) -> list[str]:
    found = Axe().run(page, context=WITHOUT_DOTS, options=RULES).response
    assert found["passes"], "axe looked at nothing"
    return [
        f"{fault['id']}: {node['html'][:200]}"
        for fault in found["violations"]
        for node in fault["nodes"]
    ]


def open_page(page: Page, where: str) -> None:
    if where in FOUND:
        start, link = FOUND[where]
        page.goto(start)
        page.goto(page.locator(link).first.get_attribute("href") or "")
        if where == "an account":
            page.goto(
                page.locator(
                    "main a[href^='/accounts/'], main a[href^='/people/']"
                ).first.get_attribute("href")
                or ""
            )
    else:
        page.goto(where)


def settle(page: Page) -> None:
    """Wait for the charts and for what the page fetches after itself."""
    expect(page.locator("[data-chart]:not([data-drawn])")).to_have_count(0, timeout=10_000)
    expect(page.locator("[hx-trigger=load]:not(:has(:nth-child(3)))")).to_have_count(0)


@pytest.fixture(scope="module")
def walker(
    entered: Entered, demo_site: Site, browser: Browser, browser_context_args: dict[str, Any]
) -> Iterator[tuple[Page, list[str]]]:
    """Return one page that walks through all of them, and what its console says."""
    args = browser_context_args | {"storage_state": entered.state, "base_url": demo_site.address}
    with browser.new_context(**args) as context:
        page = context.new_page()
        yield page, listen(page)


@pytest.mark.parametrize("where", [*PAGES, *FOUND])
def test_each_page_is_readable_by_all_in_light_and_dark_wide_and_narrow(
    walker: tuple[Page, list[str]], where: str
) -> None:
    page, said = walker
    said.clear()
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 900})
    open_page(page, where)
    settle(page)
    assert faults(page) == []
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 844})
    settle(page)
    assert faults(page) == []
    for width in (390, 800, 1280, 1600):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width
    assert said == []


def test_a_browser_without_sign_in_is_refused_everywhere(
    demo_site: Site, browser: Browser, browser_context_args: dict[str, Any]
) -> None:
    args = browser_context_args | {"base_url": demo_site.address}
    with browser.new_context(**args) as context:
        page = context.new_page()
        said = listen(page)
        for where in (*PAGES, "people/1/", "conversations/1/", "accounts/1/"):
            page.goto(where)
            assert "/account/login/" in page.url, where
            expect(page.locator(".rail nav")).to_have_count(0)
        for where in ("api/activities", "api/people"):
            assert context.request.get(where).status == 401
        page.goto(demo_site.link)
        expect(page.locator(".rail nav")).to_have_count(0)
        # The link is used up: said by a page of its own, and a browser notes the status.
        assert [words for words in said if "status of 4" not in words] == []
