"""The ground floor: stores, datasets, stages, the runner and lineage; knows no text and no model."""

import os
from importlib.metadata import PackageNotFoundError, version

# Arrow takes its memory from the C library, as numpy does. Its own allocator (mimalloc) keeps what was freed in pieces:
# of a step that held 15 MB at once 80 stayed, and each step added its own. It is read when Arrow first allocates.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")

try:
    __version__ = version("tahona")
except PackageNotFoundError:  # running from a source tree that was never installed
    __version__ = "0.0.0"
