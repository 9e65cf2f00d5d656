"""What an extraction knows of its documents beforehand: the languages of its gate, their domains, their readers."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

from cleaning.extract.stage import Extract
from cleaning.language.codes import wrong_code
from cleaning.readers.readers import READERS, reader_of
from cleaning.readers.records import SourceSpec
from pipeline.errors import TahonaError

Patterns = Mapping[str, Sequence[str]]  # of files, by source


def check_files(params: Extract.Params, source: str, paths: Sequence[str]) -> None:
    """Raises TahonaError for the first file of a source that no reader knows."""
    for path in paths:
        reader_of(path.rpartition("/")[2], params.sources[source])


def wrong_language(params: Extract.Params, patterns: Patterns, code: str) -> str | None:
    """What is wrong with a language of the gate, which always asks lid.176."""
    return wrong_code(code)


def wrong_domain(params: Extract.Params, patterns: Patterns, domain: str) -> str | None:
    """What is wrong with a domain: nothing where documents may name their own, as lines of JSON do."""
    known = set()
    for name, spec in params.sources.items():
        if any(_own_domains(file, spec) for file in patterns.get(name, ())):
            return None
        known.add(spec.domain)
    if domain in known:
        return None
    close = difflib.get_close_matches(domain, known, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"choose from {', '.join(sorted(known))}"
    return f"names the domain {domain!r}, which no source has: {hint}"


def _own_domains(file: str, spec: SourceSpec) -> bool:
    try:
        return READERS[reader_of(file, spec)].entries
    except TahonaError:  # a pattern that says nothing of its files
        return True
