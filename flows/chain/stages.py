"""The stages of a chain, in the order of the work."""

from __future__ import annotations

from importlib import import_module

from pipeline.model.stage import Stage

STAGES = {
    "crawl": "cleaning.crawl.stage:Crawl",
    "extract": "cleaning.extract.stage:Extract",
    "annotate": "cleaning.annotate.stage:Annotate",
    "filter": "cleaning.filter.stage:Filter",
    "deduplicate": "cleaning.deduplicate.stage:Deduplicate",
    "corpus": "cleaning.corpus.stage:Corpus",
    "tokenizer": "training.tokenizer.stage:Tokenizer",
    "shard": "training.shard.stage:Shard",
    "pretrain": "training.pretrain.stage:Pretrain",
    "evaluate": "training.evaluate.stage:Evaluate",
}

_ORDER = list(STAGES)
_DATA = _ORDER[: _ORDER.index("corpus") + 1]
_TRAIN = _ORDER[len(_DATA) : _ORDER.index("pretrain") + 1]
_EVALUATE = _ORDER[len(_DATA) + len(_TRAIN) :]
# The flows and their stages.
PARTS = {"data": _DATA, "train": _TRAIN, "evaluate": _EVALUATE, "chain": _ORDER}


def load(name: str) -> Stage:
    """The stage of that name; imported only now, so that the command line answers at once."""
    module, _, attribute = STAGES[name].partition(":")
    stage: type[Stage] = getattr(import_module(module), attribute)
    return stage()
