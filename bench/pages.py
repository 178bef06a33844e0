"""Pages of the demonstration as its director opens them, beside an empty page."""

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.test import Client

REQUESTS = 15
EMPTY = "empty page"


def run(home: Path) -> None:
    """Ask for each page of a loaded demonstration, and print the report."""
    print("\n".join(report(home)))


def report(home: Path) -> list[str]:
    """Medians of fifteen requests each, through Django without a network.

    Parameters
    ----------
    home
        Data folder in which a demonstration stands.
    """
    done = subprocess.run(
        [sys.executable, "-m", "bench.pages"],
        env={**os.environ, "ENTREGENT_HOME": str(home)},
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout)
    lines = [f"pages of the demonstration, median of {REQUESTS} requests:"]
    for name, seconds in found.items():
        ratio = f"{seconds / found[EMPTY]:>6.1f} times the empty page"
        lines.append(f"  {name:<28}{seconds * 1000:>8.0f} ms, {ratio}")
    return lines


def _medians() -> dict[str, float]:
    from django.test import Client

    from entregent.apps.coordinate.models import Conversation
    from entregent.apps.organisation.models import Member
    from entregent.apps.remember.models import Person

    browser = Client(headers={"host": "127.0.0.1"})
    browser.force_login(
        Member.objects.get(email__startswith="maude"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    person = Person.objects.get(name="Maryse B.")
    talk = Conversation.objects.get(account__person=person, state="waiting")
    places = {
        EMPTY: "/demonstration/remove/",
        "health": "/health",
        "Today": "/today/",
        "Today, first visit": "/today/?charts",
        "conversations": "/conversations/",
        "conversation": f"/conversations/{talk.pk}/",
        "person": f"/people/{person.pk}/",
        "campaigns": "/campaigns/",
        "campaign": "/campaigns/gagne-ton-hiver/",
        "campaign, its chart": "/campaigns/gagne-ton-hiver/follows.json",
        "what people did next": "/campaigns/gagne-ton-hiver/afterwards/",
        "counts": "/counts/",
    }
    return {name: _median(browser, place) for name, place in places.items()}


def _median(browser: "Client", place: str) -> float:
    took = []
    for number in range(REQUESTS + 1):
        begun = time.perf_counter()
        answer = browser.get(place)
        seconds = time.perf_counter() - begun
        if answer.status_code != 200:
            sys.exit(f"{place} answers {answer.status_code}")
        # The first request loads what later ones have.
        took += [seconds] if number else []
    return statistics.median(took)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "entregent.site.settings")
    import django

    django.setup()
    print(json.dumps(_medians()))
