"""The commands of `python -m runway_widget`."""
