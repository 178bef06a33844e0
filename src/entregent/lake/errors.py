"""What can go wrong with the lake, each in a sentence that says what to do."""


class LakeError(Exception):
    """The lake cannot be used as it is; the message says why and what to do."""


class NewerLake(LakeError):
    """The lake was written by a newer program."""


class LostRace(LakeError):
    """Somebody else wrote to a table while we were about to: our claim on it is gone."""


class FilesGone(LakeError):
    """A file of the snapshot was merged away and removed: a new look finds what took its place."""
