"""How surprising a text is under a model of KenLM that the recipe names."""

from __future__ import annotations

from cleaning.models.kenlm_model import Kenlm, load
from cleaning.signals.measures import Model, plain


@plain(
    model=Model(load=load, input="kenlm"),
    kenlm_perplexity=(float, "perplexity under the recipe's model of KenLM, as CCNet counts it"),
)
def _kenlm(text: str, model: Kenlm) -> float:
    return model.perplexity(text)
