"""The step `train`: samples the corpus, trains, and writes both forms of the tokenizer."""

from __future__ import annotations

import logging

from pipeline.errors import TahonaError
from pipeline.model.stage import Work
from training.tokenizer.huggingface import tokenizer_json
from training.tokenizer.sample import Sample
from training.tokenizer.stage import FEWEST_SAMPLE_BYTES, Tokenizer
from training.tokenizer.vocabulary import bytes_per_token, train

log = logging.getLogger(__name__)

CONTROL = ("<mask>",)  # beside <unk>, <s>, </s>, <pad>, which have the ids 0 to 3


def train_tokenizer(work: Work[Tokenizer.Params]) -> None:
    """The kernel: samples the corpus, trains, writes both forms and measures bytes per token."""
    params = work.params
    sample = Sample(
        [f.path for f in work.inputs["corpus"]],
        weights=params.weights,
        most_bytes=params.sample_bytes,
        seed=params.seed,
    )
    if sample.expected_bytes < FEWEST_SAMPLE_BYTES:
        raise TahonaError(
            f"there are {sample.expected_bytes} bytes of text to learn from, and it takes at least "
            f"{FEWEST_SAMPLE_BYTES}: give the corpus more documents"
        )
    size = params.vocabulary or min(32_000, max(1_024, sample.expected_bytes // 100 // 64 * 64))
    model = train(sample, size, params.model_type, CONTROL)
    pieces = model.get_piece_size()
    if pieces < size:
        log.warning(
            "the corpus bears %d pieces, not the %d asked for: the vocabulary is that small",
            pieces,
            size,
        )
    work.output("model", "tokenizer.model").write_bytes(model.serialized_model_proto())
    work.output("huggingface", "tokenizer.json").write_text(
        tokenizer_json(model, params.model_type), encoding="utf-8"
    )
    work.figures = {
        "vocabulary": pieces,
        "vocabulary_asked": size,
        "sample_bytes": sample.drawn_bytes,
        "bytes_per_token": bytes_per_token(model, sample.excerpts),
    }
