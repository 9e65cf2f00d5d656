"""Python imports this by itself where its folder is on the path: one page, SOAK_TRAP, crashes the parser's process."""

import ctypes
import os
from typing import Any

import trafilatura

_parse = trafilatura.bare_extraction


def _trapped(html: Any, **options: Any) -> Any:
    if options.get("url") == os.environ["SOAK_TRAP"]:
        ctypes.string_at(0)
    return _parse(html, **options)


trafilatura.bare_extraction = _trapped
