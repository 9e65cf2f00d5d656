"""Measures tokenizers on held-out Spanish of seven registers: tokens a word at equal size, and what training takes.

Every other document is trained on, and of the rest every other one measured, line by line and with runs of white
space as one space, which SentencePiece's own normalisation makes of them; a word is what stands between them.

`ours` is byte-level BPE as it is made by default, `apart` and `joined` the same with such `marks`, `best_peer` the
lowest of SentencePiece's BPE and unigram model (with its own normalisation) and Hugging Face's byte-level BPE cut as
GPT-2's, at `vocabulary` pieces on the same text; `lowest_in` names the registers in which `ours` is below all peers,
`joined_lowest_in` those of `joined`, `apart_lowest_in` those of `apart`. `twice`, `numbers_twice` and `apart_twice` are
the pieces of letters that stand in the vocabulary with and without a space, and how many of those without are ever a
whole word of the text that was learnt from, and no part of one. `superword_saving` is the share of tokens that
superwords save against plain BPE, `superword_joined_saving` both joined. `unigram` and `bpe` are our other kinds.
`train_minutes_1gb` is what byte-level BPE would take for 10^9 bytes, counting in proportion to the text and learning as
measured;
`train_rss_mb` the most memory of that process.

`--only languages`: one tokenizer for the registers and for Catalan, Galician and Basque, each told apart. `--only
sizes`: `saving_N` is what superwords save at N pieces. `--only bits`: a small model for each kind, of the same shape,
over the same text once, scored on the same held-out bytes: `bits` of each kind by seed (`--seeds`), and
`bits_compute` where the run is as much longer as its tokens are fewer, so that it takes the floating-point operations
of plain BPE; `superword_bits_gap`, `numbers_bits_gap`, `apart_bits_gap` and `joined_bits_gap` are the mean difference
of the latter from plain BPE, and the bounds of its interval. `--mb` bounds the text of a register.
"""

from __future__ import annotations

import argparse
import io
import json
import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
from scipy.special import stdtrit
from tokenizers.decoders import ByteLevel

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT))

from pipeline.model.dataset import Manifest  # noqa: E402
from tests.training.corpora import corpus, prose, rows, run  # noqa: E402
from training.pretrain.stage import Pretrain  # noqa: E402
from training.shard.stage import Shard  # noqa: E402
from training.tokenizer.pieces.encoder import Encoder  # noqa: E402
from training.tokenizer.stage import Tokenizer  # noqa: E402
from training.tokenizer.vocabulary import Vocabulary  # noqa: E402
from training.tokenizer.words.pretokens import way  # noqa: E402
from training.tokenizer.words.signs import as_read  # noqa: E402
from training.tokenizer.words.words import Words  # noqa: E402

REGISTERS = (
    *("literature", "parliamentary", "legal", "technical"),
    *("technical_help", "biomedical", "news_encyclopedic"),
)
LANGUAGES = ("other/ca", "other/gl", "other/eu")
SMALL = {"depth": 2, "width": 128, "heads": 2, "context": 128, "batch": 2048}
KINDS: dict[str, dict[str, str]] = {
    **{kind: {"model_type": kind} for kind in ("byte_bpe", "superword", "bpe", "unigram")},
    **{
        f"{kind}_joined": {"model_type": kind, "marks": "joined"}
        for kind in ("byte_bpe", "superword")
    },
    **{
        f"byte_bpe_{marks}": {"model_type": "byte_bpe", "marks": marks}
        for marks in ("numbers", "apart")
    },
}
Texts = dict[str, list[str]]


def ours(text: Manifest, folder: Path, kind: str, size: int) -> tuple[Vocabulary, float]:
    """A tokenizer of a kind, and the seconds that it took."""
    begun = time.perf_counter()
    tokenizer = run(
        Tokenizer(), folder / kind, {"corpus": text}, {**KINDS[kind], "vocabulary": size}
    )
    taken = time.perf_counter() - begun
    return Vocabulary(Path(tokenizer.files("model")[0].path).read_text(encoding="utf-8")), taken


def tokens_per_word(count: Callable[[list[str]], int], sample: Texts) -> dict[str, float]:
    """By register, and of all."""
    tokens = {name: count(texts) for name, texts in sample.items()}
    words = {name: sum(len(t.split()) for t in texts) for name, texts in sample.items()}
    by_register = {name: round(tokens[name] / words[name], 4) for name in sample}
    return {**by_register, "all": round(sum(tokens.values()) / sum(words.values()), 4)}


