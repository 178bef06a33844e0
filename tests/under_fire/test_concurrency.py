"""Writers, readers and a keeper that is killed and replaced: nobody sees an error or half of it.

``python -m bench race`` does it with four writers and ten readers for ten minutes.
"""

from pathlib import Path

import pytest

from tests.under_fire.running import run

pytestmark = [pytest.mark.slow, pytest.mark.database]


def test_readers_and_writers_see_no_error_while_keepers_are_killed(tmp_path: Path) -> None:
    found = run(tmp_path, "racing", "--seconds", "12", "--writers", "2", "--readers", "3")
    assert found["errors"] == []
    assert set(found["codes"]) == {0}
    assert found["keepers_killed"] >= 2
    assert found["looks"] >= 10
    assert found["landed"] > 0
    assert found["lost"] == 0
    assert found["waiting"] == 0
    wrong = {name: found[name] for name in ("doubled", "index", "roll_ups", "doctor")}
    assert not any(wrong.values()), wrong
