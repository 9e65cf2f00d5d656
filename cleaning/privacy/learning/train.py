"""Makes `network/tagger.npz`: `python -m cleaning.privacy.learning.train LOTS TEXTS MODEL [--without LOT ...]`.

LOTS holds lots of items (`LOT.txt`, `variations.py`), TEXTS foreign text as JSON lines (`NAME.jsonl.zst`, field
`text`), of which each second document is read: whatever the patterns find there is personal data, all else is none.
Beside them invented lines (`lines.py`, `phrases.py`), and such without personal data (`negatives.py`). What is learnt
is the chance of each kind for each token, by Adam (Kingma and Ba 2015) with weights that decay (Loshchilov and Hutter
2019). One thread and a fixed order: the same texts give the same network on the same machine.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
import zstandard
from torch import Tensor, nn
from torch.nn import functional as F

from cleaning.privacy.kinds import KINDS, MASKED
from cleaning.privacy.learning.lines import lines
from cleaning.privacy.learning.negatives import negatives
from cleaning.privacy.learning.phrases import sentences
from cleaning.privacy.learning.variations import (
    PARTLY,
    Example,
    as_seen,
    by_kind,
    joined,
    left,
    of_lot,
    varied,
)
from cleaning.privacy.network.features import FEATURES
from cleaning.privacy.network.layers import PAD
from cleaning.privacy.network.tagger import DILATION, TAPS, Tagger, tokens_of
from cleaning.privacy.network.tokens import END, START
from cleaning.privacy.placeholders import placeholder
from cleaning.privacy.privacy import find_personal

LEARNT = tuple(kind for kind in KINDS if kind != "name")
LIMIT = 0.3  # mean logit of a find
LIMITS = {"address": 1.5, "record": 0.7, "college": 1.5, "handle": 0.5}  # of these kinds
BITS, WIDTH, HIDDEN = 16, 32, 64
PASSES, VARIANTS = 8, 2  # of each item, in each pass, with some of it masked by chance
LEFT = 2  # and with that masked which the patterns find
INVENTED, SENTENCES, NEGATIVES = 8000, 18000, 6000  # lines in each pass
FOREIGN = 800_000  # rows of foreign text
LONGEST = 60_000  # code points of a document that are read
MOST = 1_200  # rows of a document
ROWS_AT_ONCE = 6_000
RATE, DECAY, WARM = 4e-3, 1e-3, 50
NEGATIVE_WEIGHT = 0.7  # weight of a token that is no personal data
DROPPED, HIDDEN_DROPPED = 0.2, 0.2  # features and hidden values that a pass leaves out
KEPT = 0.995  # of the average of the weights, at each step of the last passes
AVERAGED = 3  # passes over which they are averaged
LEVELS = 127  # of a weight on either side of zero

# A name behind an @ in foreign text is one of a person or a word of a program: it counts for nothing, but these.
_MAY_BE_HANDLE = re.compile(
    r"(?<![\w.@/-])@(?!(?i:media|import|param|return|author|version|test|charset|font-face|keyframes|include|if|else|end)"
    r"\b|[A-Z][a-z]+(?:[A-Z]|\())[A-Za-z0-9_][\w.]{2,29}(?![\w@/({:])"
)
# Features, and the answer: -1 counts for nothing.
Rows = tuple[npt.NDArray[np.uint16], npt.NDArray[np.int8]]


class Network(nn.Module):
    """What `Tagger` is while it learns."""

    def __init__(self) -> None:
        super().__init__()
        self.table = nn.Parameter(torch.randn(1 << BITS, WIDTH) * 0.1)
        self.first = nn.Conv1d(WIDTH, HIDDEN, TAPS, padding=TAPS // 2)
        reach = TAPS // 2 * DILATION
        self.second = nn.Conv1d(HIDDEN, HIDDEN, TAPS, padding=reach, dilation=DILATION)
        self.last = nn.Linear(HIDDEN, len(LEARNT) + 1)

    def forward(self, features: Tensor) -> Tensor:
        """The logits [rows, kinds + 1] of features [rows, FEATURES]."""
        used = (features > 0) & (torch.rand(features.shape) >= (DROPPED if self.training else 0))
        vectors = (F.embedding(features, self.table) * used[..., None]).sum(1)
        hidden = F.relu(self.first(vectors.T[None]))
        hidden = F.dropout(hidden, HIDDEN_DROPPED, self.training)
        hidden = F.relu(self.second(hidden))
        hidden = F.dropout(hidden, HIDDEN_DROPPED, self.training)
        answers: Tensor = self.last(hidden[0].T)
        return answers


def rows(example: Example) -> Rows | None:
    """The features and answers of the tokens of an example; None where none is near what may be personal data."""
    tokens, near, features = tokens_of(example.text, BITS)
    if not len(near):
        return None
    answers = np.zeros(len(tokens), np.int8)
    for start, end, kind in example.values:
        first = np.searchsorted(tokens[:, END], start, "right")
        last = np.searchsorted(tokens[:, START], end, "left")
        if kind in LEARNT:
            answers[first:last] = LEARNT.index(kind) + 1
        elif kind == PARTLY:
            answers[first:last] = -1
    apart = np.zeros(len(near), np.int64)
    apart[1:] = np.cumsum(np.diff(near) > 1) * PAD  # as `embedded` cuts windows
    places = np.arange(len(near)) + apart + PAD
    wide = np.zeros((int(places[-1]) + 1 + PAD, FEATURES), np.uint16)
    wide[places] = features
    answer = np.full(len(wide), -1, np.int8)
    answer[places] = answers[near]
    return wide, answer


def foreign(folder: Path, draw: random.Random) -> list[Rows]:
    """Rows of foreign texts, half of which have what the patterns find masked."""
    documents = [text for path in sorted(folder.glob("*.jsonl.zst")) for text in _texts(path)[::2]]
    draw.shuffle(documents)
    taken, many = [], 0
    for text in documents:
        text = text[:LONGEST]
        finds = find_personal(text, LEARNT, network=False)  # the patterns alone
        values = [(one.start, one.end, one.kind) for one in finds]
        if draw.random() < 0.5:
            for start, end, kind in reversed(values):
                text = text[:start] + placeholder(kind) + text[end:]
            values = []
        values += [
            (one.start(), one.end(), PARTLY)
            for one in _MAY_BE_HANDLE.finditer(text)
            if not any(start < one.end() and one.start() < end for start, end, _ in values)
        ]
        one = rows(as_seen(text, sorted(values)))
        if one is None:
            continue
        begin = draw.randrange(max(1, len(one[0]) - MOST))
        taken.append((one[0][begin : begin + MOST], one[1][begin : begin + MOST]))
        many += len(taken[-1][0])
        if many >= FOREIGN:
            break
    return taken


def _texts(path: Path) -> list[str]:
    with path.open("rb") as file:
        reader = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(file), "utf-8")
        return [json.loads(line)["text"] for line in reader]


def _batches(taken: Sequence[Rows]) -> Iterator[tuple[Tensor, Tensor]]:
    features: list[npt.NDArray[np.uint16]] = []
    answers: list[npt.NDArray[np.int8]] = []
    for at, (one, answer) in enumerate(taken):
        features.append(one)
        answers.append(answer)
        if sum(map(len, features)) >= ROWS_AT_ONCE or at == len(taken) - 1:
            yield (
                torch.from_numpy(np.concatenate(features).astype(np.int64)),
                torch.from_numpy(np.concatenate(answers).astype(np.int64)),
            )
            features, answers = [], []


def trained(items: list[Example], texts: Sequence[Rows], draw: random.Random) -> Network:
    """A network that has seen items, invented lines and foreign text."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    network = Network()
    others = by_kind(items)
    weights = torch.ones(len(LEARNT) + 1)
    weights[0] = NEGATIVE_WEIGHT
    decaying = [one for name, one in network.named_parameters() if name != "table"]
    groups: list[dict[str, Any]] = [
        {"params": [network.table], "weight_decay": 0.0},
        {"params": decaying},
    ]
    optimizer = torch.optim.AdamW(
        groups,
        lr=RATE,
        weight_decay=DECAY,
    )
    step = 0
    average = [one.detach().clone() for one in network.parameters()]
    for turn in range(PASSES):
        taken = [*_written(items, others, draw), *texts]
        draw.shuffle(taken)
        batches = list(_batches(taken))
        loss_of_all = 0.0
        for features, answers in batches:
            done = (turn + step / len(batches)) / PASSES
            for group in optimizer.param_groups:
                group["lr"] = (
                    RATE * min(1.0, (turn * len(batches) + step + 1) / WARM) * max(0.02, 1 - done)
                )
            loss = F.cross_entropy(network(features), answers, weights, ignore_index=-1)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            begun = turn >= PASSES - AVERAGED
            for mean, one in zip(average, network.parameters(), strict=True):
                mean.lerp_(one.detach(), 1 - KEPT if begun else 1.0)
            loss_of_all += loss.item()
            step += 1
        step = 0
        print(f"pass {turn + 1}: loss {loss_of_all / len(batches):.4f}", flush=True)
    with torch.no_grad():
        for mean, one in zip(average, network.parameters(), strict=True):
            one.copy_(mean)
    return network.eval()


