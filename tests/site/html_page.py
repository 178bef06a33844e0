"""What a strict page may hold, and the forms that stand on one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.http import HttpResponse

SCRIPT = "<script>alert(1)</script>"
POLICY = [
    "base-uri 'none'",
    "connect-src 'self'",
    "default-src 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "img-src 'self' data:",
    "script-src 'self'",
    "style-src 'self'",
]


def body(answer: HttpResponse) -> str:
    """The text of a page or of a part of one; nothing where it is no HTML."""
    is_page = answer.headers.get("Content-Type", "").startswith("text/html")
    return answer.content.decode() if is_page else ""


def check(headers: Mapping[str, str], text: str) -> None:
    """Hold an answer, and its page if it is one, to what holds for all of them."""
    assert sorted(headers["Content-Security-Policy"].split("; ")) == POLICY
    if not text:
        return
    page = Page()
    page.feed(text)
    assert page.faults == []
    if "<!doctype html>" in text[:200].lower():
        assert page.language in {"fr", "en"}
        assert page.headings == 1
    assert len(page.ids) == len(set(page.ids)), "an id stands twice"
    assert page.fields <= page.labelled, "a field has no label"
    assert SCRIPT not in text


class Page(HTMLParser):
    """Notes what a strict page may not have, and what it must."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.language = ""
        self.headings = 0
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.fields: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one tag."""
        given = {name: value or "" for name, value in attrs}
        for name, value in given.items():
            if name == "style" or name.startswith(("on", "hx-on")):
                self.faults.append(f"{tag} {name}={value}")
            if name in {"src", "href", "action", "formaction"} and re.match(
                r"(?i)\s*(javascript|data|http)", value
            ):
                self.faults.append(f"{tag} {name}={value}")
        if tag == "style" or (tag == "script" and not given.get("src", "").startswith("/static/")):
            self.faults.append(f"inline {tag}")
        if tag == "html":
            self.language = given.get("lang", "")
        self.headings += tag == "h1"
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "label":
            self.labelled.add(given.get("for", ""))
        if tag in {"input", "select", "textarea"} and given.get("type") != "hidden":
            self.fields.add(given.get("id", ""))


@dataclass
class Form:
    """A form: where each of its buttons sends it, and its fields with what stands in them."""

    is_post: bool
    actions: list[str]
    fields: dict[str, str] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)

    def filled(self, words: str) -> dict[str, str]:
        """What is sent by somebody who typed these words into every field that takes words."""
        return self.fields | dict.fromkeys(self.words, words)


def forms_of(text: str, where: str) -> list[Form]:
    """The forms of the page at an address, those that its buttons send elsewhere included."""
    reader = _Forms(where.partition("?")[0])
    reader.feed(text)
    return list(reader.forms.values())


class _Forms(HTMLParser):
    def __init__(self, where: str) -> None:
        super().__init__()
        self.where = where
        self.forms: dict[str, Form] = {}
        self.now = ""
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.now = given.get("id") or f"form {len(self.forms)}"
            action = given.get("action", "").partition("#")[0] or self.where
            self.forms[self.now] = Form(given.get("method") == "post", [action])
        form = self.forms.get(given.get("form", self.now))
        name = given.get("name", "")
        if form is None:
            return
        if tag == "button" and given.get("formaction"):
            form.actions.append(given["formaction"])
        elif tag == "textarea" and name:
            form.words.add(name)
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select:
            if "selected" in given or self.select not in form.fields:
                form.fields[self.select] = given.get("value", "")
        elif tag == "input" and name:
            self._input(form, name, given)

    def _input(self, form: Form, name: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if kind in {"text", "search", "email", "url", "password"}:
            form.words.add(name)
        elif kind not in {"radio", "checkbox"} or "checked" in given:
            form.fields[name] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = ""
        elif tag == "form":
            self.now = ""
