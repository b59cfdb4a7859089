"""See the package."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

from .world import World, real_monotonic

FEWEST = 3  # waves: what leaks shows from one to the next


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak")
    parser.add_argument("--seconds", type=float, default=600.0, help="real seconds; each fault comes once all the same")
    parser.add_argument("--tasks", type=int, default=40, help="of each wave")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faults", default="", help="some of them, with commas between")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    began, world = real_monotonic(), World()
    world.enter()  # before the package is imported, which takes the clocks as they are then
    from .far import Far
    from .faults import plan
    from .leaks import leavings
    from .machine import Machine
    from .record import open_pages
    from .report import Report, chosen_in
    from .wave import PACE, Wave

    chosen, machine, far = tuple(chosen_in(options.faults)), Machine(options.seed), Far(world, options.seed)
    machine.enter()
    open_pages()
    far("speed", PACE)
    world.set_speed(PACE)
    report = Report(chosen, [])
    with tempfile.TemporaryDirectory(prefix="runway-soak-", ignore_cleanup_errors=True) as name:
        report.left.append(leavings(0))
        for number, faults in enumerate(plan(chosen, options.seed), 1):
            record = Wave(world, far, machine, Path(name), number, faults, options.tasks).run()
            record.errors = machine.errors()
            left = leavings(report.left[-1].tasks + len(record.facts))
            report.counts = machine.counts + Counter(far("counts"))
            report.add(record, left)
            print(
                f"{real_monotonic() - began:6.1f} s  wave {number}: {', '.join(faults)}; {len(record.facts)} tasks",
                file=sys.stderr,
                flush=True,
            )
            enough = number >= FEWEST and all(report.counts[fault] for fault in chosen)
            if enough and real_monotonic() - began > options.seconds:
                break
    report.seconds, report.simulated = real_monotonic() - began, world.gone / 3600
    far.close()
    print(report)
    if options.json is not None:
        options.json.write_text(json.dumps(report.as_json(), indent=1), encoding="utf-8")
    return int(report.failed)


if __name__ == "__main__":
    sys.exit(main())
