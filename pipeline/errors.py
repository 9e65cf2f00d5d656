"""The errors a person can act on, each with the exit code that the command line gives it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType


class TahonaError(Exception):
    """The work failed: one clear sentence that says what is wrong, where, and what to do."""

    exit_code = 1
    transient = False  # whether a broken connection was the reason, so that trying again may help
    # The ids that the sentence names, for whoever can say where they come from.
    documents: tuple[str, ...] = ()
    # Of a recipe's sources those that can't be had now, and why; the work can go on with the others.
    sources: Mapping[str, str] = MappingProxyType({})
    computed = 0  # shards of the stage, before it failed


class UsageError(TahonaError):
    """The command or the recipe is wrong; nothing was started."""

    exit_code = 2


class WrongParameter(ValueError):
    """A parameter is wrong; `place` leads from it to what is wrong inside: the index of a list, a key."""

    def __init__(self, message: str, *place: int | str) -> None:
        super().__init__(message)
        self.place = place


STOPPED = "stopped on request: run again to go on from here"


class Stopped(BaseException):
    """Stopped on request (SIGTERM); running again goes on from here.

    A BaseException, so that no `except Exception` in a library swallows the request.
    """

    exit_code = 75


# Of libraries that the ground floor does not import, the errors of a connection that broke.
_BROKEN = {
    "aiohttp.ClientConnectionError",
    "aiohttp.ClientPayloadError",
    "botocore.ConnectionError",
    "botocore.HTTPClientError",
    "botocore.ResponseParserError",
    "fsspec.FSTimeoutError",
    "http.IncompleteRead",
    "httpx.TransportError",
    "urllib3.ProtocolError",
}


def broken(error: BaseException) -> bool:
    """Whether this error, apart from what it came from, is that of a connection that broke."""
    kinds = {f"{c.__module__.partition('.')[0]}.{c.__name__}" for c in type(error).__mro__}
    return isinstance(error, (ConnectionError, TimeoutError)) or bool(kinds & _BROKEN)


def transient(error: BaseException | None) -> bool:
    """Whether trying again may help: a connection broke, not a wrong recipe or a full disk.

    Looks at the error and at what it came from; the error of a shard in another process says so itself.
    """
    while error is not None:
        if broken(error) or (isinstance(error, TahonaError) and error.transient):
            return True
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return False
