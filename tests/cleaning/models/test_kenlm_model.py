"""Perplexity under a model of KenLM is what CCNet and BERTIN count; where the package is missing that is said."""

from __future__ import annotations

import importlib.util
import math
from pathlib import Path

import pytest

from cleaning.annotate.check import check_files
from cleaning.annotate.stage import Annotate
from cleaning.models.kenlm_model import load, normalised
from pipeline.errors import TahonaError

ARPA = """\\data\\
ngram 1=5
ngram 2=3

\\1-grams:
-1.0\t<unk>\t0
0\t<s>\t-0.3
-0.9\t</s>\t0
-0.5\tpan\t-0.2
-0.7\tharina\t-0.1

\\2-grams:
-0.2\t<s> pan
-0.3\tpan harina
-0.4\tharina </s>

\\end\\
"""
kenlm = pytest.mark.skipif(
    importlib.util.find_spec("kenlm") is None,
    reason="KenLM is not installed: with cmake and a C++ compiler, .venv/bin/pip install -e '.[kenlm]'",
)


@kenlm
def test_perplexity_is_counted_by_lines_and_their_ends(tmp_path: Path) -> None:
    (path := tmp_path / "m.arpa").write_text(ARPA)
    model = load(path)
    # <s> pan, pan harina, harina </s>; then <s> backs off to harina
    first, second = 0.2 + 0.3 + 0.4, 0.3 + 0.7 + 0.4
    assert model.perplexity("pan harina") == pytest.approx(10 ** (first / 3))
    both = model.perplexity("pan harina\nharina")
    assert both == pytest.approx(10 ** ((first + second) / 5))
    assert math.isnan(model.perplexity(" \n"))
    path.write_text(ARPA[:120])
    with pytest.raises(TahonaError, match="or a damaged one"):
        load(path)


def test_a_text_is_brought_to_the_form_of_ccnet() -> None:
    assert normalised(" «Ñandú» — 1.234 €…\nfin’ ") == '"nandu"  -  0.000 €...fin\''


def test_what_is_no_model_and_a_missing_package_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*names: str) -> str:
        with pytest.raises(TahonaError) as caught:
            check_files(Annotate.Params(), "kenlm", "m", [str(tmp_path / name) for name in names])
        return str(caught.value)

    (tmp_path / "m.arpa").write_text("no model")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: True)
    assert "neither ARPA nor binary" in refused("m.arpa", "es.sp.model")
    assert "a model is one file" in refused("es.sp.model")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert "neither ARPA nor binary" in refused("m.arpa"), "the file is looked at first"
    (tmp_path / "m.arpa").write_text(ARPA)
    assert "pip install '.[kenlm]'" in refused("m.arpa")
    (tmp_path / "es.sp.model").write_text("no model")
    assert "es.sp.model is no model of SentencePiece" in refused("m.arpa", "es.sp.model")
