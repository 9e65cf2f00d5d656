"""Patterns that are compiled at their first use, and kept as code, as Python keeps that of modules.

Python's `re` takes a third of a second for the long ones of addresses and of numbers behind a word, and keeps nothing.
Here what it made lies in `__pycache__` beside this file; where that can't be written each process compiles. A process
that meets nothing of what they look for needs none of them.
"""

from __future__ import annotations

import _sre
import hashlib
import importlib.util
import marshal
import os
import re
import sys
from contextlib import suppress
from pathlib import Path
from re import _compiler, _parser  # type: ignore[attr-defined]
from typing import Any, cast

_FOLDER = Path(importlib.util.cache_from_source(__file__)).parent


class _Late:
    """Stands for a compiled pattern, whose methods become its own once one is asked for."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # as copies and pickles ask before there is a pattern
            raise AttributeError(name)
        compiled = _kept(self.pattern)
        for method in ("search", "match", "finditer"):  # found without this detour from now on
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


def late(pattern: str) -> re.Pattern[str]:
    """The pattern as `re.compile` gives it, but for its type; what is wrong with it is told at its first use."""
    return cast("re.Pattern[str]", _Late(pattern))


def _kept(pattern: str) -> re.Pattern[str]:
    made_by = f"{sys.version} {pattern}".encode()
    path = _FOLDER / f"{hashlib.sha256(made_by).hexdigest()[:32]}.pattern"
    with suppress(OSError, ValueError, EOFError, TypeError, RuntimeError):
        return _sre.compile(pattern, *marshal.loads(path.read_bytes()))
    parts = _parts(pattern)
    if not sys.dont_write_bytecode:
        aside = path.with_suffix(f".{os.getpid()}")
        with suppress(OSError):
            _FOLDER.mkdir(parents=True, exist_ok=True)
            aside.write_bytes(marshal.dumps(parts))
            aside.replace(path)
    return _sre.compile(pattern, *parts)


def _parts(pattern: str) -> tuple[Any, ...]:
    """What `re.compile` gives to the machine of patterns, which looks whether it is sound."""
    parsed = _parser.parse(pattern)
    names = dict(parsed.state.groupdict)
    of = {number: name for name, number in names.items()}
    groups = parsed.state.groups  # and the whole
    code = [int(word) for word in _compiler._code(parsed, 0)]
    return int(parsed.state.flags), code, groups - 1, names, tuple(map(of.get, range(groups)))
