"""What can go wrong with keeping an instance, each in a sentence that says what to do."""


class KeepingError(Exception):
    """A backup or a restore cannot be done as asked; the message says why and what to do."""


class Vanished(Exception):
    """A file went, or became shorter, while it was copied: what it belonged to is copied again."""
