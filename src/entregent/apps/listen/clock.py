"""Waiting by a clock that may be set back: nobody waits until it has come to where it was."""

from datetime import datetime, timedelta

from django.utils import timezone


def has_passed(since: datetime, span: timedelta) -> bool:
    """Whether some time has passed since a moment.

    A moment that lies ahead was noted before the clock was set back: how long ago is not known,
    and waiting for it to come again could take a year.
    """
    now = timezone.now()
    return not now - span < since <= now
