"""The version, from the installed package's metadata."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("runway-widget")
except PackageNotFoundError:  # run from a bare source tree
    __version__ = "0+unknown"
