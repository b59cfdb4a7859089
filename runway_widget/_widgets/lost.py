"""What a card says when its kernel is gone. It is sent beforehand, as nobody can say it then."""

from __future__ import annotations

from collections.abc import Sequence

MOST_LINES = 8  # takes of a grid, each of which is named when its kernel is gone


def kernel_gone(lines: Sequence[str], unsent: int = 0, *, client: str) -> str:
    """What a card says when its kernel is gone; ``lines`` of Python take its tasks up again, one each.

    ``client`` is the expression of their client. ``unsent`` tasks did not exist yet when that was written; they may
    since. It does not say to run the cell again, which would create, and pay, once more.
    """
    gone = "The kernel was restarted or shut down."
    if unsent:
        return f"{gone} What was sent before is in {client}.recent(); the rest was not sent."
    if len(lines) == 1:
        return f"{gone} Take it up again: {lines[0]}"
    if len(lines) > MOST_LINES:
        return f"{gone} Take the tasks up again by their ids, which {client}.recent() lists."
    return f"{gone} Take them up again: TaskGrid([{', '.join(lines)}])" if lines else gone
