"""Runs the stages of `make test` in parallel on two cores, and prints a summary.

    python -m tests.stages [STAGE…]

A stage is a target of the Makefile. It prints into a file in `.cache/stages`; the whole file is printed if the stage
fails. All stages run, even if others fail. Each has its own process group, so that Ctrl-C ends everything that it
started.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOGS = ROOT / ".cache" / "stages"
CORES = 2
GRACE = 20.0  # seconds that a stage has to end its servers


@dataclass(frozen=True)
class Stage:
    """One target. ``cores``: how many it uses. ``after``: stages that must have ended before it starts."""

    name: str
    cores: int = 1
    after: tuple[str, ...] = ()


# They start in this order as cores become free.
STAGES = (
    Stage("lint"),
    Stage("js"),
    Stage("chromium"),
    Stage("checkout"),  # its processes wait most of the time, for kernels and notebooks
    Stage("packaging"),
    Stage("wheel"),  # beside what is left of `checkout`, and then alone: what follows needs both cores
    Stage("browser", cores=2, after=("chromium",)),
)


@dataclass
class Run:
    """A stage that is running or has ended."""

    stage: Stage
    log: Path
    process: subprocess.Popen[bytes]
    started: float = field(default_factory=time.monotonic)
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        return self.process.returncode == 0

    def line(self) -> str:
        """The stage, its result, its seconds, and what its test runner counted."""
        word = "passed" if self.passed else "FAILED"
        return f"  {self.stage.name:<10} {word}  {self.seconds:4.0f} s  {counted(self.log)}".rstrip()


def counted(log: Path) -> str:
    """The last line in which a test runner says how many tests passed; empty if there is none."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", log.read_text(encoding="utf-8", errors="replace"))
    lines = [line.strip(" =") for line in text.splitlines()]
    return next((line for line in reversed(lines) if re.search(r"\b\d+ (passed|failed)\b", line)), "")


def start(stage: Stage) -> Run:
    """Start a stage, with its output in its log."""
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"{stage.name}.log"
    command = [os.environ.get("MAKE", "make"), "--no-print-directory", stage.name]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKEFLAGS", "MFLAGS"))}
    with log.open("wb") as file:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    print(f"  {stage.name:<10} …", flush=True)
    return Run(stage, log, process)


def next_stage(waiting: Sequence[Stage], running: Sequence[Run]) -> Stage | None:
    """The first stage for which enough cores are free and whose `after` have ended."""
    free = CORES - sum(run.stage.cores for run in running)
    unfinished = {stage.name for stage in waiting} | {run.stage.name for run in running}
    ready = (stage for stage in waiting if not unfinished & set(stage.after))
    return next((stage for stage in ready if stage.cores <= free), None)


def end(runs: Sequence[Run]) -> None:
    """End the stages that are running, with all processes that they started."""
    for run in runs:
        os.killpg(run.process.pid, signal.SIGTERM)
    for run in runs:
        try:
            run.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            os.killpg(run.process.pid, signal.SIGKILL)
            run.process.wait()


def run_all(stages: Sequence[Stage]) -> list[Run]:
    """Run all stages, and print each result when the stage ends."""
    waiting, running, ended = list(stages), list[Run](), list[Run]()
    try:
        while waiting or running:
            while stage := next_stage(waiting, running):
                waiting.remove(stage)
                running.append(start(stage))
            time.sleep(0.1)
            for run in [run for run in running if run.process.poll() is not None]:
                running.remove(run)
                ended.append(run)
                run.seconds = time.monotonic() - run.started
                if not run.passed:
                    print(f"\n=== {run.stage.name}\n{run.log.read_text(encoding='utf-8', errors='replace')}")
                print(run.line(), flush=True)
    except BaseException:
        end(running)
        raise
    return ended


def main(names: Sequence[str]) -> int:
    if unknown := set(names) - {stage.name for stage in STAGES}:
        print(f"no such stage: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    started = time.monotonic()
    try:
        ended = run_all([stage for stage in STAGES if not names or stage.name in names])
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    print("\n=== summary")
    for run in sorted(ended, key=lambda run: STAGES.index(run.stage)):
        print(run.line())
    failed = [run.stage.name for run in ended if not run.passed]
    result = f"{', '.join(failed)} FAILED" if failed else "all passed"
    print(f"  {result}, {time.monotonic() - started:.0f} s")
    return bool(failed)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the stages end with it
    sys.exit(main(sys.argv[1:]))
