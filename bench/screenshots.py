"""Pictures of the pages, for the README and for looking at: run by hand.

Example: python -m bench.screenshots FOLDER SIGN_IN_LINK
"""

import sys
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

PAGES = {
    "today": "/today/?charts",
    "conversations": "/conversations/",
    "campaigns": "/campaigns/",
    "contest": "/campaigns/gagne-ton-hiver/",
    "voices": "/campaigns/les-voix-d-ici/",
    "people": "/people/",
    "person": None,
    "conversation": None,
    "crisis": None,
    "sources": "/sources/",
    "organisation": "/organisation/",
    "queries": "/queries/",
    "measure": "/measure/",
    "plan": "/measure/plan/",
    "counts": "/counts/",
    "health": "/health/",
    "design": "/design/",
    "api": "/api/docs",
}
FOUND = {
    "person": ("/people/", "main a[href^='/people/']"),
    "conversation": ("/today/", "main a[href^='/conversations/']"),
    "crisis": ("/conversations/", "main a[href^='/crises/']"),
}


def main(folder: Path, link: str, only: set[str]) -> None:
    """Take a picture of each page in French and English, light and dark, wide and narrow."""
    folder.mkdir(parents=True, exist_ok=True)
    base = f"{urlsplit(link).scheme}://{urlsplit(link).netloc}"
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        state = _sign_in(browser, link)
        for language in ("fr", "en"):
            for scheme in ("light", "dark"):
                for width in (1280, 390):
                    context = browser.new_context(
                        storage_state=state,
                        color_scheme="dark" if scheme == "dark" else "light",
                        viewport={"width": width, "height": 900},
                        locale="fr-CA",
                        timezone_id="America/Toronto",
                    )
                    page = context.new_page()
                    page.on("console", lambda said: print("console:", said.text))
                    _choose_language(page, base, language)
                    for name, address in PAGES.items():
                        if only and name not in only:
                            continue
                        where = address or _find(page, base, name)
                        if where is None:
                            print("no page found:", name)
                            continue
                        page.goto(base + where)
                        page.locator("[data-chart]:not([data-drawn])").first.wait_for(
                            state="detached", timeout=10_000
                        )
                        page.wait_for_timeout(250)
                        page.screenshot(
                            path=folder / f"{name}-{language}-{scheme}-{width}.png", full_page=True
                        )
                    context.close()
        browser.close()


def _sign_in(browser: Browser, link: str) -> object:
    context = browser.new_context(locale="fr-CA")
    context.new_page().goto(link)
    state = context.storage_state()
    context.close()
    return state


def _choose_language(page: Page, base: str, language: str) -> None:
    page.goto(f"{base}/sources/")
    button = page.locator(f"#language button[value={language}]")
    if button.count():
        button.click()


def _find(page: Page, base: str, name: str) -> str | None:
    start, selector = FOUND[name]
    page.goto(base + start)
    found = page.locator(selector)
    return found.first.get_attribute("href") if found.count() else None


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], set(sys.argv[3:]))
