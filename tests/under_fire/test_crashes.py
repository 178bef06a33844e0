"""Nothing is lost and nothing doubled, whenever a process is killed, and whatever it was at.

``python -m bench crashes`` does the same two hundred times.
"""

from pathlib import Path

import pytest

from tests.under_fire.running import run

pytestmark = [pytest.mark.slow, pytest.mark.database]

WRONG = (
    *("errors", "acknowledged_and_lost", "faults", "doubled", "counts", "conversations", "index"),
    *("roll_ups", "left_of_the_forgotten", "doctor"),
)
"""What a run says of everything that must not be."""


def test_nothing_is_lost_or_doubled_whatever_is_cut_off(tmp_path: Path) -> None:
    found = run(tmp_path, "crashing", "--kills", "8", "--posts", "15")
    assert found["kills"] == 8
    assert len(found["hits"]) >= 4, "kills met several kinds of work"
    assert {name: found[name] for name in WRONG if found[name]} == {}
    assert found["waiting"] == 0
    assert found["acknowledged"] >= 1
    assert found["activities"] >= 8 * 15
