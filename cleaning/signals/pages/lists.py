"""Lists of the recipe: which of them name the site of a text, and how often the text says what stands in them.

A line of a list is a host (which stands for all below it, as in the lists of the University of Toulouse), an address
(for all below it), both with or without their scheme, or a word or phrase (as in LDNOOBW's lists). Hosts and addresses
are kept as their hashes alone, in order: eight bytes a line, whatever its length.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from cleaning.signals.measures import Model, measure
from cleaning.text.batch import Batch, Hashes, Ints, by_text, mixed
from cleaning.text.listed import Listed
from pipeline.errors import TahonaError

READ = 4 * 2**20  # bytes of a list that are looked at together
LONGEST = 8  # words of a phrase
# What a host or an address may begin and end with: https://, *., and a slash.
_AROUND = re.compile(
    r"(?m)^[ \t]*(?:[a-z*][a-z0-9+.-]*://)?(?:\*?\.(?=\w))?|(?:/\*?)?[ \t]*$", re.I
)
_WORDS = r"[^\W_][^./\n]*"
_READ = re.compile(rf"(?m)^(?:[\w-]+(?:\.[\w-]+)+(?:/[^\s?#]*)?|{_WORDS})$")


@dataclass(frozen=True)
class Lists:
    """The lines of each list, by its name; the phrases of so many words, all lists together."""

    lines: dict[str, Listed]
    phrases: dict[int, Listed]


def load(names: Sequence[str], *paths: Path) -> Lists:
    """The lists in some files, each with the name of its own; a TahonaError for one that is no text in UTF-8."""
    stamps = tuple((str(path), os.stat(path).st_mtime_ns) for path in paths)
    return _load(tuple(names), stamps)


@lru_cache(maxsize=2)
def _load(names: Sequence[str], files: Sequence[tuple[str, int]]) -> Lists:
    lines: dict[str, list[Hashes]] = {name: [] for name in names}
    phrases: dict[int, list[Hashes]] = {}
    for name, (path, _) in zip(names, files, strict=True):
        for text in _pieces(path):
            lines[name].append(Batch([text]).line_hashes)
            # In which there is no dot and no slash are no hosts and no addresses.
            phrase_lines = [line for line in text.split("\n") if line and not {".", "/"} & {*line}]
            batch = Batch(phrase_lines)
            for size in range(1, LONGEST + 1):
                whole = np.diff(batch.word_first) == size
                if whole.any():
                    runs = _runs(batch.word_hashes, size)[batch.word_first[:-1][whole]]
                    phrases.setdefault(size, []).append(runs)
    return Lists(
        {name: Listed(np.concatenate(parts)) for name, parts in lines.items() if parts},
        {size: Listed(np.concatenate(parts)) for size, parts in phrases.items()},
    )


def _pieces(path: str) -> Iterator[str]:
    """The text of a list, some whole lines at a time."""
    try:
        with open(path, encoding="utf-8-sig") as file:
            while lines := file.readlines(READ):
                yield _AROUND.sub("", "".join(lines))
    except UnicodeDecodeError as error:
        raise TahonaError(f"the list {path} is no text in UTF-8") from error


def unread(path: Path) -> tuple[int, list[str]]:
    """How many lines a list begins with, as many as are looked at together, and those that are no host, no address,
    no word and no phrase, or a longer one: they match nothing.
    """
    lines = [line for line in next(_pieces(str(path)), "").split("\n") if line]
    return len(lines), [
        line for line in lines if not _READ.match(line) or len(line.split()) > LONGEST
    ]


def _runs(words: Hashes, size: int) -> Hashes:
    """The hash of the `size` words from each place on; of the last places, that have fewer, something else."""
    runs = words.copy()
    for more in range(1, size):
        runs[:-more] = mixed(runs[:-more] ^ mixed(words[more:] + np.uint64(more)))
    return runs


@measure(
    reads=("url", "host"),
    model=Model(load=load, input="lists"),
    listed_site=(str, "the recipe's lists that name its host or address; none where none does"),
    listed_sites=(int, "how many they are (RedPajama-v2: ut1_blacklist)"),
    listed_words=(int, "words and phrases of the text that stand in the lists (ldnoobw_words)"),
)
def _listed(
    batch: Batch, lists: Lists, urls: Sequence[str | None], hosts: Sequence[str | None]
) -> Any:
    named: list[list[str]] = [[] for _ in urls]
    sites = [sorted(_sites(url or "", host or "")) for url, host in zip(urls, hosts, strict=True)]
    addresses = Batch(["\n".join(each) for each in sites])
    for name, lines in lists.lines.items():
        hits = by_text(lines.has(addresses.line_hashes), addresses.line_first)
        for place in np.flatnonzero(hits).tolist():
            named[place].append(name)
    return (
        [" ".join(names) or None for names in named],
        [len(names) for names in named],
        _phrase_counts(batch, lists),
    )


def _phrase_counts(batch: Batch, lists: Lists) -> Ints:
    """How many words and phrases of the lists each text has."""
    counts = np.zeros(len(batch), np.int64)
    for size, phrases in lists.phrases.items():
        places = np.flatnonzero(phrases.has(_runs(batch.word_hashes, size)))
        ends = batch.word_first[1:][batch.word_document[places]]
        inside = batch.word_document[places[places + size <= ends]]
        counts += np.bincount(inside, minlength=len(batch))
    return counts


def _sites(url: str, host: str) -> set[str]:
    """What may stand in a list for a page: its host and the ones above, with and without www, its address and those
    above that.
    """
    host = host.lower().rstrip(".")
    parts = host.split(".")
    names = {".".join(parts[n:]) for n in range(len(parts) - 1)} | {f"www.{host}", host}
    path = url.partition("://")[2].partition("?")[0].partition("/")[2].rstrip("/").split("/")
    below = {
        f"{name}/{'/'.join(path[:n])}{end}"
        for name in {host, host.removeprefix("www.")}
        for n in range(1, len(path) + 1)
        if path[0]
        for end in ("", "/")
    }
    return (names | below) - {"", "www."}
