"""The soak: hundreds of tasks through a troubled proxy, in a time of its own, and a report that proves what held.

    python -m tests.soak [--seconds 600] [--seed 1] [--faults reset,stall,…] [--json FILE]

`make soak` runs ten minutes of it, and `tests/unit/test_soak.py` a few seconds. The simulator and the proxy run in a
process of their own (`far`), so that threads, sockets and memory of this one are the package's alone. Time goes fast in
both (`world`), and may jump. What goes wrong is chosen in `faults`; `wave` has one lot of tasks live through some of
it, and `claims` says of the record what held and what did not.
"""