def _written(
    items: list[Example], others: dict[str, list[str]], draw: random.Random
) -> Iterator[Rows]:
    """Rows of items and invented lines, each written otherwise than in any other pass."""
    examples = [varied(one, others, 1.0, draw) for one in items for _ in range(VARIANTS)]
    examples += [_left(one, others, draw) for one in items for _ in range(LEFT)]
    for text, values in (*lines(INVENTED, draw), *sentences(SENTENCES, draw)):
        examples.append(varied(as_seen(text, values), {}, 0.5, draw))
    examples += [as_seen(text, []) for text in negatives(NEGATIVES, draw)]
    draw.shuffle(examples)
    at = 0
    while at < len(examples):
        many = draw.choice((1, 1, 1, 2, 3))
        one = rows(joined(examples[at : at + many], draw))
        at += many
        if one is not None:
            yield one


def _left(item: Example, others: dict[str, list[str]], draw: random.Random) -> Example:
    """An item written otherwise, with that masked which the patterns find in it."""
    written = varied(item, others, 1.0, draw, (0.0,))
    finds = find_personal(written.text, draw.choice((LEARNT, MASKED)), network=False)
    return left(written, [(one.start, one.end, one.kind) for one in finds])


def rounded(network: Network) -> Tagger:
    """The network as it is kept."""
    table = network.table.detach().numpy()
    scale = np.maximum(np.quantile(np.abs(table), 0.9999, axis=0), 1e-9).astype(np.float32) / LEVELS
    layers = (network.first, network.second, network.last)
    biases: list[Any] = [None if one.bias is None else one.bias.detach().numpy() for one in layers]
    taps = [one.weight.detach().numpy().transpose(2, 1, 0) for one in layers[:2]]
    return Tagger(
        kinds=np.array(LEARNT),
        limits=np.array([LIMITS.get(kind, LIMIT) for kind in LEARNT], np.float32),
        table=np.clip(np.rint(table / scale), -LEVELS, LEVELS).astype(np.int8),
        scale=scale,
        first=np.ascontiguousarray(taps[0]),
        first_bias=biases[0],
        second=np.ascontiguousarray(taps[1]),
        second_bias=biases[1],
        last=np.ascontiguousarray(network.last.weight.detach().numpy().T),
        last_bias=biases[2],
    )


def main() -> None:
    """Trains a network and writes it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("lots", type=Path)
    parser.add_argument("texts", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("--without", nargs="*", default=[], help="lots that it is measured on")
    arguments = parser.parse_args()
    draw = random.Random(7)
    paths = [
        path for path in sorted(arguments.lots.glob("*.txt")) if path.stem not in arguments.without
    ]
    items = [example for path in paths for example in of_lot(path)]
    texts = foreign(arguments.texts, draw)
    print(f"{len(items)} items of {len(paths)} lots, {len(texts)} foreign texts")
    arguments.model.write_bytes(rounded(trained(items, texts, draw)).dump())


if __name__ == "__main__":
    main()
