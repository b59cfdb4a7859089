"""A live card for Runway generation tasks in Jupyter and VS Code notebooks."""

from ._client import Client
from ._errors import (
    AccessDenied,
    AuthenticationError,
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
from ._service.outputs import Output
from ._service.state import Status, TaskState
from ._version import __version__
from ._widgets.grid import TaskGrid
from ._widgets.task import RunwayTask

__all__ = [
    "AccessDenied",
    "AuthenticationError",
    "Client",
    "ConfigurationError",
    "NoAnswer",
    "Output",
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
    "WatchStopped",
    "WatchTimeout",
    "__version__",
]
