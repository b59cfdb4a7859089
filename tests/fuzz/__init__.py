"""Hostile inputs, by the million: what a service might answer, on its way to what a reader sees.

`python -m tests.fuzz --help` runs them. Each input has a number, and follows from that and a seed alone, so that one
that finds a fault can be made again.
"""
