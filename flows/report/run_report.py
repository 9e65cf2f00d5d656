"""The report of a run, written when it ends, and its path."""

from __future__ import annotations

import sys

from flows.chain.chain import Chain
from flows.report.site import current_report, write_report
from flows.report.words.language import in_all
from pipeline.store.store import Store


def report_run(chain: Chain) -> str:
    """Writes the report of a run, unless nothing changed since the last, and prints its paths; returns the first."""
    store, recipe = chain.store, chain.recipe.name
    path = current_report(store, recipe) or written(chain)
    for word, page in in_all(path):
        print(f"{word}: {page}", file=sys.stderr)
    return path


def written(chain: Chain) -> str:
    """Writes the report of a run, in a child that the run has left, if there is one, and returns its path.

    The child has all that masks a quoted text, which takes longer to import and to load than a report.
    """
    there, recipe = chain.store.url, chain.recipe.name
    written = chain.runner.children.call(f"{__name__}:write", there, recipe)
    return written or write_report(chain.store, recipe)


def write(store: str, recipe: str) -> str:
    """`write_report` by the address of a store."""
    return write_report(Store(store), recipe)


def report_failure(chain: Chain) -> str | None:
    """The report of a run that failed, where one can be written; an error here does not hide the failure."""
    if not chain.results:
        return None
    try:
        return report_run(chain)
    except Exception as error:
        reason = error.strerror if isinstance(error, OSError) else error
        print(f"report: not written ({reason})", file=sys.stderr)
        return None
