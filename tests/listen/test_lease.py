"""One keeper at a time, and another as soon as it is gone."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from entregent.apps.listen.lease import KEEPER, LENGTH, Claim, _started, is_dead
from entregent.apps.listen.models import Lease

pytestmark = pytest.mark.django_db


@pytest.fixture
def other_process() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE
    )
    yield process
    process.kill()
    process.communicate()


def claim_of(process: subprocess.Popen[bytes]) -> Claim:
    """The claim that another process of this machine would make."""
    host, boot, _, _, word = Claim().holder.split("/")
    return Claim("/".join((host, boot, str(process.pid), _started(process.pid), word)))


def expire() -> None:
    Lease.objects.filter(name=KEEPER).update(expires_at=timezone.now() - timedelta(seconds=1))


def test_there_is_one_keeper_at_a_time() -> None:
    first, second = Claim(), Claim()
    assert first.take()
    assert not second.take()
    assert first.take()
    assert first.is_held()
    assert not second.is_held()


def test_it_passes_on_when_it_is_given_back() -> None:
    first, second = Claim(), Claim()
    assert first.take()
    first.release()
    assert not first.is_held()
    assert second.take()


def test_giving_back_what_somebody_else_holds_changes_nothing() -> None:
    first, second = Claim(), Claim()
    assert first.take()
    second.release()
    assert first.is_held()
    assert not second.take()


def test_it_passes_on_when_it_expires() -> None:
    first, second = Claim(), Claim()
    assert first.take()
    expire()
    assert second.take()
    assert not first.is_held()


def test_renewing_it_moves_its_end() -> None:
    claim = Claim()
    assert claim.take()
    Lease.objects.update(expires_at=timezone.now() + timedelta(seconds=1))
    claim._renewed_s = float("-inf")
    assert claim.take()
    assert Lease.objects.get(name=KEEPER).expires_at > timezone.now() + LENGTH / 2


def test_it_is_no_longer_held_when_the_time_left_is_too_short_for_a_step() -> None:
    claim = Claim()
    assert claim.take()
    Lease.objects.update(expires_at=timezone.now() + timedelta(seconds=2))
    assert not claim.is_held()


def test_it_passes_on_at_once_when_its_holder_is_killed(
    other_process: subprocess.Popen[bytes],
) -> None:
    theirs, ours = claim_of(other_process), Claim()
    assert theirs.take()
    assert not ours.take()
    other_process.kill()
    other_process.wait()
    assert ours.take()
    assert ours.is_held()


def test_a_process_that_took_over_the_number_of_the_holder_is_not_the_holder(
    other_process: subprocess.Popen[bytes],
) -> None:
    host, boot, pid, _, word = claim_of(other_process).holder.split("/")
    assert is_dead(f"{host}/{boot}/{pid}/1/{word}")


def test_a_holder_from_before_this_machine_was_started_again_is_dead() -> None:
    host, _, pid, started, word = Claim().holder.split("/")
    assert is_dead(f"{host}/00000000/{pid}/{started}/{word}")


def test_a_holder_on_another_machine_is_respected_until_its_lease_expires() -> None:
    _, boot, _, _, word = Claim().holder.split("/")
    theirs, ours = Claim(f"elsewhere/{boot}/1/1/{word}"), Claim()
    assert theirs.take()
    assert not ours.take()
    expire()
    assert ours.take()


@pytest.mark.parametrize("holder", ["", "somebody", "a/b/c", "a/b/c/d/e/f"])
def test_a_holder_that_cannot_be_read_is_not_taken_for_dead(holder: str) -> None:
    assert not is_dead(holder)
