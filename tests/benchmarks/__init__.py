"""Benchmarks: this project beside what one would use otherwise, in one run.

    python -m tests.benchmarks [NAME…]

`rows` is what a benchmark brings. Each benchmark is a module with a sentence that says what it measures (`TITLE`) and a
function `measure(size)` that returns rows; `__main__` runs them and prints one table, writes one JSON file and draws
one picture. Nothing here fails because a figure is bad: a command fails only where something could not be measured.

What is measured is the processor's time and what can be counted, so that other work on the machine changes little. What
is compared is measured at the same time or in turns, several times: the table has the median, and the middle half.
"""
