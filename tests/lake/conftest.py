from pathlib import Path

import pytest

from tests.lake.record_book import RecordBook


@pytest.fixture
def book(tmp_path: Path) -> RecordBook:
    return RecordBook(tmp_path / "lake")
