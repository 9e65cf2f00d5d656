"""How a command ends: its answer or one clear sentence, and its exit code."""

from __future__ import annotations

import errno
import io
import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import click


def deaf() -> None:
    """From here on the result is decided: a signal must not change what was printed already."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)


def guarded(command: Callable[[], Any], arguments: list[str]) -> int:
    """Runs one command and prints its answer or its error; returns the exit code."""
    from pipeline.errors import STOPPED, Stopped, TahonaError

    if isinstance(sys.stdout, io.TextIOWrapper):  # a terminal of Latin-1 knows no …
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        answer = command()
        deaf()
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.ClickException as error:
        error.show()
        if "--json" in arguments:
            _say(_json({"error": error.format_message()}))
        return 2
    except (KeyboardInterrupt, click.Abort) as error:
        deaf()
        return _ended(error, "interrupted: run again to go on from here", 130, arguments)
    except Stopped as error:
        deaf()
        return _ended(error, STOPPED, Stopped.exit_code, arguments)
    except TahonaError as error:
        return _explain(error, error.exit_code, arguments)
    except BrokenPipeError:
        _nobody_reads()
        return 1
    except Exception as error:
        return _explain(error, 1, arguments)
    return _answer(answer, arguments)


def _answer(answer: Any, arguments: list[str]) -> int:
    if not isinstance(answer, dict):
        return 0
    code, text = int(answer.pop("exit_code", 0)), answer.pop("text", [])
    if "--json" in arguments:
        _say(_json(answer))
    elif text:
        _say("\n".join(text))
    return code


def _json(answer: Any) -> str:
    """One line of JSON; with escapes where the encoding of stdout lacks a character."""
    text = json.dumps(answer, ensure_ascii=False)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return json.dumps(answer)
    return text


def _say(text: str) -> None:
    """Prints an answer. A reader that stops early, as `| head -1`, changes nothing about the work."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        _nobody_reads()


def _nobody_reads() -> None:
    """Discards the rest of the buffer of stdout; else Python reports an error at the exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _ended(
    error: BaseException, text: str, code: int, arguments: list[str], before: str = ""
) -> int:
    """Prints in one sentence why there is no result, for a person, and with --json also as JSON."""
    sys.stderr.write(f"{before}{text}\n")  # in one piece: threads of libraries may write, too
    if "--json" in arguments:
        cause = error.__cause__ if isinstance(error, click.Abort) else error  # click's for Ctrl-C
        answer = dict(getattr(cause, "answer", {}))
        _say(_json({**answer, "error": text}))
    return code


def _explain(error: Exception, code: int, arguments: list[str]) -> int:
    from cleaning.privacy.told import told
    from pipeline.errors import TahonaError

    if "--debug" in arguments:
        import traceback

        print(told("".join(traceback.format_exception(error))), end="", file=sys.stderr)
    if isinstance(error, OSError) and error.errno in {errno.EROFS, errno.EACCES, errno.ENOSPC}:
        from pipeline.store.store import storage_error

        error = storage_error(str(error.filename or "the store"), error)
    text = (
        str(error)
        if isinstance(error, TahonaError)
        else f"{type(error).__name__}: {error} (run with --debug for more)"
    )
    return _ended(error, told(text), code, arguments, "error: ")
