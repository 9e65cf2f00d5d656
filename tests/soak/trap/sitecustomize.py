"""Python imports this by itself where its folder is on the path: one page, SOAK_TRAP, crashes the parser's process."""

import ctypes
import os
from typing import Any

import cleaning.extract.page

_read = cleaning.extract.page.read


def _trapped(root: Any, url: str | None, *more: Any) -> Any:
    if url == os.environ["SOAK_TRAP"]:
        ctypes.string_at(0)
    return _read(root, url, *more)


cleaning.extract.page.read = _trapped
