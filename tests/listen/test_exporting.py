"""An export goes where it is sent, and takes nothing away there."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from entregent.apps.listen.exporting import export_jsonl
from entregent.apps.listen.importing import ImportReport
from tests.listen.deeds import post, write

pytestmark = pytest.mark.django_db

TakeIn = Callable[..., ImportReport]


def test_a_file_that_is_appended_to_keeps_what_it_held(take_in: TakeIn, tmp_path: Path) -> None:
    take_in(write(tmp_path / "a.jsonl", [post()]))
    path = tmp_path / "all.jsonl"
    path.write_bytes(b"earlier\n")
    # As the shell opens it for >>: at its beginning, to be written at its end.
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND), "wb") as sink:
        assert export_jsonl(sink) == 1
    first, second = path.read_bytes().splitlines()
    assert first == b"earlier"
    assert b"navette" in second


def test_it_can_be_sent_to_nowhere(take_in: TakeIn, tmp_path: Path) -> None:
    take_in(write(tmp_path / "a.jsonl", [post()]))
    with Path(os.devnull).open("wb") as sink:
        assert export_jsonl(sink) == 1
