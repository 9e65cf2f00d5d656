"""The registry of stages, in the order of the work: a new stage is its folder and one line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cleaning.annotate.about import ABOUT as ANNOTATE
from cleaning.classifier.about import ABOUT as CLASSIFIER
from cleaning.corpus.about import ABOUT as CORPUS
from cleaning.crawl.about import ABOUT as CRAWL
from cleaning.decontaminate.about import ABOUT as DECONTAMINATE
from cleaning.deduplicate.about import ABOUT as DEDUPLICATE
from cleaning.export.about import ABOUT as EXPORT
from cleaning.extract.about import ABOUT as EXTRACT
from cleaning.filter.about import ABOUT as FILTER
from pipeline.model.about import FLOWS, About, named
from training.evaluate.about import ABOUT as EVALUATE
from training.index.about import ABOUT as INDEX
from training.pretrain.about import ABOUT as PRETRAIN
from training.shard.about import ABOUT as SHARD
from training.tokenizer.about import ABOUT as TOKENIZER

if TYPE_CHECKING:
    from pipeline.model.stage import Stage

ABOUTS: tuple[About, ...] = (
    CRAWL,
    EXTRACT,
    CLASSIFIER,
    ANNOTATE,
    FILTER,
    DEDUPLICATE,
    DECONTAMINATE,
    CORPUS,
    EXPORT,
    TOKENIZER,
    SHARD,
    INDEX,
    PRETRAIN,
    EVALUATE,
)
STAGES = {about.name: about for about in ABOUTS}

CHAIN = "chain"  # the flow that is all flows
EVERY_FLOW = (*FLOWS, CHAIN)


def belongs(kind: str, flow: str) -> bool:
    """Whether a stage is run by a flow."""
    return flow in (CHAIN, STAGES[kind].flow)


def load(kind: str, called: str | None = None) -> Stage:
    """The stage of that name, `called` as a recipe does; imported only now, so that the command line answers."""
    stage: type[Stage] = named(STAGES[kind].stage)
    return stage(called)
