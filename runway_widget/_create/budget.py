"""The credits that a client may spend, counted by what the service says, and before it has said anything by the prices.

Each create has a `Charge`. It is taken out of the budget before the request is sent, all of those that belong together
at once, so that two threads cannot both spend what is left. Then it follows the service: its estimate with the answer,
what was charged at the end. What was certainly not created costs nothing; what may have been counts in full.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from .._errors import BudgetExceeded, ConfigurationError
from .._numbers import real
from .._runtime.process import Lock
from .._service.cost import Cost, in_words
from .._service.payload import describe


def checked_budget(given: float | None) -> float | None:
    """``given`` as credits, or None for no limit. Raises ConfigurationError for anything else."""
    credits = None if given is None else real(given)
    if given is not None and (credits is None or not 0 <= credits < math.inf):
        raise ConfigurationError(f"budget must be a number of credits from 0, or None, not {describe(given)}")
    return credits


class Budget:
    """What may be spent, and what is or may be by now. Safe to use from many threads; each process has its own.

    ``limit`` is in credits; None sets no limit, and what is spent is counted all the same.
    """

    def __init__(self, limit: float | None = None) -> None:
        self.limit = limit
        self._lock = Lock()  # of all that follows: two threads must not both spend what is left
        self._amounts: dict[Charge, float] = {}
        self._charges: dict[str, Charge] = {}  # by the ids of their tasks

    @property
    def spent(self) -> float:
        """The credits of all that was created, as far as they are known."""
        with self._lock:
            return self._sum()

    def charge(
        self, price: float | None = None, what: str = "", *, unpriced: bool = True, way_out: str = "check=False"
    ) -> Charge:
        """The charge of a create that was not sent yet; nothing is taken for it until `take`, or until it is sent.

        ``price`` is the most that it may cost, None where that is not known; with ``unpriced`` such a create is allowed
        as long as anything is left. ``what`` is what the error calls it, ``way_out`` what it says may help.
        """
        return Charge(self, price, what, unpriced, way_out)

    def take(self, charges: Sequence[Charge]) -> None:
        """Take all of ``charges`` out of the budget, or, with BudgetExceeded, none."""
        with self._lock:
            new = [charge for charge in charges if charge not in self._amounts]
            if self.limit is not None:
                self._require(new, self.limit)
            self._amounts |= {charge: charge.price or 0.0 for charge in new}

    def check(self, charges: Sequence[Charge]) -> None:
        """Raise what `take` would raise, and take nothing."""
        with self._lock:
            if self.limit is not None:
                self._require(charges, self.limit)

    def _require(self, charges: Sequence[Charge], limit: float) -> None:
        spent, price = self._sum(), round(sum(charge.price or 0.0 for charge in charges), 2)
        left = round(limit - spent, 2)
        unknown = [charge for charge in charges if charge.price is None]
        if price <= left and not any(left <= 0 or not charge.unpriced for charge in unknown):
            return
        if price > left:
            words = f"{f'{len(charges)} tasks' if len(charges) > 1 else 'this'} may cost {in_words(price)}"
        else:
            words = f"what {unknown[0].what} may cost is not known before it is sent"
        words += f", and of the budget of {in_words(limit)} there are {in_words(max(0.0, left))} left; nothing was sent"
        if price <= left and left > 0:
            words += f" ({unknown[0].way_out} sends it all the same)"
        raise BudgetExceeded(words, price=None if unknown else price, budget=limit, spent=spent)

    def settle(self, charge: Charge, task_id: str, cost: Cost) -> None:
        """The service has created ``task_id`` for ``charge``, and said ``cost`` of it."""
        with self._lock:
            self._charges[task_id] = charge
            self._amounts[charge] = charge.price or 0.0
        self.note(task_id, cost)

    def note(self, task_id: str, cost: Cost) -> None:
        """The service has said what a task costs. Tasks that were created elsewhere do not count."""
        with self._lock:
            charge = self._charges.get(task_id)
            if charge is not None and cost.credits is not None:
                self._amounts[charge] = cost.credits

    def release(self, charge: Charge) -> None:
        """Nothing was created for ``charge``."""
        with self._lock:
            self._amounts.pop(charge, None)

    def _sum(self) -> float:
        return round(sum(self._amounts.values()), 2)


class Charge:
    """What one create may cost. The methods are called as it goes on its way."""

    def __init__(self, budget: Budget, price: float | None, what: str, unpriced: bool, way_out: str) -> None:
        self.price = price
        self.what = what
        self.unpriced = unpriced
        self.way_out = way_out
        self.cost = Cost()  # as the service said it with its answer
        self._budget = budget
        self.sent = False  # the request was, or was about to be

    def send(self) -> None:
        """The request is about to be sent. Raises BudgetExceeded where its price was not taken out and is not there."""
        self._budget.take([self])
        self.sent = True

    def settle(self, task_id: str, cost: Cost) -> None:
        """The service took it."""
        self.cost = cost
        self._budget.settle(self, task_id, cost)

    def release(self) -> None:
        """It was certainly not taken."""
        self._budget.release(self)

    def release_unless_sent(self) -> None:
        """Nobody will send it any more; if it was, its fate was told, or counts as it is."""
        if not self.sent:
            self.release()
