"""Amounts of money, with their currency, exact to the last cent."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from entregent.vocabulary.errors import VocabularyError
from entregent.vocabulary.reading import shown

_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_LARGEST = Decimal(10) ** 12


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in one currency.

    Attributes
    ----------
    amount
        Decimal, finite, at most 6 places and below 10**12 in absolute value; negative for a refund.
    currency
        ISO 4217 code, such as ``CAD``.

    Raises
    ------
    VocabularyError
        If amount or currency is outside these bounds, or two currencies are added.

    Examples
    --------
    >>> Money(Decimal("12.50"), "CAD") + Money(Decimal("0.50"), "CAD")
    Money(amount=Decimal('13.00'), currency='CAD')
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not self.amount.is_finite() or abs(self.amount) >= _LARGEST:
            raise VocabularyError("the amount is not a finite number below 10**12")
        exponent = self.amount.as_tuple().exponent
        if not isinstance(exponent, int) or exponent < -6:
            raise VocabularyError("the amount has more than 6 decimals")
        if not _CURRENCY.fullmatch(self.currency):
            raise VocabularyError(
                f"« {shown(self.currency, 10)} » is not a currency code such as CAD"
            )

    @classmethod
    def parse(cls, amount: object, currency: object, where: str = "") -> "Money":
        """Read an amount written as a JSON number or as text with a decimal point."""
        if isinstance(amount, bool) or not isinstance(amount, (int, float, str)):
            raise VocabularyError("the amount is not a number", where)
        try:
            value = Decimal(str(amount).strip())
        except (InvalidOperation, ValueError):
            # Python refuses to write an integer of thousands of digits as text.
            told = f"« {shown(amount, 40)} »" if isinstance(amount, str) else "the number"
            raise VocabularyError(f"{told} is not an amount", where) from None
        if not isinstance(currency, str):
            raise VocabularyError("the currency is missing", where)
        try:
            return cls(value, currency.strip().upper())
        except VocabularyError as error:
            raise (error.within(where) if where else error) from None

    def __add__(self, other: "Money") -> "Money":
        if self.currency != other.currency:
            raise VocabularyError(f"{self.currency} and {other.currency} cannot be added")
        return Money(self.amount + other.amount, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)
