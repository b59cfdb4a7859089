"""Makes the simulator's media. It is not in the wheel and not run by the tests, because the files are committed."""
