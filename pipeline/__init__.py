"""The ground floor: stores, datasets, stages, the runner and lineage; knows no text and no model."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("tahona")
except PackageNotFoundError:  # running from a source tree that was never installed
    __version__ = "0.0.0"
