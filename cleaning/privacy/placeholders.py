"""The placeholders that stand in a text for personal data."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

from cleaning.privacy.kinds import KINDS

_PLACEHOLDER = re.compile(rf"\[({'|'.join(kind.upper() for kind in KINDS)})\]")


def placeholder(kind: str) -> str:
    """What stands in a text in place of personal data of a kind."""
    return f"[{kind.upper()}]"


def placeholders_of(table: Path, key: str, document: str) -> list[dict[str, Any]]:
    """Of each row of a document how often it is `masked`, by kind; of a table without texts nothing."""
    import pyarrow.parquet as pq

    if "text" not in pq.read_schema(table).names:
        return []
    texts = pq.read_table(table, columns=["text"], filters=[(key, "=", document)])["text"]
    counts = (Counter(_PLACEHOLDER.findall(text or "")) for text in texts.to_pylist())
    return [{"masked": dict(sorted(count.items()))} if count else {} for count in counts]
