"""A live card for Runway generation tasks in Jupyter and VS Code notebooks."""

from typing import TYPE_CHECKING

from ._client.client import Client
from ._create.parameters import Options
from ._errors import (
    AccessDenied,
    AuthenticationError,
    BudgetExceeded,
    ConfigurationError,
    NoAnswer,
    RunwayWidgetError,
    ServiceError,
    SubmissionUncertain,
    TakesFailed,
    TaskCancelled,
    TaskError,
    TaskFailed,
    TaskNotFound,
    WaitTimeout,
    WatchStopped,
    WatchTimeout,
)
from ._service.balance import Balance, ModelLimits
from ._service.outputs import Output
from ._service.provider import Provider
from ._service.state import Status, TaskState
from ._version import __version__
from ._watch.options import WatchOptions
from ._widgets.grid import TaskGrid
from ._widgets.plan import Plan
from ._widgets.planned import PlannedMedium
from ._widgets.task import RunwayTask
from ._widgets.view import OutputDict

if TYPE_CHECKING:
    from ._widgets.recent import Entry, Recent

__all__ = [
    "AccessDenied",
    "AuthenticationError",
    "Balance",
    "BudgetExceeded",
    "Client",
    "ConfigurationError",
    "Entry",
    "ModelLimits",
    "NoAnswer",
    "Options",
    "Output",
    "OutputDict",
    "Plan",
    "PlannedMedium",
    "Provider",
    "Recent",
    "RunwayTask",
    "RunwayWidgetError",
    "ServiceError",
    "Status",
    "SubmissionUncertain",
    "TakesFailed",
    "TaskCancelled",
    "TaskError",
    "TaskFailed",
    "TaskGrid",
    "TaskNotFound",
    "TaskState",
    "WaitTimeout",
    "WatchOptions",
    "WatchStopped",
    "WatchTimeout",
    "__version__",
]


def __getattr__(name: str) -> object:
    """Load the table of submissions on use: importing the package need not wait for it."""
    if name in {"Entry", "Recent"}:
        from ._widgets import recent

        return getattr(recent, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
