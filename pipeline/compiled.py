"""Loops as machine code, kept on disk: compiling takes some seconds the first time on a machine, and later processes
load what was compiled (from beside the file, or, where that can't be written, from `NUMBA_CACHE_DIR` or the cache of
the user).

numba keeps it until the file of a loop changes. But machine code holds what the loop takes from other files too: the
loops that it calls, and constants. So here it is kept for as long as these are the same.

Nor does numba know of other processes that compile the same at the same time. Here they wait for the first of them.

And a loop that others call it compiles anew for each constant that they give it. Here a constant is any number.
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import hashlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, TypeVar

import numba
import numpy as np
from numba.core.caching import FunctionCache
from numba.core.dispatcher import Dispatcher
from numba.core.extending import _Intrinsic
from numba.core.runtime.nrt import rtsys
from numba.core.types import unliteral

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """The function as machine code. Other threads of this process go on while it runs."""
    return _kept(function)


def bare(function: Function) -> Function:
    """As `compiled`, of a function that makes no array: it doesn't count who uses one, at a loop's cost."""
    return _kept(function, _nrt=False)


def inner(function: Function) -> Function:
    """As `bare`, of a function that loops of its file alone call. What Python needs to call it is not made, which takes
    as long as a small loop: Python that calls it ends.
    """
    return _kept(function, _nrt=False, no_cpython_wrapper=True)


def _kept(function: Any, **options: Any) -> Any:
    options |= {"nogil": True, "no_cfunc_wrapper": True}  # nothing calls a loop from C
    machine_code = numba.njit(**options)(function)
    machine_code.get_call_template = _of_any_number(machine_code.get_call_template)
    # Where there is no place to keep it each process compiles.
    with contextlib.suppress(RuntimeError):
        machine_code._cache = cache = _Cache(function)  # type: ignore[no-untyped-call]
        machine_code.compile = _in_turn(machine_code.compile, cache.lock)
    return machine_code


def _in_turn(compile_: Callable[[Any], Any], lock: Path) -> Callable[[Any], Any]:
    """Loads or compiles a loop while no other process does; whoever waited finds what was kept."""

    def in_turn(signature: Any) -> Any:
        with contextlib.ExitStack() as locks:
            # A lock of the process: none waits for itself. Where there are none, or two would wait for each other
            # (two threads of each, loops that call loops), the system says so, and both compile.
            with contextlib.suppress(OSError):
                fcntl.lockf(locks.enter_context(lock.open("a")), fcntl.LOCK_EX)
            # A tenth of compiling would be looking for garbage among what the compiler holds.
            if gc.isenabled():
                gc.disable()
                locks.callback(gc.enable)
            return compile_(signature)

    return in_turn


def _of_any_number(template: Callable[..., Any]) -> Callable[..., Any]:
    """How loops find the one that they call, by the types of what they give it."""

    def by_types(given: Any, named: Any) -> Any:
        return template(
            [unliteral(kind) for kind in given],  # type: ignore[no-untyped-call]
            {name: unliteral(kind) for name, kind in named.items()},  # type: ignore[no-untyped-call]
        )

    return by_types


class _Cache(FunctionCache):
    """That of numba, which asks for machine code by signature and processor, and here by `taken`."""

    @property
    def lock(self) -> Path:
        """The file, beside what is kept, that is locked by who makes it."""
        return Path(self._cache_path, f"{self._impl.filename_base}.lock")

    def load_overload(self, signature: Any, target: Any) -> Any:
        """As numba does, but without all that it needs to compile, which takes longer to import than numba itself."""
        rtsys.initialize(target)
        return self._load_overload(signature, target)  # type: ignore[no-untyped-call]

    def _index_key(self, *asked: Any) -> tuple[Any, ...]:
        return (*super()._index_key(*asked), taken(self._py_func))  # type: ignore[no-untyped-call]


def taken(function: FunctionType) -> str:
    """A digest of what a loop takes from beside it: the files of the loops it calls and of what writes machine code for
    it, and all constants by value.
    """
    hashed = hashlib.sha256()
    waiting, seen = [function], {function}
    while waiting:
        one = waiting.pop()
        hashed.update(_content(one.__code__.co_filename))
        for name in sorted(set(_names(one.__code__)) & one.__globals__.keys()):
            value = one.__globals__[name]
            if isinstance(value, Dispatcher):
                waiting += [] if value.py_func in seen else [value.py_func]
                seen.add(value.py_func)
            elif isinstance(value, _Intrinsic):
                hashed.update(_content(value._defn.__code__.co_filename))
            elif isinstance(value, np.ndarray):
                hashed.update(f"{name} {value.dtype} {value.shape}".encode() + value.tobytes())
            elif isinstance(value, (int, float, str, bytes, tuple, np.generic)):
                hashed.update(f"{name} {value!r}".encode())
    return hashed.hexdigest()


def _names(code: CodeType) -> Iterator[str]:
    """Those that a function looks up, and what is written within it."""
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names(inner)


@cache
def _content(file: str) -> bytes:
    return hashlib.sha256(Path(file).read_bytes()).digest()
