"""How our signals and rules do beside datatrove's filters in Spanish settings: speed, and whether they agree.

Agreement is of the rule alone: datatrove's filters are given our segmentation into words, so that what differs are
the readings of Gopher's and FineWeb's sentences; and, beside it, with its own words (spaCy's). Figures: `agreement`,
the lowest of the three filters given our words, over `of` real texts, each as `agreement_X`; `own_words_X` the same
with its own words; `differ` and `differ_own_words`, how many texts differ in each, by filter and reason; `removed`,
how many ours removes. C4's filter, which FineWeb-2 has not, cuts lines too and counts sentences: `agreement_c4` is of
the verdicts given our sentences, `agreement_c4_pieces` of those on pieces, `agreement_c4_lines` of the `lines_c4` lines
that are left of texts that both keep; `differ_c4` and `differ_c4_lines` say what differs (`c4.py`).
`parity_X`, the share of equal verdicts of the presets `datatrove-X`, which take spaCy's words and datatrove's
defects, over `parity_of` different real texts, half of them removed by the filter and half kept where there are so
many (`parity_removed`): whole documents as far as they go (`parity_whole`), then pieces cut anywhere, one in eight
with its sentences on lines of their own, one in eight with lines that come again; with `parity_differ`, what differs.
`ratio_datatrove`, our speed for the signals that need no model and the rules over that of its three filters, in CPU
seconds, over `documents_timed` texts; `ratio_datatrove_every` with all that `annotate` measures unasked, which are
languages, coherence and worth besides; `mb_s_core`, `mb_s_core_every`, `mb_s_core_datatrove` the speeds. Both sides are
timed by turns, ours three times a turn, of which the best counts; each figure is the median over the turns.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

FILTERS = ("gopher_quality", "gopher_repetition", "fineweb")
STOP_WORDS = [
    "de",
    "la",
    "en",
    "el",
    "y",
    "a",
    "que",
    "del",
    "los",
    "se",
    "por",
    "un",
    "con",
    "una",
    "las",
    "su",
]


PARITY = ("gopher-quality", "gopher-repetition", "c4", "fineweb")


def pieces(texts: list[str], number: int, seed: int = 1605) -> list[str]:
    """Pieces of texts of 20 to 3,000 code points, some turned into lists and some with lines that come again."""
    chance = random.Random(seed)
    cut = []
    while len(cut) < number:
        text = chance.choice(texts)
        start = chance.randrange(len(text))
        piece = text[start : start + int(20 * 150 ** chance.random())]
        lines = piece.split("\n")
        kind = chance.randrange(8)
        if kind == 0:
            piece = piece.replace(". ", ".\n").replace(", ", "\n")
        elif kind == 1:
            piece = "\n".join(chance.choices(lines, k=2 * len(lines)))
        if piece.strip():
            cut.append(piece)
    return cut


def parity(texts: list[str]) -> dict[str, list[bool]]:
    """Whether each preset `datatrove-...` keeps each text."""
    from cleaning.rules.apply import Asked, first_broken
    from cleaning.rules.parity import PRESETS
    from cleaning.signals.published import parity
    from cleaning.text.batch import Batch, slices

    kept: dict[str, list[bool]] = {name: [] for name in PARITY}
    for start, stop in slices(texts):
        number = stop - start
        values = parity._parity.values(Batch(texts[start:stop]), None, [])
        documents = Asked(["es"] * number, ["web"] * number, ["jsonl"] * number, [""] * number)
        for name in PARITY:
            broken = first_broken(PRESETS[f"datatrove-{name}"], values, documents)
            kept[name] += [one is None for one in broken]
    return kept


def datatrove_peer(folder: Path) -> dict[str, Any]:
    """The verdicts and reasons of each filter, with given words and with its own, and the seconds of the latter."""
    from datatrove.data import Document
    from datatrove.pipeline.filters import (
        C4QualityFilter,
        FineWebQualityFilter,
        GopherQualityFilter,
        GopherRepetitionFilter,
        fineweb_quality_filter,
        gopher_quality_filter,
        gopher_repetition_filter,
    )

    modules = (gopher_quality_filter, gopher_repetition_filter, fineweb_quality_filter)
    texts, words, few = (
        json.loads((folder / f"{n}.json").read_text()) for n in ("texts", "words", "few")
    )
    grams = ((5, 0.145), (6, 0.136), (7, 0.127), (8, 0.117), (9, 0.108), (10, 0.099))
    filters = {
        "gopher_quality": GopherQualityFilter(
            min_avg_word_length=3,
            max_avg_word_length=14,
            max_non_alpha_words_ratio=0.825,
            stop_words=STOP_WORDS,
            language="spa",
        ),
        "gopher_repetition": GopherRepetitionFilter(
            dup_line_frac=0.252,
            dup_para_frac=0,
            dup_line_char_frac=0,
            dup_para_char_frac=0,
            top_n_grams=((2, 0.156), (3, 0.14), (4, 0.125)),
            dup_n_grams=grams,
            language="spa",
        ),
        "fineweb": FineWebQualityFilter(
            line_punct_thr=0.182,
            short_line_thr=999,
            char_duplicates_ratio=0.1,
            new_line_ratio=0.138,
            language="spa",
        ),
    }

    strict = json.loads((folder / "pieces.json").read_text())
    cut = {name.replace("_", "-"): one for name, one in filters.items()}
    cut["c4"] = C4QualityFilter(language="spa")
    kept = {
        name: [one.filter(Document(text=text, id="")) is True for text in strict]
        for name, one in cut.items()
    }

    def verdicts(texts: list[str]) -> dict[str, list[str]]:
        by_filter = {}
        for name, one in filters.items():
            rows = [one.filter(Document(text=text, id="")) for text in texts]
            by_filter[name] = ["" if row is True else row[1] for row in rows]
        return by_filter

    own = [module.split_into_words for module in modules]
    words_of = dict(zip(texts, words, strict=True))
    for module in modules:
        module.split_into_words = lambda text, language: words_of[text]
    with_ours = verdicts(texts)
    for module, function in zip(modules, own, strict=True):
        module.split_into_words = function
    verdicts(few[:2])  # loads spaCy
    print("turn", flush=True)
    seconds = []
    for _ in sys.stdin:
        begun = time.process_time()
        verdicts(few)
        seconds.append(time.process_time() - begun)
        print("turn", flush=True)
    return {"given": with_ours, "own": verdicts(texts), "seconds": seconds, "kept": kept}


def measure(quick: bool) -> dict[str, Any]:
    """The figures of this machine."""
    from cleaning.language.cascade import cascade, cascade_digest
    from cleaning.rules.apply import Asked, first_broken
    from cleaning.rules.fineweb2_es import RULES
    from cleaning.signals.measures import FIELDS
    from cleaning.signals.published import published
    from cleaning.signals.signals import ALWAYS, GROUPS, LIGHT, compute
    from cleaning.text.batch import Batch, slices
    from tests.benchmarks.deduplicate.signatures import spanish_texts
    from tests.benchmarks.peers import by_turns
    from tests.benchmarks.rules import c4

    texts = [t for t in dict.fromkeys(spanish_texts(3 if quick else 24)) if t.strip()]
    texts = [text for text in texts if len(text) < 60_000][: 300 if quick else 4000]
    few = texts[:: max(1, len(texts) // (40 if quick else 150))]
    parts = {
        "gopher_repetition": [r for r in RULES if "gram" in r.name or r.name == "duplicate_lines"],
        "fineweb": [r for r in RULES if r.name in _FINEWEB],
        "gopher_quality": [r for r in RULES if r.name in _QUALITY],
    }
    model = cascade(cascade_digest())
    light = [name for name in GROUPS["text"].types if name in LIGHT]

    def plain(batch: Batch, number: int) -> dict[str, Any]:
        values = compute(batch, {"language": ["es"] * number}, light)
        for of in (published._newlines, published._of_text):
            values |= of.values(batch, None, [values[name] for name in of.reads])
        return values

    def every(batch: Batch, number: int) -> dict[str, Any]:
        values: dict[str, Any] = {name: [None] * number for name in FIELDS}
        values["domain"] = ["web"] * number
        for name in (*ALWAYS, "published"):
            group = GROUPS[name]
            values |= group.compute(batch, values, model if name == "text" else None)
        return values

    def ours(
        texts: list[str], signals: Callable[[Batch, int], dict[str, Any]]
    ) -> dict[str, list[str]]:
        by_part: dict[str, list[str]] = {name: [] for name in parts}
        for start, stop in slices(texts):
            batch, number = Batch(texts[start:stop]), stop - start
            values = signals(batch, number)
            documents = Asked(["es"] * number, ["web"] * number, ["jsonl"] * number, [""] * number)
            for name, rules in parts.items():
                broken = first_broken(rules, values, documents)
                by_part[name] += ["" if one is None else one[0] for one in broken]
        return by_part

    verdicts = ours(texts, plain)
    seconds: dict[str, list[float]] = {"": [], "_every": []}
    ours(few[:2], every)  # loads what it needs

    def turn() -> None:
        took: dict[str, list[float]] = {"": [], "_every": []}
        for kind, signals in (("", plain), ("_every", every)) * 3:
            begun = time.process_time()
            ours(few, signals)
            took[kind].append(time.process_time() - begun)
        for kind, three in took.items():
            seconds[kind].append(min(three))

    words = []
    for start, stop in slices(texts):
        batch = Batch(texts[start:stop])
        for i, text in enumerate(batch.texts):
            a, b, at = batch.word_first[i], batch.word_first[i + 1], batch.start[i]
            spans = zip(batch.word_start[a:b] - at, batch.word_end[a:b] - at, strict=True)
            words.append([text[s:e] for s, e in spans])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cut = list(dict.fromkeys([*texts, *pieces(texts, 1000 if quick else 16_000)]))
        for file, value in (("texts", texts), ("words", words), ("few", few), ("pieces", cut)):
            (folder / f"{file}.json").write_text(json.dumps(value))
        theirs = by_turns(__file__, "datatrove", folder, turn)
    size = sum(len(text.encode()) for text in few) / 1e6
    figures: dict[str, Any] = {"of": len(texts), "documents_timed": len(few)}
    for kind, own in seconds.items():
        figures[f"mb_s_core{kind}"] = round(size / median(own), 1)
        figures[f"ratio_datatrove{kind}"] = theirs and round(
            median(b / a for a, b in zip(own, theirs["seconds"], strict=True)), 1
        )
    figures["mb_s_core_datatrove"] = theirs and round(size / median(theirs["seconds"]), 3)
    figures["agreement"] = None
    if theirs is None:
        return figures
    figures |= _parity(parity(cut), theirs["kept"], 200 if quick else 4000, len(texts))
    figures |= c4.measure(cut, len(texts)) or {}
    differ: dict[str, Counter[str]] = {"agreement": Counter(), "own_words": Counter()}
    for name in FILTERS:
        for key, by_part in (("agreement", theirs["given"]), ("own_words", theirs["own"])):
            pairs = list(zip(verdicts[name], by_part[name], strict=True))
            same = sum(bool(a) == bool(b) for a, b in pairs)
            figures[f"{key}_{name}"] = round(same / len(texts), 4)
            differ[key].update(
                f"{name}: {a or b}, {'ours' if a else 'theirs'}"
                for a, b in pairs
                if bool(a) != bool(b)
            )
    figures["agreement"] = min(figures[f"agreement_{name}"] for name in FILTERS)
    figures["removed"] = {name: sum(map(bool, verdicts[name])) for name in FILTERS}
    figures["differ"] = dict(differ["agreement"].most_common())
    figures["differ_own_words"] = dict(differ["own_words"].most_common())
    return figures


def _parity(
    ours: dict[str, list[bool]], theirs: dict[str, list[bool]], of: int, whole: int
) -> dict[str, Any]:
    """How many verdicts are equal, over as many kept as removed by the peer, as far as there are so many.

    The first `whole` texts are documents.
    """
    figures: dict[str, Any] = {"parity_of": of}
    figures |= {"parity_removed": {}, "parity_whole": {}, "parity_differ": {}}
    for name in PARITY:
        kept = [i for i, one in enumerate(theirs[name]) if one]
        removed = [i for i, one in enumerate(theirs[name]) if not one]
        few = min(len(kept), len(removed), of // 2)
        less, more = sorted((kept, removed), key=len)
        chosen = less[:few] + more[: of - few]
        differ = [i for i in chosen if ours[name][i] != theirs[name][i]]
        key = name.replace("-", "_")
        figures[f"parity_{key}"] = round(1 - len(differ) / len(chosen), 5)
        figures["parity_removed"][key] = sum(not theirs[name][i] for i in chosen)
        figures["parity_whole"][key] = sum(i < whole for i in chosen)
        figures["parity_differ"][key] = len(differ)
    return figures


_FINEWEB = {"end_marks", "lines_per_word", "duplicate_line_characters"}
_QUALITY = {
    *("words", "word_length", "alphabetic_words", "stop_words"),
    *("hashes", "ellipses", "bullet_lines", "ellipsis_lines"),
}

if __name__ == "__main__":
    if "--peer" in sys.argv:
        what, where = sys.argv[sys.argv.index("--peer") + 1 :]
        print(json.dumps(datatrove_peer(Path(where))))
    else:
        sys.path.insert(0, str(Path(__file__).parents[3]))
        print(json.dumps({"benchmark": "filters", "figures": measure("--quick" in sys.argv)}))
