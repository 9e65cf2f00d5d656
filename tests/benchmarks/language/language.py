"""Which language: our cascade beside lid.176 alone, py3langid and cld2, as confusion tables.

Sentences are the half of `lid` that our model was not trained on; windows are 200 characters of `text`, at most 3,000 a
language; paragraphs are those of `text` from 200 characters on, at most 1,000. Help texts have English strings that
nobody translated: a window or paragraph that is not said to be English and holds two different English function words
is left out, whoever calls it what. Figures: `macro_f1` of windows over es, ca, gl, eu, pt, en, fr, it; `leaked`,
windows of the worst other language that are called Spanish, of `of_language`; `leaked_untouched`, the same of those by
which no word of the cascade was chosen (every second one), and `leak_bound`, the share below which the leak is with a
confidence of 95 % by these (Clopper and Pearson 1934); `macro_f1_paragraph`, `macro_f1_sentence` and
`gl_to_es_sentence`, `pt_to_gl_sentence`, `gl_to_pt_sentence` (shares) of paragraphs and sentences;
`macro_f1_lid176` and `macro_f1_best_peer` of windows, the others' best peers (null where one is not built);
`ratio_lid176`, our speed over that of lid.176 as fastText itself asks it, in CPU seconds, sentences.
"""

from __future__ import annotations

import json
import random
import re
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

EIGHT = ("es", "ca", "gl", "eu", "pt", "en", "fr", "it")
ENGLISH = {"the", "of", "and", "is", "with", "for", "this", "that", "be", "from", "to", "you"}
WINDOW = 200
SPANISH = ("legal", "literature", "parliamentary", "technical", "technical_help", "biomedical")

Texts = list[tuple[str, str]]  # language, text


def peers(folder: Path, what: str) -> list[list[str]]:
    """The labels that a peer gives to the texts of each set."""
    sets: list[list[str]] = json.loads((folder / "texts.json").read_text())
    if what == "py3langid":
        import py3langid

        return [[py3langid.classify(text)[0] for text in texts] for texts in sets]
    import pycld2

    return [[pycld2.detect(text)[2][0][1] for text in texts] for texts in sets]


def sentences() -> Texts:
    """The second half of each source of `lid`."""
    import zstandard

    from tests.benchmarks.peers import SHARED

    seen: Counter[tuple[str, str]] = Counter()
    drawn: Texts = []
    with zstandard.open(SHARED / "data/lid/sentences.tsv.zst", "rt", newline="\n") as rows:
        next(rows)
        for row in rows:
            label, text, source = row.rstrip("\n").split("\t")
            place = seen[label, source]
            seen[label, source] += 1
            if place >= 500 if source.startswith("NTREX") else place % 2:
                drawn.append((label.partition("-")[0], text))
    return drawn


def windows(most: int) -> Texts:
    """Windows of real texts, the same each time."""
    return _chosen(_windows_of, most)


def _windows_of(text: str) -> list[str]:
    text = " ".join(text.split())
    return [text[at : at + WINDOW] for at in range(0, len(text) - WINDOW, WINDOW)]


def paragraphs(most: int) -> Texts:
    """Paragraphs of real texts, the same each time."""
    return _chosen(lambda text: [p for p in text.split("\n") if len(p) >= WINDOW], most)


def _chosen(parts: Callable[[str], list[str]], most: int) -> Texts:
    import zstandard

    from tests.benchmarks.peers import SHARED

    def texts(name: str) -> Iterator[str]:
        with zstandard.open(SHARED / f"data/text/{name}.jsonl.zst", "rt", encoding="utf-8") as file:
            for line in file:
                lines = json.loads(line)["text"].split("\n")
                yield "\n".join(" ".join(one.split()) for one in lines)

    chosen: Texts = []
    for language in EIGHT:
        names = SPANISH if language == "es" else (f"other/{language}",)
        parts_there = [part for name in names for text in texts(name) for part in parts(text)]
        random.Random(3).shuffle(parts_there)
        sound = [
            text for text in parts_there if _prose(text) and (language == "en" or _native(text))
        ]
        chosen += [(language, text) for text in sound[:most]]
    return chosen


def _prose(text: str) -> bool:
    return sum(map(str.isalpha, text)) >= 0.6 * len(text)


def _native(text: str) -> bool:
    return len(ENGLISH & set(re.findall(r"[a-z]+", text.lower()))) < 2


def macro_f1(truth: Sequence[str], labels: Sequence[str]) -> float:
    """Over the eight languages, of the texts in them."""
    right, wrong, missed = Counter[str](), Counter[str](), Counter[str]()
    for true, label in zip(truth, labels, strict=True):
        if true in EIGHT:
            right[true] += true == label
            missed[true] += true != label
            wrong[label] += true != label
    parts = [2 * right[n] / (2 * right[n] + wrong[n] + missed[n]) for n in EIGHT]
    return sum(parts) / len(parts)


