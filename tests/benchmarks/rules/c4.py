"""How the preset `c4-lines` does beside datatrove's filter of C4: its lines, and the verdict on what they leave.

Both in datatrove's settings (lines of three words, pages of five sentences), and datatrove is given our sentences. Ours
cuts the lines, and the rules `few_sentences`, `braces` and `lorem_ipsum` of `c4` are asked of what is left: in a recipe
these are asked of the text as it came, since a document is measured once.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

CITATION = re.compile(r"\[\d*]|\[edit]|\[citation needed]")  # datatrove takes these out of a line
RULES = {"few_sentences", "braces", "lorem_ipsum"}


def datatrove_peer(folder: Path) -> list[tuple[str, list[str]]]:
    """Of each text the reason why it goes, and the lines that are left of one that stays."""
    from datatrove.data import Document
    from datatrove.pipeline.filters import C4QualityFilter, c4_filters

    texts, sentences = (json.loads((folder / f"{n}.json").read_text()) for n in ("texts", "lines"))
    c4_filters.split_into_sentences = lambda line, language: range(sentences[line])
    c4, rows = C4QualityFilter(language="spa"), []
    for text in texts:
        document = Document(text=text, id="")
        kept = c4.filter(document)
        rows.append(("", document.text.split("\n")) if kept is True else (kept[1], []))
    return rows


def measure(texts: list[str], documents: int) -> dict[str, Any] | None:
    """Over texts, of which the first are whole documents; None without the peer."""
    from tests.benchmarks.peers import peer

    lines = list({CITATION.sub("", line.strip()) for text in texts for line in text.splitlines()})
    counted = dict(zip(lines, _measured(lines)["sentences"], strict=True))
    with tempfile.TemporaryDirectory() as name:
        for file, value in (("texts", texts), ("lines", counted)):
            Path(name, f"{file}.json").write_text(json.dumps(value))
        theirs = peer(__file__, "datatrove", Path(name))
    if theirs is None:
        return None
    left = _left(texts)
    verdicts = _verdicts(left)
    same = [bool(ours) == bool(reason) for ours, (reason, _) in zip(verdicts, theirs, strict=True)]
    differ = Counter(
        f"{ours or reason}, {'ours' if ours else 'theirs'}"
        for ours, (reason, _) in zip(verdicts, theirs, strict=True)
        if bool(ours) != bool(reason)
    )
    both = [i for i, (reason, _) in enumerate(theirs) if not reason and not verdicts[i]]
    number = apart = 0
    kinds: Counter[str] = Counter()
    for i in both:
        ours, other = Counter(_lines(left[i])), Counter(theirs[i][1])
        number += other.total()
        of_text = [_kind(line, "ours") for line in (ours - other).elements()]
        of_text += [_kind(line, "theirs") for line in (other - ours).elements()]
        apart += len(of_text)
        kinds.update(of_text)
    return {
        "agreement_c4": round(sum(same[:documents]) / documents, 4),
        "agreement_c4_pieces": round(sum(same[documents:]) / (len(same) - documents), 4),
        "removed_c4": sum(bool(reason) for reason, _ in theirs),
        "differ_c4": dict(differ.most_common()),
        "lines_c4": number,
        "agreement_c4_lines": round(1 - apart / number, 4),
        "differ_c4_lines": dict(kinds.most_common()),
    }


def _left(texts: list[str]) -> list[str]:
    """What the preset leaves of each text."""
    import numpy as np

    from cleaning.filter.edits import edited
    from cleaning.rules.rule import Rule
    from cleaning.rules.rules import resolve
    from cleaning.text.batch import slices
    from cleaning.view import apply

    rules = resolve(["c4-lines", Rule(name="c4_words", min=3)])
    left = list(texts)
    for start, stop in slices(texts):
        asked = [(rule, np.ones(stop - start, bool)) for rule in rules]
        for index, edits in edited(texts[start:stop], [], asked, known=False):
            left[start + index] = apply(texts[start + index], edits)
    return left


def _verdicts(texts: list[str]) -> list[str]:
    """The first rule that each text breaks."""
    from cleaning.rules.apply import Asked, first_broken
    from cleaning.rules.rule import Rule
    from cleaning.rules.rules import resolve

    rules = [
        rule for rule in resolve(["c4", Rule(name="few_sentences", min=5)]) if rule.name in RULES
    ]
    several = len(texts)
    asked = Asked(["es"] * several, ["web"] * several, ["jsonl"] * several, [""] * several)
    return ["" if one is None else one[0] for one in first_broken(rules, _measured(texts), asked)]


def _measured(texts: list[str]) -> dict[str, Any]:
    """The signals of C4."""
    from cleaning.signals.published import published
    from cleaning.text.batch import Batch, slices

    values: dict[str, list[Any]] = {}
    for start, stop in slices(texts):
        for name, column in published._c4.values(Batch(texts[start:stop]), None, []).items():
            values.setdefault(name, []).extend(column.tolist())
    return values


def _lines(text: str) -> list[str]:
    return [CITATION.sub("", line.strip()) for line in text.splitlines() if line.strip()]


def _kind(line: str, who: str) -> str:
    """Why a line stays with one of both."""
    if line.endswith(tuple("»”)]")):
        why = "ends in » ” ) ]"
    elif len(line.split()) < 3 or len(re.findall(r"\w+", line)) < 3:
        why = "three words"
    else:
        why = "other"
    return f"{why}, {who}"


if __name__ == "__main__":
    print(json.dumps(datatrove_peer(Path(sys.argv[-1]))))
