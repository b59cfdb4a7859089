"""The root of all errors, and those that come before anything was sent."""

from __future__ import annotations


class RunwayWidgetError(Exception):
    """The root of all errors of this package; raised itself where none of those below it fits.

    What to do: the message says it. ``except RunwayWidgetError`` catches whatever this package raises.
    """


class ConfigurationError(RunwayWidgetError, ValueError):
    """A key, base URL, task id, argument, proxy or certificate cannot be used; nothing was sent.

    What to do: the message names what is wrong, and what is accepted. Mend it, and call again.
    """


class BudgetExceeded(RunwayWidgetError):
    """A create may cost more than is left of the client's budget, or what it may cost is not known; nothing was sent.

    Attributes:
        price: what it may cost, in credits; None where that is not known.
        budget: the client's, in credits.
        spent: what of it is spent, in credits; what may still be charged counts.

    What to do: make a client with a larger ``budget``. Where the price is not known, ``check=False`` sends it all the
    same, as long as anything is left.
    """

    def __init__(self, message: str, *, budget: float, spent: float, price: float | None = None) -> None:
        super().__init__(message)
        self.budget, self.spent, self.price = budget, spent, price
