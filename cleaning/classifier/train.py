"""The kernel of `classifier`: holds some of the examples out, trains, and says what it gets wrong."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from cleaning.classifier.examples import Example, Unread, distinct, enough, examples_of
from cleaning.classifier.stage import GOOD, Training
from cleaning.models import importance, linear
from pipeline.errors import TahonaError
from pipeline.model.stage import Work

OTHER = "other"  # what a model of importance tells `good` from


def train_classifier(work: Work[Training]) -> None:
    """Writes the model (`classifier.npz`) and its figures on the examples held out (`held_out.json`)."""
    params = work.params
    unread: Unread = {}
    files = zip(params.names, work.inputs["examples"], strict=True)
    examples = distinct(
        example
        for (group, name), file in files
        for example in examples_of(file.path, group, name, params, unread)
    )
    counts = Counter(example.label for example in examples)
    groups = {group for group, _ in params.names} if params.label is None else set()
    for label in sorted(groups | set(counts), key=lambda label: (counts[label], label)):
        enough(label, counts[label])
    if len(counts) < 2:
        raise TahonaError(f"a classifier needs two labels at least; there is {sorted(counts)}")
    is_out = np.array([_is_held_out(example.origin, params.held_out) for example in examples])
    for label in counts:
        mine = [i for i, example in enumerate(examples) if example.label == label]
        if is_out[mine].all() or not is_out[mine].any():  # by chance, where they are few
            is_out[mine] = False
            is_out[mine[:: max(round(1 / params.held_out), 2)]] = True
    seen = [example for example, out in zip(examples, is_out, strict=True) if not out]
    unseen = [example for example, out in zip(examples, is_out, strict=True) if out]
    dumped, truth, predicted = _LEARN[params.kind](params, seen, unseen)
    name = "classifier.bin" if params.kind == "fasttext" else "classifier.npz"
    work.output("model", name).write_bytes(dumped)
    report = {
        "examples": dict(sorted(counts.items())),
        "unread": {name: len(records) for name, records in sorted(unread.items())},
        **figures(truth, predicted),
    }
    text = json.dumps(report, indent=1, ensure_ascii=False)
    work.output("figures", "held_out.json").write_text(text + "\n", encoding="utf-8")
    work.figures = {"labels": sorted(report["labels"]), "macro_f1": report["macro_f1"]}


def _regression(
    params: Training, seen: Sequence[Example], unseen: Sequence[Example]
) -> tuple[bytes, list[str], list[str]]:
    """The file of a model, and of the examples that it did not see the labels and what it calls them."""
    model = linear.train(
        [example.text for example in seen],
        [example.label for example in seen],
        bits=params.bits,
        penalty=params.penalty,
        iterations=params.iterations,
        features=linear.FEATURES + linear.INSIDE * params.inside,
    )
    chances = model.probabilities([example.text for example in unseen])
    predicted = [model.labels[i] for i in chances.argmax(axis=1)]
    return model.dump(), [example.label for example in unseen], predicted


def _importance(
    params: Training, seen: Sequence[Example], unseen: Sequence[Example]
) -> tuple[bytes, list[str], list[str]]:
    """The same of a model that tells `good` from all other labels."""
    if not any(example.label == GOOD for example in seen):
        raise TahonaError(f"importance is that of the label {GOOD!r}, which no example has")
    target, source = ([e.text for e in seen if (e.label == GOOD) == good] for good in (True, False))
    model = importance.train(target, source, params.bits)
    likelier = model.per_word([example.text for example in unseen]) > 0
    truth = [GOOD if example.label == GOOD else OTHER for example in unseen]
    return model.dump(), truth, [GOOD if good else OTHER for good in likelier]


def _fasttext(
    params: Training, seen: Sequence[Example], unseen: Sequence[Example]
) -> tuple[bytes, list[str], list[str]]:
    """The same of a model of fastText."""
    from cleaning.models import fasttext_library

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.bin")
        texts, labels = [e.text for e in seen], [e.label for e in seen]
        fasttext_library.train(path, texts, labels, params.bits, params.inside)
        model = fasttext_library.load(path)
        chances = model.probabilities([example.text for example in unseen])
        predicted = [model.labels[i] for i in chances.argmax(axis=1)]
        return path.read_bytes(), [example.label for example in unseen], predicted


_LEARN = {"regression": _regression, "importance": _importance, "fasttext": _fasttext}


def _is_held_out(origin: str, share: float) -> bool:
    """By the text itself, so that the pieces of one are on one side."""
    return int(origin[:8], 16) < share * 2**32


def figures(truth: Sequence[str], predicted: Sequence[str]) -> dict[str, Any]:
    """Precision, recall and F1 of each label, their mean, and the confusion table by true label."""
    cells = Counter(zip(truth, predicted, strict=True))
    labels = sorted({*truth, *predicted})
    by_label: dict[str, dict[str, float]] = {}
    for label in labels:
        right = cells[label, label]
        called, are = predicted.count(label), truth.count(label)
        by_label[label] = {
            "precision": round(right / called, 4) if called else 0.0,
            "recall": round(right / are, 4) if are else 0.0,
            "f1": round(2 * right / (called + are), 4),
            "held_out": are,
        }
    confusion = {
        true: {label: cells[true, label] for label in labels if cells[true, label]}
        for true in labels
    }
    mean = sum(row["f1"] for row in by_label.values()) / max(len(by_label), 1)
    return {"macro_f1": round(mean, 4), "labels": by_label, "confusion": confusion}
