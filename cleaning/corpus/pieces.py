"""What becomes of a document: the texts to write, one of each language that it holds, and the account of the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from cleaning.corpus.masking import masked, masked_kinds
from cleaning.corpus.passages import by_language, piece
from cleaning.corpus.stage import BLANK, COPY, EMPTY, RESERVED, Writing
from cleaning.rights.recorded import is_reserved
from cleaning.rules.rule import LANGUAGE
from cleaning.view import Edit
from cleaning.withdrawals.orders import WITHDRAWN
from pipeline.model.record_ids import inner_id
from pipeline.model.tally import Tally


class Document(NamedTuple):
    """What is known of a document beside its text; `passages` are spans of it with their languages."""

    id: str
    language: str
    rights: str
    passages: Sequence[Mapping[str, Any]]


class Pieces:
    """Makes texts of documents and counts what stays of each, and by which rule the rest goes; `placeholders` are
    those that stand in the texts, by the kind of what they stand for.
    """

    def __init__(
        self, writing: Writing, copies: Collection[str], withdrawn: Collection[str]
    ) -> None:
        self.tally = Tally()
        self.placeholders: Counter[str] = Counter()
        self._writing, self._copies, self._withdrawn = writing, copies, withdrawn

    def of(
        self, document: Document, text: str, edits: list[Edit]
    ) -> Iterator[tuple[str, str | None]]:
        """The edited and masked texts, with the language of those that are not in the document's own."""
        if rule := self._rule(document):
            self._count(len(text), edits, rule)
            return
        edits = masked(text, edits, self._writing)
        ranges = by_language(text, document.passages, document.language)
        for language, here in ranges.items():
            written, edits_here = piece(text, edits, here)
            own = language == document.language
            id = document.id if own else inner_id(document.id, language)
            rule, blank = self._rule_of_piece(id, language, written), 0
            if rule is None and len(ranges) > 1:
                blank = len(written) - len(written := written.strip())
            self._count(sum(map(len, here)), edits_here, rule, own, blank)
            if rule is None:
                self.placeholders.update(masked_kinds(edits_here, self._writing.rules))
                yield written, None if own else language

    def _rule(self, document: Document) -> str | None:
        """By which rule a document goes whole."""
        wanted, policy = self._writing.languages, self._writing.rights
        if document.id in self._withdrawn:
            return WITHDRAWN
        if policy and is_reserved(policy, document.rights):
            return RESERVED
        if not document.passages and wanted is not None and document.language not in wanted:
            return LANGUAGE
        return None

    def _rule_of_piece(self, id: str, language: str, text: str) -> str | None:
        if not text or text.isspace():
            return EMPTY
        asks = (self._writing.languages, self._writing.passing)
        if any(only is not None and language not in only for only in asks):
            return LANGUAGE
        if id in self._copies:
            return COPY
        return None

    def _count(
        self, size: int, edits: list[Edit], rule: str | None, own: bool = True, blank: int = 0
    ) -> None:
        """Counts a document of `size` code points that stays, or goes by `rule` with what the edits left of it; or a
        part of one, where it is not its `own`. `blank` of what was left stood at the ends.
        """
        tally = self.tally
        tally.arrive(1 if own else 0, size)
        left = size
        for edit in edits:
            taken = edit.end - edit.start
            if edit.kind == "cut":
                tally.cut(edit.rule, taken)
            else:
                tally.mask(edit.rule, taken, len(edit.replacement) if rule is None else 0)
            left -= taken
        if blank:
            tally.cut(BLANK, blank)
            left -= blank
        if rule is None:
            (tally.keep if own else tally.keep_passage)(characters=left)
        elif own:
            tally.remove(rule, characters=left)
        else:
            tally.cut(rule, left)
