"""Ports that no other process takes, and kernels that need no ports.

A test that asks the system for a free port, releases it, and lets a server bind it a moment later, is sometimes too
late: the system has given the port to one of the many connections that the tests open. A kernel then never answers. So
ports of servers come from a range from which the system assigns none, and kernels use sockets that are files.
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

RANGE = range(20_000, 30_000)  # Linux assigns ports from 32768 on; macOS and Windows from 49152 on

FILES = os.name == "posix"  # on other systems ZeroMQ has no sockets that are files

# For the command line of a Jupyter server.
KERNEL_ARGUMENTS = ("--KernelManager.transport=ipc",) if FILES else ()

_next = count(os.getpid() * 97)  # parallel processes begin at distant numbers


def free_port() -> int:
    """A port of this machine that no process uses."""
    for number in _next:
        port = RANGE[number % len(RANGE)]
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("unreachable")


class _Files(KernelManager):
    """The default of a kernel manager is one file name for all kernels, relative to the folder that each runs in."""

    @default("transport")
    def _files_or_ports(self) -> str:
        return "ipc" if FILES else "tcp"

    @default("ip")
    def _own_files(self) -> str:
        if not FILES:
            return "127.0.0.1"
        folder = Path(jupyter_runtime_dir())
        folder.mkdir(parents=True, exist_ok=True)  # where Jupyter has never run, nobody has made it yet
        return str(folder / uuid4().hex[:12])


class Manager(_Files):
    """Starts a kernel and waits for it."""


class AsyncManager(_Files, AsyncKernelManager):
    """The same for nbclient and packages that use it."""


# `NotebookClient(notebook, config=KERNELS)`
KERNELS = Config({"NotebookClient": {"kernel_manager_class": AsyncManager}})
