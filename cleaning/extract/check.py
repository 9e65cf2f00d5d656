"""What an extraction knows of its documents beforehand: the languages of its gate, their domains, their readers."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any

from cleaning.extract.stage import Extract
from cleaning.language.codes import wrong_code
from cleaning.readers.readers import CODE, READERS, reader_of, suffix_of
from cleaning.readers.records import SourceSpec
from pipeline.errors import TahonaError

Patterns = Mapping[str, Sequence[str]]  # of files, by source


def check_files(params: Extract.Params, role: str, source: str, paths: Sequence[str]) -> None:
    """Raises TahonaError for the files of a source that no reader knows: of several their suffixes, each once."""
    readers, unknown = Counter[str](), dict[str, list[str]]()
    errors = []
    for path in paths:
        name = path.rpartition("/")[2]
        try:
            reader_of(name, params.sources[source])
            readers[suffix_of(name)] += 1
        except TahonaError as error:
            errors.append(error)
            unknown.setdefault(suffix_of(name), []).append(name)
    if len(errors) == 1:
        raise errors[0]
    if errors:
        listed = ", ".join(
            f"{suffix or 'none'} ({len(names):,} file{'s' * (len(names) != 1)}, as {names[0]})"
            for suffix, names in sorted(unknown.items(), key=lambda item: -len(item[1]))
        )
        known = [suffix for suffix, _ in readers.most_common()]
        # Beside texts, the scripts and style sheets of a site are none.
        texts = [suffix for suffix in known if suffix[1:].partition(".")[0] not in CODE]
        suffixes = texts or known or [".txt"]
        # YAML takes an asterisk without quotation marks for an alias.
        patterns = ", ".join(f'"{_folder(paths)}**/*{suffix}"' for suffix in suffixes)
        raise TahonaError(
            f"no reader knows the suffix of {len(errors):,} files: {listed}; name the others alone, by patterns such "
            f"as `files: [{patterns}]`, or give these a source of their own with a `reader` ({', '.join(READERS)})"
        )


def _folder(paths: Sequence[str]) -> str:
    """The folder that all files of a source lie in, with a slash."""
    levels = zip(*(path.split("/")[:-1] for path in paths), strict=False)
    return "".join(f"{level[0]}/" for level in takewhile(lambda level: len({*level}) == 1, levels))


def wrong_language(
    params: Extract.Params, read: Mapping[str, Sequence[Any]], patterns: Patterns, code: str
) -> str | None:
    """What is wrong with a language of the gate, which always asks lid.176."""
    return wrong_code(code)


def wrong_domain(
    params: Extract.Params, read: Mapping[str, Sequence[Any]], patterns: Patterns, domain: str
) -> str | None:
    """What is wrong with a domain: nothing where documents may name their own, as lines of JSON do."""
    domains = set()
    for name, spec in params.sources.items():
        if any(_own_domains(file, spec) for file in patterns.get(name, ())):
            return None
        domains.add(spec.domain)
    if domain in domains:
        return None
    close = difflib.get_close_matches(domain, domains, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"choose from {', '.join(sorted(domains))}"
    return f"names the domain {domain!r}, which no source has: {hint}"


def _own_domains(file: str, spec: SourceSpec) -> bool:
    try:
        return READERS[reader_of(file, spec)].entries
    except TahonaError:  # a pattern that says nothing of its files
        return True
