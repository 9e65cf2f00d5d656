"""One clear sentence for what an object store answers, or does not answer."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.errors import TahonaError, UsageError, broken
from pipeline.store.copies import cache_folder

# Names of errors, so that the client libraries need not be imported (or be there).
_UNREACHABLE = {
    "ClientConnectorError",
    "ConnectTimeoutError",
    "EndpointConnectionError",
    "gaierror",
}
_OVERLOADED = {"429", "500", "502", "503", "504", "InternalError", "ServiceUnavailable"}
_OVERLOADED |= {"ConditionalRequestConflict", "OperationAborted", "RequestTimeout", "SlowDown"}
_NO_CREDENTIALS = {"NoCredentialsError", "PartialCredentialsError", "ProfileNotFound"}
_WRONG = {"InvalidAccessKeyId", "InvalidToken", "SignatureDoesNotMatch"}
_CREDENTIALS = _WRONG | {"ExpiredToken"}
_REFUSED = {"403", "AccessDenied", "AllAccessDisabled", "MethodNotAllowed"}
_ELSEWHERE = {"301", "AuthorizationHeaderMalformed", "PermanentRedirect"}
_CLOSED = {"401", "403"}  # of a server of the web

STORE, INPUT = "store", "input"  # what lies elsewhere


@contextmanager
def store_errors(url: str, what: str = STORE) -> Iterator[None]:
    """Turns the errors of fsspec and the libraries below it into a TahonaError about the store `url`, or the `what`.

    FileNotFoundError and FileExistsError pass: they are answers.
    """
    try:
        yield
    except TahonaError:
        raise
    except Exception as error:
        if isinstance(error, FileNotFoundError | FileExistsError) and code(error) != "NoSuchBucket":
            raise
        sentence, transient = _sentence(f"the {what} {url}", url, error)
        clear = (UsageError if _mistaken(error) else TahonaError)(sentence)
        clear.transient = transient
        raise clear from error


def code(error: BaseException) -> str | None:
    """The code of the answer (`SlowDown`, `403`) behind an error, if an answer was what it came from."""
    for cause in _causes(error):
        if response := getattr(cause, "response", None):
            return str(response.get("Error", {}).get("Code"))
        status = getattr(cause, "status", None)  # of a server of the web
        if isinstance(status, int) and status >= 400:
            return str(status)
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _mistaken(error: Exception) -> bool:
    """Whether it is the command or its environment that is wrong, and not the store."""
    answer, names = code(error), _names(error)
    wrong = answer in _WRONG | _ELSEWHERE or answer == "NoSuchBucket"
    return wrong or bool(names & _NO_CREDENTIALS)


def _names(error: Exception) -> set[str]:
    return {kind.__name__ for cause in _causes(error) for kind in type(cause).__mro__}


def _sentence(place: str, url: str, error: Exception) -> tuple[str, bool]:
    """The message, and whether trying again later may help."""
    answer = code(error)
    names = _names(error)
    s3, web = url.startswith(("s3://", "s3a://")), url.startswith(("http://", "https://"))
    where = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    at = f" at {where}" if where and s3 else ""
    if answer == "NoSuchBucket":
        return f"the bucket of {url} does not exist{at}: make it, or correct --store", False
    if names & _NO_CREDENTIALS:
        return (
            f"{place} needs credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
            "or AWS_PROFILE"
        ), False
    if answer in _CREDENTIALS:
        return (
            f"{place} refused the credentials ({answer}){at}: check AWS_ACCESS_KEY_ID, "
            "AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN"
        ), False
    if web and answer in _CLOSED:
        return (
            f"{place} is not open to everyone (its server answers {answer}), and nothing here signs in to "
            "a server: download it yourself and name the copy"
        ), False
    if answer in _REFUSED:
        return (
            f"{place} does not allow this to these credentials ({answer}): commands that look need "
            "to list and read, all others to write and delete too"
        ), False
    if answer in _ELSEWHERE:
        return f"the bucket of {url} lies in another region: set AWS_DEFAULT_REGION", False
    if answer in _OVERLOADED:
        return f"{place} is overloaded or failing ({answer}){at}: run again later", True
    if names & _UNREACHABLE:
        return (
            f"{place} can't be reached{at}: check the network{' and AWS_ENDPOINT_URL' if s3 else ''}, "
            "then run again"
        ), True
    if any(broken(cause) for cause in _causes(error)):
        return f"the connection to {place} broke off{at}: run again later", True
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return (
            f"the disk of {cache_folder()} is full: free some space, or set TAHONA_CACHE to another "
            "folder, and run again"
        ), False
    if web and answer:
        return f"{place} can't be read: its server answers {answer}", False
    return f"{place} failed: {str(error).partition(chr(10))[0]}", False
