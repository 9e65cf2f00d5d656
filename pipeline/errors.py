"""The errors a person can act on, each with the exit code that the command line gives it."""


class TahonaError(Exception):
    """The work failed: one clear sentence that says what is wrong, where, and what to do."""

    exit_code = 1
    transient = False  # whether a broken connection was the reason, so that trying again may help


class UsageError(TahonaError):
    """The command or the recipe is wrong; nothing was started."""

    exit_code = 2


class Stopped(BaseException):
    """Stopped on request (SIGTERM); running again goes on from here.

    A BaseException, so that no `except Exception` in a library swallows the request.
    """

    exit_code = 75