def table(name: str, truth: Sequence[str], labels: Sequence[str]) -> Counter[tuple[str, str]]:
    """Prints the confusion table, and gives it."""
    cells = Counter(zip(truth, labels, strict=True))
    shown = [*EIGHT, "ast", "oc", "an", "und"]
    print(f"{name:24} {' '.join(f'{n:>5}' for n in shown)} other")
    for true in dict.fromkeys(truth):
        row = [cells[true, label] for label in shown]
        rest = sum(n for (t, _), n in cells.items() if t == true) - sum(row)
        print(f"{true:24} {' '.join(f'{n:5}' for n in row)} {rest:5}")
    return cells


def measure(quick: bool) -> dict[str, float | None]:
    """The figures of this machine."""
    import fasttext
    from scipy.stats import beta

    from cleaning.language.cascade import cascade, cascade_digest
    from cleaning.language.identify import CANDIDATES, sample
    from cleaning.language.weights import find_model
    from cleaning.models.fasttext_file import LABEL
    from cleaning.text.batch import Batch, slices
    from tests.benchmarks.peers import peer

    broad, both = fasttext.load_model(str(find_model())).f, cascade(cascade_digest())
    sets = [
        sentences(),
        windows(300 if quick else 3000),
        paragraphs(100 if quick else 1000),
    ]
    texts = [[text for _, text in one] for one in sets]
    truth = [[language for language, _ in one] for one in sets]

    def ours(texts: list[str]) -> list[str]:
        parts = (both.languages(Batch(texts[a:b])).guesses for a, b in slices(texts))
        return [guess.language for part in parts for guess in part]

    def lid176(texts: list[str]) -> list[str]:
        lines = (" ".join(sample(text).lower().split()) for text in texts)
        predicted = [
            line and broad.predict(f"{line}\n", CANDIDATES, 0.0, "strict") for line in lines
        ]
        return [one[0][1].removeprefix(LABEL) if one else "und" for one in predicted]

    seconds = defaultdict(list)
    for _ in range(3):
        for name, function in (("ours", ours), ("lid176", lid176)):
            begun = time.process_time()
            function(texts[0])
            seconds[name].append(time.process_time() - begun)
    labels = {"ours": [ours(t) for t in texts], "lid176": [lid176(t) for t in texts]}
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "texts.json").write_text(json.dumps(texts))
        for name in ("py3langid", "cld2"):
            labels[name] = peer(__file__, name, Path(folder))
    f1 = {n: [macro_f1(*p) for p in zip(truth, ls, strict=True)] for n, ls in labels.items() if ls}
    for name, (sentence, window, paragraph) in f1.items():
        print(f"{name:12} sentences {sentence:.4f} paragraphs {paragraph:.4f} windows {window:.4f}")
    by_sentence = table("ours, sentences", truth[0], labels["ours"][0])
    table("ours, paragraphs", truth[2], labels["ours"][2])
    cells = table("ours, windows", truth[1], labels["ours"][1])
    worst = max((n for n in EIGHT if n != "es"), key=lambda n: cells[n, "es"])
    # The words were chosen on the first, third, ... window of each language.
    untouched = {
        n: [label for true, label in zip(truth[1], labels["ours"][1], strict=True) if true == n][
            1::2
        ]
        for n in EIGHT
        if n != "es"
    }
    leaks, of = max((predicted.count("es"), len(predicted)) for predicted in untouched.values())
    others = [scores for name, scores in f1.items() if name != "ours"]

    def best_peer(place: int) -> float | None:
        """The best of the others; null where one of them is not there, which may be the best."""
        all_there = len(f1) == len(labels)
        return round(max(scores[place] for scores in others), 4) if all_there else None

    return {
        "sentences": len(truth[0]),
        "windows": len(truth[1]),
        "paragraphs": len(truth[2]),
        "macro_f1": round(f1["ours"][1], 4),
        "leaked": cells[worst, "es"],
        "of_language": truth[1].count(worst),
        "leaked_untouched": leaks,
        "leak_bound": round(float(beta.ppf(0.95, leaks + 1, of - leaks)), 5),
        "macro_f1_paragraph": round(f1["ours"][2], 4),
        "macro_f1_sentence": round(f1["ours"][0], 4),
        **{
            f"{true}_to_{label}_sentence": round(by_sentence[true, label] / truth[0].count(true), 4)
            for true, label in (("gl", "es"), ("pt", "gl"), ("gl", "pt"))
        },
        "macro_f1_lid176": round(f1["lid176"][1], 4),
        "macro_f1_best_peer": best_peer(1),
        "macro_f1_paragraph_best_peer": best_peer(2),
        "macro_f1_sentence_best_peer": best_peer(0),
        "ratio_lid176": round(min(seconds["lid176"]) / min(seconds["ours"]), 2),
    }


if __name__ == "__main__":
    if "--peer" in sys.argv:
        what, where = sys.argv[sys.argv.index("--peer") + 1 :]
        print(json.dumps(peers(Path(where), what)))
    else:
        sys.path.insert(0, str(Path(__file__).parents[3]))
        print(json.dumps({"benchmark": "language", "figures": measure("--quick" in sys.argv)}))
