"""The ledger keeps every erasure in its order, names nobody, and notices what was done to it."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entregent import ledger
from entregent.apps.listen import keyring
from entregent.ledger import Entry, Ledger, LedgerError
from entregent.vocabulary import key64

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

SECRET = bytes(range(32))
ACCOUNT = Entry("account", -7_000_000_000_000_000_001)
OBJECT = Entry("object", key64("id", "https://battures.example/notes/1"))

keys = st.integers(-(2**63), 2**63 - 1)
entries = st.lists(st.builds(Entry, st.sampled_from(["account", "object"]), keys), max_size=6)


@pytest.fixture
def book(tmp_path: Path) -> Ledger:
    found = Ledger(tmp_path / "state" / "ledger.jsonl", SECRET, "an-instance")
    found.begin()
    return found


def told(found: list[Entry]) -> list[tuple[str, int]]:
    return [(entry.kind, entry.key) for entry in found]


def test_a_new_ledger_is_there_and_holds_nothing(book: Ledger) -> None:
    assert book.exists()
    assert book.read() == []
    assert book.path.stat().st_mode & 0o777 == 0o600
    assert book.path.parent.stat().st_mode & 0o077 == 0


def test_a_second_beginning_does_not_empty_it(book: Ledger) -> None:
    book.append([ACCOUNT])
    with pytest.raises(FileExistsError):
        book.begin()
    assert told(book.read()) == told([ACCOUNT])


@given(st.lists(entries, max_size=4))
def test_what_is_appended_is_read_in_its_order(
    tmp_path_factory: pytest.TempPathFactory, parts: list[list[Entry]]
) -> None:
    book = Ledger(tmp_path_factory.mktemp("ledger") / "ledger.jsonl", SECRET, "an-instance")
    book.begin()
    written = [entry for part in parts for entry in book.append(part)]
    assert book.read() == written
    assert told(written) == [(entry.kind, entry.key) for part in parts for entry in part]
    assert [entry.number for entry in written] == list(range(1, len(written) + 1))
    assert all(entry.at is not None and entry.at.utcoffset() is not None for entry in written)


def test_the_file_does_not_hold_the_key_that_anybody_can_compute(book: Ledger) -> None:
    book.append([OBJECT])
    text = book.path.read_text()
    assert f"{OBJECT.key % 2**64:016x}" not in text
    assert str(OBJECT.key) not in text
    other = Ledger(book.path.with_name("other.jsonl"), bytes(32), "an-instance")
    other.begin()
    other.append([OBJECT])
    sealed = [orjson.loads(path.read_bytes().splitlines()[1])["key"] for path in (
        book.path, other.path,
    )]  # fmt: skip
    assert sealed[0] != sealed[1], "only the holder of the secret can say whose it is"


def remove(lines: list[bytes]) -> list[bytes]:
    return [*lines[:2], *lines[3:]]


def swap(lines: list[bytes]) -> list[bytes]:
    return [lines[0], lines[2], lines[1], *lines[3:]]


def change(lines: list[bytes]) -> list[bytes]:
    return [*lines[:2], lines[2].replace(b'"account"', b'"object"'), *lines[3:]]


def repeat(lines: list[bytes]) -> list[bytes]:
    return [*lines[:3], lines[2], *lines[3:]]


def behead(lines: list[bytes]) -> list[bytes]:
    return lines[1:]


def scribble(lines: list[bytes]) -> list[bytes]:
    return [*lines[:2], b"{nothing", *lines[3:]]


@pytest.mark.parametrize(
    ("how", "line"),
    [(remove, 3), (swap, 2), (change, 3), (repeat, 4), (behead, 1), (scribble, 3)],
)
def test_what_was_done_to_it_is_told_with_file_and_line(
    how: Callable[[list[bytes]], list[bytes]], line: int, book: Ledger
) -> None:
    book.append([ACCOUNT, Entry("account", 2), Entry("account", 3), Entry("account", 4)])
    lines = book.path.read_bytes().splitlines()
    book.path.write_bytes(b"\n".join(how(lines)) + b"\n")
    with pytest.raises(LedgerError, match=f"{book.path} is damaged at line {line}"):
        book.read()


def test_an_empty_file_is_no_ledger(book: Ledger) -> None:
    book.path.write_bytes(b"")
    with pytest.raises(LedgerError, match="line 1"):
        book.read()
    with pytest.raises(LedgerError):
        book.append([ACCOUNT])


def test_a_line_that_was_never_confirmed_is_left_out_and_written_over(book: Ledger) -> None:
    book.append([ACCOUNT])
    with book.path.open("ab") as file:
        file.write(b'{"n":2,"at":"2026-')
    assert told(book.read()) == told([ACCOUNT])
    book.append([OBJECT])
    assert told(book.read()) == told([ACCOUNT, OBJECT])


def test_nothing_is_appended_to_a_damaged_end(book: Ledger) -> None:
    book.append([ACCOUNT, OBJECT])
    body = book.path.read_bytes()
    book.path.write_bytes(body.replace(b'"n":2', b'"n":3'))
    with pytest.raises(LedgerError):
        book.append([ACCOUNT])
    assert book.path.read_bytes() == body.replace(b'"n":2', b'"n":3')


def test_a_ledger_that_is_gone_is_not_made_again_by_an_erasure(book: Ledger) -> None:
    book.path.unlink()
    with pytest.raises(LedgerError, match=str(book.path)):
        book.append([ACCOUNT])
    assert not book.exists()


def test_a_ledger_of_a_newer_program_is_refused(
    book: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = Ledger(book.path.with_name("later.jsonl"), SECRET, "an-instance")
    monkeypatch.setattr(ledger, "VERSION", 2)
    later.begin()
    monkeypatch.undo()
    with pytest.raises(LedgerError, match="newer"):
        later.read()


def test_another_secret_or_another_instance_cannot_use_it(book: Ledger) -> None:
    with pytest.raises(LedgerError, match=r"another accounts\.key"):
        Ledger(book.path, bytes(32), "an-instance").read()
    with pytest.raises(LedgerError, match="another instance"):
        Ledger(book.path, SECRET, "another").read()


def test_a_ledger_that_was_cut_off_is_known_by_an_earlier_look(book: Ledger) -> None:
    book.append([ACCOUNT])
    _, early = book.read_to_end()
    before = book.path.read_bytes()
    book.append([OBJECT])
    _, late = book.read_to_end()
    assert book.holds(early)
    assert book.holds(late)
    book.path.write_bytes(before)
    assert book.holds(early)
    assert not book.holds(late), "its last line is missing, though the rest is whole"
    book.append([Entry("account", 9)])
    assert not book.holds(late), "another line stands in its place"


def _append(path: Path, start: int) -> None:
    book = Ledger(path, SECRET, "an-instance")
    for number in range(20):
        book.append([Entry("account", start + number)])


def test_several_processes_append_without_losing_a_line(book: Ledger) -> None:
    context = multiprocessing.get_context("fork")
    workers = [
        context.Process(target=_append, args=(book.path, 1000 * number)) for number in range(4)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
    found = [entry.key for entry in book.read()]
    assert sorted(found) == sorted(1000 * n + m for n in range(4) for m in range(20))


@pytest.fixture
def instance(settings: SettingsWrapper, tmp_path: Path) -> Iterator[Path]:
    """A data folder that was never started."""
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    settings.LEDGER, settings.STATE = None, tmp_path / "state"
    keyring.secret.cache_clear()
    yield settings.HOME
    keyring.secret.cache_clear()


def test_an_instance_gets_its_ledger_once(instance: Path) -> None:
    assert not ledger.exists()
    ledger.begin()
    name = ledger.instance_id()
    ledger.append([OBJECT])
    ledger.begin()
    assert ledger.instance_id() == name
    assert told(ledger.read()) == told([OBJECT])
    assert [path.name for path in instance.parent.joinpath("state").iterdir()] == [
        f"ledger-{name}.jsonl"
    ]


def test_a_ledger_that_has_gone_stays_gone_at_the_next_start(instance: Path) -> None:
    ledger.begin()
    ledger.current().path.unlink()
    ledger.begin()
    assert not ledger.exists()
    with pytest.raises(LedgerError, match="ENTREGENT_LEDGER"):
        ledger.read()


def test_a_named_ledger_of_another_instance_is_refused(
    instance: Path, settings: SettingsWrapper
) -> None:
    settings.LEDGER = instance.parent / "elsewhere.jsonl"
    Ledger(settings.LEDGER, bytes(32), "somebody-else").begin()
    with pytest.raises(LedgerError):
        ledger.begin()
    assert not (instance / ledger.INSTANCE_FILE).exists()


def test_a_first_start_that_was_cut_off_goes_on_with_its_ledger(
    instance: Path, settings: SettingsWrapper
) -> None:
    settings.LEDGER = instance.parent / "elsewhere.jsonl"
    ledger.begin()
    name = ledger.instance_id()
    (instance / ledger.INSTANCE_FILE).unlink()
    ledger.begin()
    assert ledger.instance_id() == name
    assert {path.name for path in instance.iterdir()} == {"accounts.key", ledger.INSTANCE_FILE}
