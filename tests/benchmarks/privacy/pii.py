"""How much personal data is found, and what is taken for it wrongly, on 1,000 written items and on real clinical texts.

A value counts as found where all of it lies in what would be masked; what is masked and holds no value is false.
Figures: `precision` and `recall` over all `of` items, `precision_other` and `recall_other` over the half that was not
tuned on but looked at once. `lots`: the same of each later lot apart (the fourth is mostly telephones), written before
the finders that are measured were last mended: the first run of each, in LOG.md, is what is held out. `by_kind` is
the recall of each kind, `kind_right` the share that also got its kind, `recall_telephone_clinical` of telephones in
clinical items, `false_positives` of the kinds that are masked by default in items without personal data (laws, ISBNs,
prices, doses). `recall_names` of names in their items and `precision_names` there, for which the finder was written;
`names` the same of the later lots that label names, together and by lot; with TAHONA_SHARED `names_forms`, the share
of the names in the fields of 500 clinical texts, and `telephones_forms` that of numbers in the form of a Spanish
telephone: the finders were tuned on those texts. `mb_s_core`: megabytes of UTF-8 a second of one core, over those
texts.
With `--write FOLDER` all lots are written as files of items, of which `cleaning/privacy/network/tagger.npz` is made.
"""

from __future__ import annotations

import io
import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT))

from cleaning.privacy.kinds import KINDS, MASKED, Personal  # noqa: E402
from cleaning.privacy.privacy import find_personal  # noqa: E402
from tests.benchmarks.privacy.lots.eighth import eighth  # noqa: E402
from tests.benchmarks.privacy.lots.fifth import fifth, of_file  # noqa: E402
from tests.benchmarks.privacy.lots.fourth import fourth  # noqa: E402
from tests.benchmarks.privacy.lots.fresh import fresh  # noqa: E402
from tests.benchmarks.privacy.lots.items import Item, items  # noqa: E402
from tests.benchmarks.privacy.lots.ninth import ninth  # noqa: E402
from tests.benchmarks.privacy.lots.seventh import seventh  # noqa: E402
from tests.benchmarks.privacy.lots.sixth import sixth  # noqa: E402
from tests.benchmarks.privacy.lots.tenth import tenth  # noqa: E402

LOTS: Mapping[str, Callable[[], list[Item]]] = {
    "third": fresh,
    "fourth": fourth,
    "fifth": fifth,
    "sixth": sixth,
    "seventh": seventh,
    "eighth": eighth,
    "ninth": ninth,
    "tenth": tenth,
    "eleventh": partial(of_file, "eleventh"),
    "twelfth": partial(of_file, "twelfth"),
    "thirteenth": partial(of_file, "thirteenth"),
    "fourteenth": partial(of_file, "fourteenth"),
    "fourteenth_other": partial(of_file, "fourteenth_other"),
    "fifteenth": partial(of_file, "fifteenth"),
    "fifteenth_other": partial(of_file, "fifteenth_other"),
    "sixteenth": partial(of_file, "sixteenth"),
    "seventeenth": partial(of_file, "seventeenth"),
    "eighteenth": partial(of_file, "eighteenth"),
    "nineteenth": partial(of_file, "nineteenth"),
    "twentieth": partial(of_file, "twentieth"),
    "twentieth_other": partial(of_file, "twentieth_other"),
    "twentyfirst": partial(of_file, "twentyfirst"),
    "twentyfirst_other": partial(of_file, "twentyfirst_other"),
    "twentysecond_other": partial(of_file, "twentysecond_other"),
    "twentythird": partial(of_file, "twentythird"),
    "twentyfourth": partial(of_file, "twentyfourth"),  # unread
}

_BREAKS = str.maketrans({"\n": r"\n", "\t": r"\t", "\r": ""})
_FIELD = re.compile(
    r"^(?:Nombre|Apellidos|Médico): *([A-ZÁÉÍÓÚÑ][^\n.:]{2,50}?)(?: *\.| +N[º°]|\n)", re.MULTILINE
)
_TELEPHONE = re.compile(
    r"(?<![\w./-])[6789]\d{2}(?:[ .]\d{3}){2}(?![\w./-])|(?<![\w./-])[6789]\d{2}(?:[ .]\d{2}){3}(?![\w./-])"
)


def places(item: Item) -> list[tuple[int, int, str]]:
    """Where the values stand in the text, with their kinds."""
    spans, at = [], 0
    for kind, value in item.values:
        start = item.text.index(value, at)
        at = start + len(value)
        spans.append((start, at, kind))
    return spans


def score(written: Sequence[Item], kinds: Collection[str]) -> dict[str, Any]:
    """Counts over items: values, those found, with their kind, and what was masked, of it false."""
    counts, by_kind, wrong, missed = Counter[str](), Counter[str](), [], []
    counts["items"] = len(written)
    for item in written:
        spans = find_personal(item.text, kinds)
        true = [place for place in places(item) if place[2] in kinds]
        for start, end, kind in true:
            over = [f for f in spans if f.start <= start and end <= f.end]
            counts["values"] += 1
            by_kind[f"{kind} of"] += 1
            if over:
                counts["found"] += 1
                counts["kind"] += over[0].kind == kind
                by_kind[kind] += 1
            else:
                missed.append((kind, item.text))
        every = places(item)
        for f in spans:
            counts["masked"] += 1
            if not any(start < f.end and f.start < end for start, end, _ in every):
                counts["false"] += 1
                wrong.append((f.kind, item.text[f.start : f.end], item.text))
    return {"counts": counts, "by_kind": by_kind, "wrong": wrong, "missed": missed}


