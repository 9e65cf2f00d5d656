"""Where each URL of a crawl went: one line a URL in `crawl.jsonl`, and the counts of the ledger."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cleaning.crawl.frontier.entry import Entry
from cleaning.crawl.log.earlier import Earlier
from cleaning.crawl.log.state import State, url_key
from cleaning.crawl.stage import Outcome
from cleaning.rights.statement import Statement

_NOT_REMOVED = {"kept", "unchanged", "failed"}
_CLOSED = {"robots", "rights", "noindex"}


class Account:
    """The decisions of a crawl. What may come out otherwise when it goes on (`again`) is told at its end."""

    def __init__(self, folder: Path, state: State, earlier: Earlier | None = None) -> None:
        self.state = state
        self.earlier = earlier
        saved = state.get("account", {"counts": {}, "bytes": 0, "seeds": {}})
        self.counts: Counter[str] = Counter(saved["counts"])
        self.seeds: dict[str, str] = saved["seeds"]  # seed -> what became of it, in words
        self.closed = set(saved.get("closed", []))  # seeds that their site does not allow
        # Of the links of pages and sitemaps that a crawl begins with their hosts, "" for those in scope.
        self.linked: Counter[str] = Counter(saved.get("linked", {}))
        self.errors = 0  # failures of this run, that may yet be none
        self._stream = (folder / "crawl.jsonl").open("ab")
        self._stream.truncate(saved["bytes"])

    @property
    def lines(self) -> int:
        """How many URLs are decided."""
        return self.counts.total()

    def decide(
        self,
        entry: Entry,
        outcome: Outcome,
        status: int | None = None,
        reason: str | None = None,
        statements: Sequence[Statement] = (),
        again: bool = False,
        score: float | None = None,
    ) -> None:
        """`kept`, `failed`, or the rule that removed it; once for each URL. `statements` are its statements of rights.

        `score` is how near it is to the topic of a focused crawl. With `again` the URL is asked for anew when a crawl
        that was stopped goes on.
        """
        if not self._first(entry.url):
            return
        if entry.seed:
            words = [f"answered {status}"] if status else []
            words += [outcome] if outcome not in {"kept", "status", "unchanged"} else []
            self.seeds[entry.seed] = reason or ", ".join(words)
            if outcome in _CLOSED and not again:
                self.closed.add(entry.seed)
        if again:
            self.errors += 1
            values = (*entry.row(), outcome, reason)
            self.state.execute(f"INSERT INTO again VALUES ({entry.marks()}, ?, ?)", values)
            return
        self._write(entry, outcome, status, reason, statements, score)

    def stored(
        self,
        entry: Entry,
        status: int,
        statements: Sequence[Statement] = (),
        score: float | None = None,
    ) -> None:
        """A response of this status is in the files."""
        outcome: Outcome = "kept" if 200 <= status < 300 else "status"
        self.decide(entry, outcome, status, statements=statements, score=score)

    def finish(self) -> None:
        """Tells of what was left to be asked again: nobody will."""
        for *row, outcome, reason in list(self.state.rows("SELECT * FROM again ORDER BY n")):
            self._write(Entry.of(row), outcome, None, reason, ())
        self.state.execute("DELETE FROM again")

    def documents(self) -> dict[str, Any]:
        """The counts as the ledger has them."""
        removed = {k: n for k, n in sorted(self.counts.items()) if k not in _NOT_REMOVED}
        return {
            "in": self.lines,
            "kept": self.counts["kept"] + self.counts["unchanged"],
            "removed": removed,
            "quarantined": self.counts["failed"],
        }

    def elsewhere(self, most: int) -> dict[str, int]:
        """The hosts out of scope that most links lead to of the pages that a crawl begins with, if all of them do."""
        return {} if "" in self.linked else dict(self.linked.most_common(most))

    def save(self) -> None:
        """Puts what is counted into the state, with the length of the lines that are written."""
        self._stream.flush()
        figures = {"counts": self.counts, "bytes": self._stream.tell(), "seeds": self.seeds}
        closed = sorted(self.closed)
        self.state.put("account", {**figures, "closed": closed, "linked": self.linked})

    def close(self) -> None:
        """Closes the file of the lines."""
        self._stream.close()

    def _first(self, url: str) -> bool:
        """Whether the URL is not decided yet; now it is."""
        decided = self.state.execute(
            "INSERT INTO urls VALUES (?, 0, 1, NULL, NULL)"
            " ON CONFLICT (key) DO UPDATE SET decided = 1 WHERE decided = 0",
            (url_key(url),),
        )
        return decided.rowcount == 1

    def _write(
        self,
        entry: Entry,
        outcome: Outcome,
        status: int | None,
        reason: str | None,
        statements: Sequence[Statement],
        score: float | None = None,
    ) -> None:
        if self.earlier:
            self.earlier.decided(entry.url, outcome, status)
        if outcome == "unchanged" and status != 200:
            outcome = "status"
        self.counts[outcome] += 1
        line: dict[str, Any] = {"url": entry.url, "outcome": outcome}
        counts: dict[str, Any] = {
            "status": status,
            "reason": reason,
            "depth": entry.depth,
            "via": entry.via,
        }
        counts["topic"] = score
        line |= {name: value for name, value in counts.items() if value is not None}
        if statements:
            line["rights"] = [asdict(statement) for statement in statements]
        self._stream.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
