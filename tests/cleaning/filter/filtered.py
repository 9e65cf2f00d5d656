"""Decisions of the preset on texts, for the tests of rules and signals."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import zstandard

from cleaning.annotate.stage import Annotate
from cleaning.filter.stage import Filter
from pipeline.model.dataset import Manifest
from tests.cleaning.annotate.test_annotate import documents
from tests.cleaning.kernels import compute, shared

ARTICLE = (
    "El cartero llegó a la plaza cuando las campanas daban las diez y nadie lo esperaba ya.\n"
    "Traía una sola carta, escrita con tinta verde, para la maestra que vivía junto al molino.\n"
    "Ella la abrió despacio, leyó las primeras líneas y se sentó en el banco de piedra del patio.\n"
    "Durante toda la tarde los vecinos hablaron de aquel sobre, de su sello y de quién lo enviaba.\n"
    "Al caer la noche, la maestra salió de casa con una maleta pequeña y tomó el último tren.\n"
)


NOTICE = "Esta página web utiliza cookies propias y de terceros para mejorar su experiencia."


def filtered(
    folder: Path,
    texts: Sequence[str],
    domain: str = "web",
    kind: str | None = None,
    **params: Any,
) -> Manifest:
    """The decisions on documents with these texts, of pages of this kind."""
    folder.mkdir(exist_ok=True)
    data = documents(folder, list(texts), domain=domain, kind=kind)
    signals = compute(Annotate(), {"documents": [data]}, folder / "a")
    return compute(Filter(), {"documents": [data], "signals": [signals]}, folder / "f", **params)


DRAWN = "es_gsd"  # sentences of many texts in a row, which are none


def real(*names: str, number: int = 120) -> list[str]:
    """Real Spanish texts, drawn evenly."""
    chosen = []
    for name in names:
        with zstandard.open(shared("text", name), "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        texts = [row["text"] for row in rows if not row["id"].startswith(DRAWN)]
        chosen += texts[:: max(1, len(texts) // number)]
    return [t for t in chosen if len(t) > 1000]
