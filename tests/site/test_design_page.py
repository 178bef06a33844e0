"""The design page shows the components that pages really use."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

import entregent.site
from entregent.apps.organisation.models import Member

pytestmark = pytest.mark.django_db

STYLES = Path(entregent.site.__file__).parent / "static" / "entregent"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_it_names_only_components_that_the_styles_know(
    bob: Member, as_member: Callable[[Member], Client], language: str
) -> None:
    his = as_member(bob)
    his.post("/language/", {"language": language, "next": "/design/"})
    text = his.get("/design/").content.decode()
    assert f'<html lang="{language}">' in text
    styles = "".join(file.read_text() for file in STYLES.glob("*.css"))
    told = " ".join(re.findall(r"<code>([^<]+)</code>", text))
    names = re.findall(r"(?<![\w-])(?:\.|--)[a-z][a-z-]*", told)
    assert len(names) > 30
    assert [name for name in names if not re.search(re.escape(name) + r"(?![\w-])", styles)] == []


def test_nothing_on_it_acts(bob: Member, as_member: Callable[[Member], Client]) -> None:
    text = as_member(bob).get("/design/").content.decode()
    page = text[text.index("<main") : text.index("</main>")]
    assert "<form" not in page
    assert 'type="submit"' not in page
