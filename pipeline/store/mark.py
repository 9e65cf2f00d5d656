"""The mark of a store: the file at its top that marks a location as one, with its format."""

from __future__ import annotations

import json

from pipeline.errors import UsageError
from pipeline.store.backend import Backend

MARK = "tahona.json"
FORMAT = 1  # of what lies in a store; raised when an earlier version could no longer use it


def known(backend: Backend) -> bool:
    """Whether the mark is there; a UsageError where it is none that this version knows, or can't be."""
    try:
        content = json.loads(backend.read(MARK))
    except FileNotFoundError:
        return False
    except NotADirectoryError as error:
        raise in_the_way(backend.url) from error
    except ValueError:
        content = None
    match content:
        case {"format": int(number)} if number == FORMAT:
            return True
        case {"format": int(number)}:
            raise UsageError(
                f"the store {backend.url} has format {number}, and this version of Tahona knows format "
                f"{FORMAT}: use the version that made it, or another store"
            )
    raise UsageError(
        f"{backend.url}/{MARK} is not the mark of a store: if this is one, write "
        f'{{"format": {FORMAT}}} into it, else give another place with --store'
    )


def write(backend: Backend) -> None:
    """Marks a place as a store."""
    backend.write(MARK, f'{{"format": {FORMAT}}}\n'.encode())


def in_the_way(url: str) -> UsageError:
    """The clear sentence for a store whose place is a file."""
    return UsageError(f"the store {url} is a file, or lies below one: give a folder with --store")
