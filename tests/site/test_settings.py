"""Settings come from the environment, and what is wrong there is said in one sentence."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from entregent.site import settings

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"


def start(**environ: str) -> subprocess.CompletedProcess[str]:
    """Read the settings in a process of its own."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("ENTREGENT_")}
    return subprocess.run(
        [sys.executable, "-c", "from entregent.site import settings; print(settings.HOME)"],
        env=bare | environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_page_tells_every_setting_and_no_other() -> None:
    told = re.findall(r"^## `(\w+)`$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(told) == sorted(settings.KNOWN)


def test_a_first_start_makes_a_folder_and_a_key_for_their_owner_alone(tmp_path: Path) -> None:
    done = start(XDG_DATA_HOME=str(tmp_path))
    home = tmp_path / "entregent"
    assert done.stdout.strip() == str(home), done.stderr
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "secret.key").stat().st_mode) == 0o600
    key = (home / "secret.key").read_text()
    start(XDG_DATA_HOME=str(tmp_path))
    assert (home / "secret.key").read_text() == key
    assert [path.name for path in home.iterdir()] == ["secret.key"]


def test_an_unknown_setting_is_refused_with_the_nearest_one(tmp_path: Path) -> None:
    done = start(ENTREGENT_HOME=str(tmp_path), ENTREGENT_HOST="example.org")
    assert done.returncode != 0
    assert "ENTREGENT_HOST is not known; did you mean ENTREGENT_HOSTS?" in done.stderr


@given(name=st.from_regex(r"\AENTREGENT_[A-Z_]{0,20}\Z"))
def test_whatever_is_not_on_the_page_is_refused(name: str) -> None:
    if name in settings.KNOWN:
        settings.refuse_unknown({name: ""})
    else:
        with pytest.raises(ImproperlyConfigured, match=f"The setting {name} is not known"):
            settings.refuse_unknown({name: ""})


@pytest.mark.parametrize(
    ("word", "meant"),
    [("1", True), ("Yes", True), ("on", True), ("", False), ("0", False), ("FALSE", False)],
)
def test_yes_and_no_are_understood(word: str, meant: bool) -> None:
    assert settings.flag({"ENTREGENT_DEBUG": word}, "ENTREGENT_DEBUG") is meant


def test_it_refuses_a_flag_that_is_neither_yes_nor_no() -> None:
    with pytest.raises(ImproperlyConfigured, match=r"ENTREGENT_DEBUG is 'oui'; write 1 for yes"):
        settings.flag({"ENTREGENT_DEBUG": "oui"}, "ENTREGENT_DEBUG")


def test_it_reads_the_key_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("k" * 40 + "\n")
    assert settings.secret_key({"ENTREGENT_SECRET_KEY_FILE": str(file)}, tmp_path) == "k" * 40


@pytest.mark.parametrize("content", [b"", b"short", b"\xff\xfe\xff" * 20])
def test_it_refuses_a_key_file_that_holds_no_key(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "key"
    file.write_bytes(content)
    with pytest.raises(ImproperlyConfigured, match=str(file)):
        settings.secret_key({"ENTREGENT_SECRET_KEY_FILE": str(file)}, tmp_path)


def test_it_refuses_a_key_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="No such file"):
        settings.secret_key({"ENTREGENT_SECRET_KEY_FILE": str(tmp_path / "none")}, tmp_path)


def test_it_refuses_two_keys(tmp_path: Path) -> None:
    both = {"ENTREGENT_SECRET_KEY": "k" * 40, "ENTREGENT_SECRET_KEY_FILE": "/run/key"}
    with pytest.raises(ImproperlyConfigured, match="not both"):
        settings.secret_key(both, tmp_path)


def test_it_refuses_a_data_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ImproperlyConfigured, match="give another one with ENTREGENT_HOME"):
        settings.data_folder({"ENTREGENT_HOME": str(tmp_path / "file" / "home")})
