"""Threads and time."""
