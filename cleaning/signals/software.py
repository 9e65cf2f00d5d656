"""Whether a text is about the keeping of a program: its README, licence, set-up, list of authors, its reference.

Such files lie beside texts in every repository. In English they are told from prose by their words: how a repository
is kept, how its licence grants, which tools build and serve it. In other languages lessons and manuals say as many of
these as a README does, so no rule asks it of them. Words that manuals of systems and help are full of too (package,
install, server, source, file) are not among them.

A reference that a tool wrote from the source (Javadoc, JSDoc, TypeDoc, Doxygen, YARD) is known in any language by the
headings that the tool puts above its lists of members, each a line of its own, and by what it says of each member.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from cleaning.signals.arrays import held_by, share
from cleaning.signals.measures import measure
from cleaning.text import Batch, by_text, word_hash

FEW = 25  # words that a text counts as longer than it is: three of ninety say little

_WORDS = {
    "repositories": "git github gitlab repo repos repository repositories readme changelog commit "
    "commits branch branches clone fork pull workflow workflows contribute contributing "
    "contribution contributions contributor contributors",
    "licences": "license licensed licenses licence licensee licensor copyright copyrighted warranty "
    "warranties sublicense redistribute redistribution redistributions liability liable "
    "merchantability noninfringement infringement copyleft gpl lgpl agpl mit bsd apache",
    "builds": "npm npx yarn pnpm bower webpack node nodejs cli sdk api src dist json yaml yml "
    "toml env localhost css js ts scss javascript typescript setup deploy deployed "
    "deployment boilerplate starter framework plugin plugins app apps frontend backend "
    "endpoint endpoints runtime",
}
_HASHES = np.array([word_hash(w) for words in _WORDS.values() for w in words.split()], np.uint64)
# Of Javadoc (before and since 16, in English and Spanish), Doxygen (likewise) and YARD.
_HEADINGS = (
    *(
        f"{of} {what}"
        for of in (
            "constructor",
            "method",
            "field",
            "nested class",
            "class",
            "enum constant",
            "interface",
        )
        for what in ("summary", "detail", "details")
    ),
    "modifier and type",
    "method and description",
    "constructor and description",
    "package summary",
    "all methods instance methods concrete methods",
    "all methods static methods concrete methods",
    *(
        f"{of} summary collapse"
        for of in ("constant", "instance attribute", "instance method", "class method")
    ),
    "instance method details",
    "class method details",
    "instance attribute details",
    "constructor details",
    "direct known subclasses",
    *(
        f"{of} documentation"
        for of in (
            "field",
            "function",
            "member function",
            "member data",
            "variable",
            "define",
            "macro",
            "typedef",
        )
    ),
    "enumeration type documentation",
    "typedef documentation",
    "constructor & destructor documentation",
    "detailed description",
    "data fields",
    "data structures",
    "public member functions",
    "private member functions",
    "protected member functions",
    "static public member functions",
    "public attributes",
    "private attributes",
    "protected attributes",
    "go to the source code of this file.",
    *(
        f"{what} {of}"
        for what in ("resumen de", "detalle de", "detalles de")
        for of in ("constructores", "métodos", "campos", "clases")
    ),
    "descripción detallada",
    "campos de datos",
    "estructuras de datos",
    "documentación de los campos",
    "documentación de las funciones",
    "documentación de las funciones miembro",
)
# What indexes and overviews of Javadoc say of each member or above a table, and JSDoc of each member.
_SAID = (
    *(
        f" - {what} "
        for what in (
            "Method in",
            "Static method in",
            "Constructor for",
            "Variable in",
            "Static variable in",
            "Class in",
            "Interface in",
            "Enum in",
        )
    ),
    *(
        f"{what}{by}Description\n"
        for what in ("Class", "Interface", "Package")
        for by in ("\n", " | ")
    ),
    "All Classes and Interfaces",
    "\nSource:\n- ",
)
_SIGNATURE = re.compile(r"^▸ .*\): ", re.MULTILINE)  # of TypeDoc: ▸ store(name): Store
_HEADING_HASHES = np.array(sorted({word_hash(line) for line in _HEADINGS}), np.uint64)


@measure(
    program_words=(
        float,
        "words of repositories, licences and builds, of the words and 25 more",
    )
)
def _program(batch: Batch) -> Any:
    hits = held_by(batch.word_hashes, _HASHES).astype(np.int64)
    return share(by_text(hits, batch.word_first), np.diff(batch.word_first) + FEW)


@measure(
    reads=("emails", "words"),
    emails_per_word=(float, "e-mail addresses, over words"),
)
def _emails(_: Batch, emails: Sequence[int], words: Sequence[int]) -> Any:
    return share(np.asarray(emails, np.int64), np.asarray(words, np.int64))


@measure(
    reference_lines=(
        int,
        "lines that are a heading of Javadoc, Doxygen or YARD above members, without a colon behind, and what they, "
        "JSDoc or TypeDoc say of a member or above a table of them",
    )
)
def _reference(batch: Batch) -> Any:
    colon = batch.codes[np.maximum(batch.line_end - 1, 0)] == ord(":")
    hashes = batch.hashes_of(batch.line_start, batch.line_end - colon)
    headings = by_text(held_by(hashes, _HEADING_HASHES).astype(np.int64), batch.line_first)
    return headings + np.fromiter(map(_members, batch.texts), np.int64, len(batch))


def _members(text: str) -> int:
    """How often a text says of a member what tools say."""
    signatures = len(_SIGNATURE.findall(text)) if "▸" in text else 0
    return sum(map(text.count, _SAID)) + signatures
