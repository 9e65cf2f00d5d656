"""The report of a run, written when it ends, and where it lies."""

from __future__ import annotations

import sys

from flows.chain.chain import Chain
from flows.report import write_report


def report_run(chain: Chain) -> str:
    """Writes the report of a run and says where; the path."""
    path = write_report(chain.store, chain.recipe.name)
    print(f"report: {path}", file=sys.stderr)
    return path


def report_failure(chain: Chain) -> str | None:
    """The report of a run that failed, where one can be written: it is the failure that is told."""
    if not chain.results:
        return None
    try:
        return report_run(chain)
    except Exception as error:
        print(f"report: not written ({error})", file=sys.stderr)
        return None
