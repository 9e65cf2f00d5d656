"""What a stage ends in, and the slice of it that one machine takes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from pipeline.model.dataset import Manifest
from pipeline.model.ledger import Ledger
from pipeline.model.notice import Notice

State = Literal["committed", "reused", "failed", "stopped", "partial"]


@dataclass
class Result:
    """The result of a stage; `state` is `partial` when only a slice of a step was requested.

    `left` then says whether other slices of the step are not computed yet.

    `stage` is what a recipe calls it, `kind` which stage it is; `warnings` are about what is
    no error, but probably not intended, `news` are sentences of information.
    """

    stage: str
    fingerprint: str
    state: State
    seconds: float = 0.0
    computed: int = 0
    reused: int = 0
    bytes_in: int = 0
    kind: str = ""
    left: bool = False
    manifest: Manifest | None = None
    warnings: list[Notice] = field(default_factory=list)
    news: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        ledger = self.manifest.ledger if self.manifest else Ledger()
        return {
            "stage": self.stage,
            "kind": self.kind or self.stage,
            "fingerprint": self.fingerprint,
            "state": self.state,
            **({"left": self.left} if self.state == "partial" else {}),
            "seconds": round(self.seconds, 3),
            "shards": {"computed": self.computed, "reused": self.reused},
            "documents": ledger.documents.to_json() if ledger.documents else None,
            "characters": ledger.characters.to_json() if ledger.characters else None,
            "warnings": self.warnings,
            "news": self.news,
            "bytes_in": self.bytes_in,
            "bytes_out": self.manifest.total().bytes if self.manifest else 0,
        }


@dataclass(frozen=True)
class Slice:
    """The tasks of a step that one of many machines takes: every `of`th, from `number` (1-based)."""

    number: int
    of: int