def twice(vocabulary: Vocabulary, texts: list[str]) -> list[int]:
    """The pieces of letters that are one with a space before them too, and how many are a whole word somewhere."""
    cut = way(vocabulary.content)
    assert cut is not None
    words = Words(marks=cut[1])
    words.numbers(as_read(pa.array(texts, pa.large_string()), vocabulary.signs))
    encoded = vocabulary.of_words.encode_all([word.decode() for word in words.words()])
    whole = {ids[0] for ids in encoded if len(ids) == 1}
    spelled = ByteLevel()
    pieces = [spelled.decode([vocabulary.piece(n)]) for n in range(vocabulary.get_piece_size())]
    seen = set(pieces)
    doubled = [n for n, piece in enumerate(pieces) if piece.isalpha() and f" {piece}" in seen]
    return [len(doubled), len(whole.intersection(doubled))]


def counting(vocabulary: Vocabulary) -> Callable[[list[str]], int]:
    encoder = Encoder(vocabulary)
    return lambda texts: len(encoder(pa.array(texts, pa.large_string()))[0])


def peers(lines: list[str], size: int) -> Iterator[tuple[str, Callable[[list[str]], int]]]:
    """The others, each trained on the same lines."""
    import sentencepiece
    import tokenizers

    for kind in ("bpe", "unigram"):
        written = io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(lines),
            model_writer=written,
            model_type=kind,
            vocab_size=size,
            byte_fallback=True,
            minloglevel=2,
        )
        model = sentencepiece.SentencePieceProcessor(model_proto=written.getvalue())
        yield f"sentencepiece {kind}", lambda texts, m=model: sum(map(len, m.encode(texts)))
    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE())
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=size,
        initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(lines, trainer)
    yield "tokenizers", lambda texts: sum(len(e.ids) for e in tokenizer.encode_batch_fast(texts))