def write_out(folder: Path) -> None:
    """All lots as files of one item a line, for `python -m cleaning.privacy.learning.train`."""
    for lot, of_lot in {"first": items, **LOTS}.items():
        lines = []
        for item in of_lot():
            line, at = "", 0
            for start, end, kind in places(item):
                line += f"{item.text[at:start]}<{kind}={item.text[start:end]}>"
                at = end
            lines.append((line + item.text[at:]).translate(_BREAKS) + "\n")
        (folder / f"{lot}.txt").write_text("".join(lines), "utf-8")
    # In no lot: written to train on.
    for name in ("written", *(f"train_{hand}" for hand in "abcdef")):
        items_of = Path(__file__).parent / "lots" / f"{name}.txt"
        (folder / f"{name}.txt").write_bytes(items_of.read_bytes())


def ratio(part: int, whole: int) -> float | None:
    """A share to four places; None of nothing."""
    return round(part / whole, 4) if whole else None


def figures(written: Sequence[Item]) -> dict[str, Any]:
    """How many items and values, precision and recall."""
    counts = score(written, MASKED)["counts"]
    return {
        "of": counts["items"],
        "values": counts["values"],
        "precision": ratio(counts["masked"] - counts["false"], counts["masked"]),
        "recall": ratio(counts["found"], counts["values"]),
    }


def names_of(lots: Mapping[str, Sequence[Item]]) -> dict[str, Any]:
    """The names in the lots that label them, together and of each."""
    counts = {
        lot: score(items, ["name"])["counts"]
        for lot, items in lots.items()
        if any(kind == "name" for item in items for kind, _ in item.values)
    }
    of_lots = {lot: _of_names(one) for lot, one in counts.items()}
    return {**_of_names(sum(counts.values(), Counter[str]())), "lots": of_lots}


def _of_names(counts: Mapping[str, int]) -> dict[str, Any]:
    masked = counts["masked"]
    return {
        "values": counts["values"],
        "recall": ratio(counts["found"], counts["values"]),
        "masked": masked,
        "precision": ratio(masked - counts["false"], masked),
    }


def clinical() -> list[str]:
    """500 clinical texts with invented personal data (SPACCC/MEDDOCAN), where they are."""
    shared = os.environ.get("TAHONA_SHARED")
    path = Path(shared or "", "data/text/biomedical.jsonl.zst")
    if not shared or not path.exists():
        return []
    import zstandard

    with path.open("rb") as file:
        lines = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(file), "utf-8")
        return [json.loads(line)["text"] for line in lines]


def covered(texts: Sequence[str], pattern: re.Pattern[str], kind: str) -> float | None:
    """The share of the matches of a pattern (of its group, where it has one) that would be masked as `kind`."""
    hits = whole = 0
    for text in texts:
        spans: list[Personal] = find_personal(text, KINDS)
        for match in pattern.finditer(text):
            start, end = match.span(pattern.groups)
            whole += 1
            hits += any(p.start <= start and end <= p.end and p.kind == kind for p in spans)
    return ratio(hits, whole)


def main(show: bool) -> dict[str, Any]:
    """All figures; with `show` what was missed and wrong in the tuned half is printed."""
    written = items()
    other = figures([item for item in written if not item.tuned])
    whole = score(written, MASKED)
    near = score([i for i in written if i.domain == "near"], MASKED)
    named = score([i for i in written if i.domain == "names"], ["name"])
    telephones = score([i for i in written if i.domain == "clinical"], MASKED)["by_kind"]
    if show:
        tuned = score([i for i in written if i.tuned], KINDS)
        for line in (*tuned["wrong"], *tuned["missed"]):
            print(line, file=sys.stderr)
    counts = whole["counts"]
    texts = clinical()
    lots = {lot: make() for lot, make in LOTS.items()}
    begun = time.process_time()
    for text in texts:
        find_personal(text)
    seconds = time.process_time() - begun
    return {
        "benchmark": "pii",
        **figures(written),
        "precision_other": other["precision"],
        "recall_other": other["recall"],
        "lots": {lot: figures(of_lot) for lot, of_lot in lots.items()},
        "kind_right": ratio(counts["kind"], counts["found"]),
        "by_kind": {
            kind: ratio(whole["by_kind"][kind], whole["by_kind"][f"{kind} of"])
            for kind in sorted(KINDS)
            if whole["by_kind"][f"{kind} of"]
        },
        "recall_telephone_clinical": ratio(telephones["phone"], telephones["phone of"]),
        "false_positives": near["counts"]["masked"],
        "recall_names": ratio(named["counts"]["found"], named["counts"]["values"]),
        "precision_names": ratio(
            named["counts"]["masked"] - named["counts"]["false"], named["counts"]["masked"]
        ),
        "names": names_of(lots),
        "texts": len(texts),
        "names_forms": covered(texts, _FIELD, "name"),
        "telephones_forms": covered(texts, _TELEPHONE, "phone"),
        "mb_s_core": round(sum(len(t.encode()) for t in texts) / 1e6 / seconds, 2)
        if texts
        else None,
    }


if __name__ == "__main__":
    if "--write" in sys.argv:
        write_out(Path(sys.argv[-1]))
    else:
        print(json.dumps(main("--show" in sys.argv)))
