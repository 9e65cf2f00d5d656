"""What the stages of this room read of datasets: files by language and split, all of one tokenizer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from pipeline.errors import TahonaError
from pipeline.model.dataset import File, Manifest, Shard
from training.model_folder import WEIGHTS

LANGUAGE = "lang="  # begins the parts of a corpus
Access = Literal["open", "research", "deposit"]  # of a source, as each of its documents says it


def language_files(shards: Sequence[Shard], languages: Sequence[str]) -> list[File]:
    """The corpus files of some parts, shard by shard: `es` stands for all its varieties and domains, `es-MX` for all
    domains of that variety, `es.legal` for that domain of all varieties.
    """
    return [
        file
        for shard in shards
        for language in languages
        for file in shard.files
        if _is(file.part.removeprefix(LANGUAGE), language) and file.part.startswith(LANGUAGE)
    ]


def _is(label: str, language: str) -> bool:
    """Whether a part is a language, or one of its varieties, and of a domain where one is named."""
    (variety, _, domain), (wanted, _, only) = label.partition("."), language.partition(".")
    return only in ("", domain) and (variety == wanted or variety.startswith(f"{wanted}-"))


def other_languages(files: Iterable[File], languages: Sequence[str]) -> dict[str, int]:
    """How many documents files of a corpus hold in languages that are not asked for."""
    counts: dict[str, int] = {}
    for file in files:
        language = file.part.removeprefix(LANGUAGE)
        asked = any(_is(language, one) for one in languages)
        if language != file.part and not asked and file.rows:
            counts[language] = counts.get(language, 0) + file.rows
    return dict(sorted(counts.items()))


def left_out(store: Any, manifest: Manifest, name: str) -> list[str]:
    """A sentence about the documents of the corpus whose language a stage was not asked for, if there are some.

    `name` is that of the stage in its recipe.
    """
    corpora = [m for r in manifest.inputs.get("corpus", []) if (m := store.manifest(r))]
    files = (file for corpus in corpora for file in corpus.files())
    counts = other_languages(files, manifest.params.get("languages", []))
    if not counts:
        return []
    named = ", ".join(f"{language} {count:,}" for language, count in counts.items())
    taken = ", ".join(manifest.params["languages"])
    return [
        f"{sum(counts.values()):,} documents of the corpus are left out for their language ({named}): "
        f"{name}.languages is [{taken}]"
    ]


def token_files(tokens: Manifest, split: str) -> tuple[dict[str, list[File]], list[str]]:
    """The files of a split by role (`<split>.bin`, `.idx`, `.parquet`, one order), and their domains."""
    roles: dict[str, list[File]] = {f"{split}.{end}": [] for end in ("bin", "idx", "parquet")}
    domains = []
    for file in tokens.files():
        if file.part.endswith(f"/{split}"):
            roles[f"{split}.{file.name.rsplit('.', 1)[1]}"].append(file)
            if file.name.endswith(".bin"):
                domains.append(file.part.rsplit("/", 1)[0])
    return roles, domains


def model_files(model: Manifest) -> dict[str, list[File]]:
    """The two files that a model is loaded from, by role: `weights` and `config`."""
    return {
        role: [f for f in model.files("model") if f.name == name] for role, name in WEIGHTS.items()
    }


def check_tokenizer(stage: str, tokens: Manifest, tokenizer: Manifest) -> None:
    """Refuses tokens that another tokenizer made: their ids would mean something else."""
    (model,) = tokenizer.files("model")
    if any(s.figures.get("tokenizer", model.sha256) != model.sha256 for s in tokens.shards):
        raise TahonaError(
            f"{stage}: {tokens.reference} was not encoded by {tokenizer.reference}: "
            "run `tahona shard` with this tokenizer, or pin the one of the tokens"
        )
