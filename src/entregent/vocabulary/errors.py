"""The one error of this package."""


class VocabularyError(ValueError):
    """A value that the neutral model refuses.

    Parameters
    ----------
    reason
        One sentence that says what is wrong and, where it helps, what would be right.
    where
        Place inside the document, such as ``object.published``; empty at its root.
    """

    def __init__(self, reason: str, where: str = "") -> None:
        super().__init__(f"{where}: {reason}" if where else reason)
        self.reason = reason
        self.where = where

    def within(self, place: str) -> "VocabularyError":
        """The same error, told from one level further out."""
        return VocabularyError(self.reason, f"{place}.{self.where}" if self.where else place)
