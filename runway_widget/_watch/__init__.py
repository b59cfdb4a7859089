"""When to ask about a task, and what follows from an answer."""
