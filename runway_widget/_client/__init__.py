"""One key at one service, and all that can be asked of it."""
