"""Ports that nobody else gets, and kernels that need none.

Whoever asks the system for a free port, lets it go, and has another process bind it a moment later, now and then comes
too late: the system gives the port to one of the many connections that the tests open meanwhile. A kernel then never
answers. So a server's port comes from a range out of which the system gives none, and kernels talk over sockets that
are files.
"""

from __future__ import annotations

import os
import socket
from itertools import count
from pathlib import Path
from uuid import uuid4

from jupyter_client.manager import AsyncKernelManager, KernelManager
from jupyter_core.paths import jupyter_runtime_dir
from traitlets import default
from traitlets.config import Config

RANGE = range(20_000, 30_000)  # Linux gives away ports from 32768 on; macOS and Windows from 49152 on

FILES = os.name == "posix"  # elsewhere ZeroMQ has no sockets that are files

# What a Jupyter server is told on its command line.
KERNEL_ARGUMENTS = ("--KernelManager.transport=ipc",) if FILES else ()

_next = count(os.getpid() * 97)  # processes that run side by side begin far from each other


def free_port() -> int:
    """A port of this machine's own that nobody uses."""
    for number in _next:
        port = RANGE[number % len(RANGE)]
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("there is no end of numbers")


class _Files(KernelManager):
    """A kernel manager's own default would be one name for all kernels, relative to whatever folder each runs in."""

    @default("transport")
    def _files_or_ports(self) -> str:
        return "ipc" if FILES else "tcp"

    @default("ip")
    def _own_files(self) -> str:
        return str(Path(jupyter_runtime_dir()) / uuid4().hex[:12]) if FILES else "127.0.0.1"


class Manager(_Files):
    """Starts a kernel and waits for it."""


class AsyncManager(_Files, AsyncKernelManager):
    """The same, for nbclient and whatever is built on it."""


# `NotebookClient(notebook, config=KERNELS)`
KERNELS = Config({"NotebookClient": {"kernel_manager_class": AsyncManager}})
