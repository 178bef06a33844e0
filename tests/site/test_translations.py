"""French and English are complete, and what is compiled is what is written."""

import ast
import gettext
import re
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

import entregent

PACKAGE = Path(entregent.__file__).parent
CATALOGUES = {code: PACKAGE / "locale" / code / "LC_MESSAGES" for code in ("fr", "en")}

# What the compiler joins: context and text, then one text and several.
CONTEXT, PLURAL = "\x04", "\x00"

_TRANSLATE = re.compile(r'{%\s*translate\s+"([^"]+)"(?:\s+context\s+"([^"]+)")?[^%]*%}')
_TRANSLATE_SINGLE = re.compile(r"{%\s*translate\s+'([^']+)'[^%]*%}")
_BLOCK = re.compile(
    r"{%\s*blocktranslate\b([^%]*)%}(.*?)(?:{%\s*plural\s*%}(.*?))?{%\s*endblocktranslate\s*%}",
    re.DOTALL,
)
_ENTRY = re.compile(
    r'^(msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?) (".*"(?:\n".*")*)', re.MULTILINE
)


def in_template(text: str) -> Iterator[str]:
    """Yield the keys of the texts that a template asks to be translated."""
    for match in _TRANSLATE.finditer(text):
        words, context = match.groups()
        yield f"{context}{CONTEXT}{words}" if context else words
    for match in _TRANSLATE_SINGLE.finditer(text):
        yield match[1]
    for match in _BLOCK.finditer(text):
        options, one, several = match.groups()
        texts = [one] if several is None else [one, several]
        yield PLURAL.join(_as_message(each, trimmed="trimmed" in options) for each in texts)


def _as_message(text: str, *, trimmed: bool) -> str:
    if trimmed:
        text = " ".join(line.strip() for line in text.splitlines() if line.strip())
    return re.sub(r"{{\s*(\w+)\s*}}", r"%(\1)s", text.replace("%", "%%"))


def in_code(text: str) -> Iterator[str]:
    """Yield the keys of the texts that a Python file asks to be translated."""
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        counts = {"_": 1, "gettext": 1, "gettext_lazy": 1, "ngettext": 2, "ngettext_lazy": 2}
        wanted = node.args[: counts.get(node.func.id, 0)]
        if wanted:
            yield PLURAL.join(str(ast.literal_eval(each)) for each in wanted)


def asked_for() -> set[str]:
    """Return the keys of every text in code and templates."""
    keys: set[str] = set()
    for path in PACKAGE.rglob("*"):
        if path.suffix == ".py":
            keys |= set(in_code(path.read_text(encoding="utf-8")))
        elif "templates" in path.parts and path.is_file():
            keys |= set(in_template(path.read_text(encoding="utf-8")))
    return keys


def written(code: str) -> dict[str, list[str]]:
    """Return what a catalogue's source says: key to texts, one for each plural form."""
    source = (CATALOGUES[code] / "django.po").read_text(encoding="utf-8")
    entries: dict[str, list[str]] = {}
    for block in source.split("\n\n"):
        parts = {
            name: "".join(ast.literal_eval(line) for line in lines.splitlines())
            for name, lines in _ENTRY.findall(block)
        }
        if not parts:
            continue
        key = parts["msgid"]
        if "msgid_plural" in parts:
            key += PLURAL + parts["msgid_plural"]
        if "msgctxt" in parts:
            key = parts["msgctxt"] + CONTEXT + key
        assert key not in entries, f"{key!r} is written twice"
        entries[key] = [text for name, text in parts.items() if name.startswith("msgstr")]
    return entries


def compiled(code: str) -> dict[str, list[str]]:
    """Return what a compiled catalogue says, read as its format is defined."""
    data = (CATALOGUES[code] / "django.mo").read_bytes()
    count, keys_at, texts_at = struct.unpack("<3I", data[8:20])

    def text(at: int) -> str:
        length, start = struct.unpack("<2I", data[at : at + 8])
        return data[start : start + length].decode()

    return {
        text(keys_at + 8 * each): text(texts_at + 8 * each).split(PLURAL) for each in range(count)
    }


@pytest.mark.parametrize("code", ["fr", "en"])
def test_every_text_asked_for_is_written_and_no_other(code: str) -> None:
    texts = set(written(code)) - {""}
    assert asked_for() - texts == set()
    assert texts - asked_for() == set()


@pytest.mark.parametrize("code", ["fr", "en"])
def test_no_text_is_empty_or_left_in_doubt(code: str) -> None:
    source = (CATALOGUES[code] / "django.po").read_text(encoding="utf-8")
    assert "fuzzy" not in source
    for key, texts in written(code).items():
        assert all(text.strip() for text in texts), key
        assert len(texts) == (2 if PLURAL in key else 1), key


@pytest.mark.parametrize("code", ["fr", "en"])
def test_the_compiled_catalogue_says_what_the_source_says(code: str) -> None:
    assert compiled(code) == written(code)
    with (CATALOGUES[code] / "django.mo").open("rb") as file:
        assert gettext.GNUTranslations(file).charset() == "UTF-8"


@pytest.mark.parametrize("code", ["fr", "en"])
def test_each_translation_keeps_the_values_it_is_given(code: str) -> None:
    for key, texts in written(code).items():
        if key:
            asked = set(re.findall(r"%\(\w+\)\w", key))
            *singular, last = [set(re.findall(r"%\(\w+\)\w", text)) for text in texts]
            assert last == asked, key
            # One may be said without its digit: 'the source is up to date'.
            assert all(asked - {"%(number)s"} <= values <= asked for values in singular), key


def test_french_is_set_as_it_is_in_quebec() -> None:
    for key, texts in written("fr").items():
        for text in texts if key else []:
            plain = re.sub(r"https?://|<[^>]+>", "", text)
            assert not re.search(r"[^\u00a0]:(?!\w)", plain), (
                f"no non-breaking space before : {text}"
            )
            assert not re.search(r"\s[;!?]", plain), f"space before ; ! or ? {text}"
            assert not re.search(r"«[^\u00a0]|[^\u00a0]»", plain), f"guillemets {text}"
            assert "'" not in plain or "’" not in plain, f"two kinds of apostrophes {text}"
            assert '"' not in plain, f"straight quotation marks {text}"
            assert "…" not in plain or "..." not in plain
            assert not re.search(r"·\w", plain), f"midpoint {text}"


def test_the_reader_of_templates_finds_all_kinds() -> None:
    text = (
        '{% translate "One" %}{% translate "Two" context "here" %}'
        "{% blocktranslate trimmed count n=3 %}\n {{ n }} day\n{% plural %}{{ n }} days"
        "{% endblocktranslate %}"
    )
    assert set(in_template(text)) == {"One", f"here{CONTEXT}Two", f"%(n)s day{PLURAL}%(n)s days"}
