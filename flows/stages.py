"""The stages of a chain, in the order of the work."""

from __future__ import annotations

from importlib import import_module

from pipeline.stage import Stage

STAGES = {
    "crawl": "cleaning.crawl:Crawl",
    "extract": "cleaning.extract:Extract",
    "annotate": "cleaning.annotate:Annotate",
    "filter": "cleaning.filter:Filter",
    "deduplicate": "cleaning.deduplicate:Deduplicate",
    "corpus": "cleaning.corpus:Corpus",
    "tokenizer": "training.tokenizer:Tokenizer",
    "shard": "training.shard:Shard",
    "pretrain": "training.pretrain:Pretrain",
    "evaluate": "training.evaluate:Evaluate",
}


def load(name: str) -> Stage:
    """The stage of that name; imported only now, so that the command line answers at once."""
    module, _, attribute = STAGES[name].partition(":")
    stage: type[Stage] = getattr(import_module(module), attribute)
    return stage()
