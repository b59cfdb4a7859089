"""`python -m runway_widget simulate`: the simulator as a command."""

from __future__ import annotations

import argparse
import contextlib
import sys
import threading

from .._service.provider import COMETAPI
from ._simulator import Simulator
from ._troubles import KINDS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("--port", type=int, default=8866, help="port of 127.0.0.1; 0 takes a free one (default 8866)")
    parser.add_argument(
        "--shape",
        choices=("wrapped", "bare"),
        default="wrapped",
        help="what CometAPI's routes answer (default wrapped)",
    )
    parser.add_argument("--speed", type=float, default=20.0, help="times faster than real time (default 20)")
    parser.add_argument("--key", help="the only key accepted (default: any)")
    parser.add_argument(
        "--trouble",
        action="append",
        default=[],
        metavar="KIND[,NAME=VALUE…]",
        help='something that goes wrong, such as "rate_limited,times=3,retry_after=2"; may be given again. '
        "Kinds: " + ", ".join(KINDS),
    )


def serve(arguments: argparse.Namespace) -> int:
    """Serve until Ctrl-C. Returns the exit status: 0, or 2 where the simulator could not start."""
    try:
        simulator = Simulator(
            arguments.shape, arguments.speed, arguments.port, arguments.key, trouble=arguments.trouble
        )
        url = simulator.url
    except (ValueError, TypeError, OSError, OverflowError) as error:
        sys.stderr.write(f"cannot start the simulator: {error}\n")
        return 2
    # This covers the closing too, because Ctrl-C may arrive twice: from the terminal and from a parent process.
    with contextlib.suppress(KeyboardInterrupt), simulator:
        sys.stdout.write(
            f"The simulator answers at {url} until Ctrl-C.\n\n"
            f"export {COMETAPI.url_variable}={url}\n"
            f"export {COMETAPI.key_variable}={simulator.key}\n\n"
        )
        sys.stdout.flush()
        threading.Event().wait()
    return 0