def _memory(path: str, size: int, answers: multiprocessing.Queue) -> None:
    """Trains once in a process of its own, of which the memory is told."""
    text = Manifest.from_json(json.loads(Path(path).read_text()))
    with tempfile.TemporaryDirectory() as name:
        _, seconds = ours(text, Path(name), "byte_bpe", size)
    answers.put((seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def bits(text: Manifest, folder: Path, size: int, seeds: int) -> dict[str, Any]:
    """Bits per byte of a small model by kind of tokenizer and seed, of the same bytes, and of the same compute."""
    figures: dict[str, Any] = {"seeds": seeds, "bits": {}, "bits_compute": {}}
    compute = 0.0  # of plain BPE, which is the first
    for kind in (
        *("byte_bpe", "byte_bpe_numbers", "byte_bpe_apart", "byte_bpe_joined"),
        *("superword", "unigram"),
    ):
        place = folder / f"bits-{kind}"
        params = {**KINDS[kind], "vocabulary": size}
        tokenizer = run(Tokenizer(), place, {"corpus": text}, params)
        inputs = {"corpus": text, "tokenizer": tokenizer}
        tokens = run(Shard(), place, inputs, {"validation": 0.1, "test": 0})
        datasets = {"tokens": tokens, "tokenizer": tokenizer}

        def trained(seed: int, **budget: Any) -> dict[str, Any]:
            params = {**SMALL, **budget, "seed": seed, "eval_every": 10**6, "eval_tokens": 10**9}
            name = "-".join(map(str, (seed, *budget)))
            model = run(Pretrain(), place / name, datasets, params, {"threads": 1, "device": "cpu"})  # noqa: B023
            return model.shards[0].figures

        of_kind, of_compute = [], []
        for seed in range(seeds):
            once = trained(seed, epochs=1.0)
            flops = once["flops_per_token"] * once["tokens"]
            compute = compute or flops
            longer = once
            if flops < compute * 0.98:
                steps = round(compute / once["flops_per_token"] / SMALL["batch"])
                longer = trained(seed, steps=steps)
            of_kind.append(round(once["validation_bpb"], 4))
            of_compute.append(round(longer["validation_bpb"], 4))
            row = (kind, seed, once["tokens"], f"{flops:.3g}", of_kind[-1], of_compute[-1])
            print(*row, file=sys.stderr, flush=True)
        figures["bits"][kind], figures["bits_compute"][kind] = of_kind, of_compute
    both = figures["bits_compute"]
    gaps = {"superword": "superword"}
    gaps |= {marks: f"byte_bpe_{marks}" for marks in ("numbers", "apart", "joined")}
    for name, kind in gaps.items():
        figures[f"{name}_bits_gap"] = gap(both[kind], both["byte_bpe"])
    return figures


def gap(ours: Sequence[float], theirs: Sequence[float]) -> list[float]:
    """The mean difference of runs of the same seeds; of several also the bounds of Student's interval of 95 %."""
    apart = [a - b for a, b in zip(ours, theirs, strict=True)]
    middle = statistics.fmean(apart)
    if len(apart) == 1:
        return [round(middle, 4)]
    most = float(stdtrit(len(apart) - 1, 0.975)) * statistics.stdev(apart) / len(apart) ** 0.5
    return [round(value, 4) for value in (middle, middle - most, middle + most)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", choices=("languages", "sizes", "bits"))
    parser.add_argument("--mb", type=float)
    parser.add_argument("--vocabulary", type=int)
    parser.add_argument("--seeds", type=int, default=1)
    arguments = parser.parse_args()
    size, most = (8_000, 1_000_000) if arguments.quick else (32_000, 1 << 40)
    size = arguments.vocabulary or size
    most = round(arguments.mb * 1e6) if arguments.mb else most
    names = (*REGISTERS, *LANGUAGES) if arguments.only == "languages" else REGISTERS
    texts = {name: prose(name, most, longest=1 << 30) for name in names}
    held_out = {
        name: [" ".join(line.split()) for t in of[1::4] for line in t.splitlines() if line.strip()]
        for name, of in texts.items()
    }
    train = {name: of[0::2] for name, of in texts.items()}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        text = corpus(folder, [rows(n, of) for n, of in train.items()])
        figures: dict[str, Any] = {"vocabulary": size}
        if arguments.only == "bits":
            figures |= bits(text, folder, size, arguments.seeds)
            print(json.dumps({"benchmark": "fertility", "figures": figures}))
            return
        if arguments.only == "sizes":
            for large in (64_000, 128_000):
                took = {
                    kind: tokens_per_word(
                        counting(ours(text, folder / str(large), kind, large)[0]), held_out
                    )
                    for kind in ("byte_bpe", "superword")
                }
                print(large, took, file=sys.stderr)
                saving = 1 - took["superword"]["all"] / took["byte_bpe"]["all"]
                figures[f"saving_{large}"] = round(saving, 4)
            print(json.dumps({"benchmark": "fertility", "figures": figures}))
            return
        by_kind, doubled = {}, {}
        for kind in KINDS:
            vocabulary, seconds = ours(text, folder, kind, size)
            by_kind[kind] = tokens_per_word(counting(vocabulary), held_out)
            if kind.startswith("byte_bpe"):
                doubled[kind] = twice(vocabulary, [t for of in train.values() for t in of])
            print(kind, f"{seconds:.1f} s", by_kind[kind], file=sys.stderr)
        (folder / "corpus.json").write_text(json.dumps(text.to_json()))
        context = multiprocessing.get_context("spawn")
        answers = context.Queue()
        child = context.Process(target=_memory, args=(str(folder / "corpus.json"), size, answers))
        child.start()
        seconds, memory = answers.get()
        child.join()
    lines = [line for of in train.values() for t in of for line in t.splitlines() if line]
    of_peers = {}
    for peer, count in peers(lines, size):
        of_peers[peer] = tokens_per_word(count, held_out)
        print(peer, of_peers[peer], file=sys.stderr)
    plain = by_kind["byte_bpe"]["all"]
    megabytes = sum(len(t.encode()) for of in train.values() for t in of) / 1e6
    lowest = {
        kind: [n for n in names if by_kind[kind][n] < min(row[n] for row in of_peers.values())]
        for kind in ("byte_bpe", "byte_bpe_joined", "byte_bpe_apart")
    }
    figures |= {
        "mb": round(megabytes, 1),
        "ours": plain,
        "best_peer": min(row["all"] for row in of_peers.values()),
        "lowest_in": lowest["byte_bpe"],
        "joined": by_kind["byte_bpe_joined"]["all"],
        "joined_lowest_in": lowest["byte_bpe_joined"],
        "apart": by_kind["byte_bpe_apart"]["all"],
        "apart_lowest_in": lowest["byte_bpe_apart"],
        "twice": doubled["byte_bpe"],
        "numbers_twice": doubled["byte_bpe_numbers"],
        "apart_twice": doubled["byte_bpe_apart"],
        "superword_saving": round(1 - by_kind["superword"]["all"] / plain, 4),
        "superword_joined_saving": round(
            1 - by_kind["superword_joined"]["all"] / by_kind["byte_bpe_joined"]["all"], 4
        ),
        "bpe": by_kind["bpe"]["all"],
        "unigram": by_kind["unigram"]["all"],
        "train_minutes_1gb": round(seconds / megabytes * 1000 / 60, 1),
        "train_rss_mb": round(memory),
    }
    print(json.dumps({"benchmark": "fertility", "figures": figures}))


if __name__ == "__main__":
    main()
