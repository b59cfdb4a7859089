"""Makes the media that the simulator serves. Not in the wheel, and not run by the tests: the files are committed."""
