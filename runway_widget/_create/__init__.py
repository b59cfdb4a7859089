"""From arguments in Python to a request that creates a task, and its sending."""
