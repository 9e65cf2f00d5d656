"""What Prefect keeps of an error, its sentence and what it came from, with the personal data in both masked."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pipeline.errors import TahonaError, transient


@contextmanager
def masked_errors(tell: Callable[[str], str] | None = None) -> Iterator[None]:
    """Errors leave the block as `tell` tells them, by default without the patterns that a recipe has of its own."""
    try:
        yield
    except Exception as error:
        raise _masked(error, tell or _told) from None


def _told(said: str) -> str:
    from cleaning.privacy.told import told  # a third of a second, where there is something to say

    return str(told(said))


def _masked(error: Exception, tell: Callable[[str], str]) -> TahonaError:
    """An error of ours, which stays the same; of another nothing but its sentence is known to be safe.

    What it came from becomes a note: Prefect would write it down as it was.
    """
    chain = tell("".join(traceback.format_exception(error)))
    if not isinstance(error, TahonaError):
        broken, error = transient(error), TahonaError(f"{type(error).__name__}: {error}")
        error.transient = broken
        error.add_note(chain)
    elif error.__cause__ or error.__context__:
        error.transient = transient(error)
        error.__notes__ = [chain]
        error.__context__ = None
    error.args = (tell(str(error)),)
    return error
