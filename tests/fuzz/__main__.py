"""Runs many inputs in parallel, tells how long that took, and how to make one again that found a fault."""

from __future__ import annotations

import argparse
import os
import sys
import time
import traceback
from concurrent.futures import ProcessPoolExecutor, as_completed

from .target import run

PART = 5_000  # inputs that a process gets at a time
MOST_FAULTS = 10


def faults(seed: int, first: int, last: int) -> list[tuple[int, str]]:
    """The numbers from ``first`` up to, but not including, ``last`` whose inputs find a fault, and what went wrong."""
    found: list[tuple[int, str]] = []
    for number in range(first, last):
        try:
            run(seed, number)
        except Exception:
            found.append((number, traceback.format_exc(limit=-4)))
            if len(found) >= MOST_FAULTS:
                break
    return found


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=int(time.time()), help="the same seed makes the same inputs")
    parser.add_argument(
        "--only", type=int, metavar="NUMBER", help="make this one input again, with its whole traceback"
    )
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    options = parser.parse_args(arguments)
    if options.only is not None:
        run(options.seed, options.only)
        print("no fault")
        return 0
    print(f"{options.inputs:,} inputs, seed {options.seed}, {options.processes} processes", flush=True)
    begun = told = time.monotonic()
    done, found = 0, list[tuple[int, str]]()
    with ProcessPoolExecutor(options.processes) as pool:
        parts = {
            pool.submit(faults, options.seed, first, min(first + PART, options.inputs)): min(
                PART, options.inputs - first
            )
            for first in range(0, options.inputs, PART)
        }
        for part in as_completed(parts):
            found += part.result()
            done += parts[part]
            if len(found) >= MOST_FAULTS:
                pool.shutdown(cancel_futures=True)
                break
            if time.monotonic() > told + 30:
                told = time.monotonic()
                print(f"{done:,} done in {told - begun:.0f} s", flush=True)
    for number, what in sorted(found):
        print(f"\ninput {number}: python -m tests.fuzz --seed {options.seed} --only {number}\n{what}")
    seconds = time.monotonic() - begun
    rate = f"{done / seconds:,.0f} a second" if seconds else ""
    print(f"{done:,} inputs in {seconds:.0f} s ({rate}), seed {options.seed}: {len(found) or 'no'} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
