"""The tables that a flow run leaves on its page."""

from __future__ import annotations

from flows.server.artifacts import _documents


def test_documents_made_of_passages_are_no_share_of_what_came() -> None:
    counts = {"in": 8, "kept": 15, "removed": {"passage_copy": 1}, "quarantined": 0, "parted": 8}
    shown = {row["figure"]: (row["value"], row["share"]) for row in _documents(counts)}
    assert shown["documents kept"] == ("7", "87.5%")
    assert shown["documents of passages"] == ("8", "")
    assert "documents of passages" not in str(_documents({**counts, "kept": 7, "parted": 0}))
