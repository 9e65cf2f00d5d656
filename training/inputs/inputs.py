"""What the stages of this room read of datasets: files by language and split, all of one tokenizer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator

from pipeline.errors import TahonaError, WrongParameter
from pipeline.model.dataset import File, Manifest, Shard
from pipeline.model.notice import Notice, notice
from training.inputs.model_folder import WEIGHTS

LANGUAGE = "lang="  # begins the parts of a corpus
Access = Literal["open", "research", "deposit"]  # of a source, as each of its documents says it


def _once(parts: list[str]) -> list[str]:
    for place, part in enumerate(parts):
        if part in parts[:place]:
            raise WrongParameter(f"{part} is named twice", place)
    return parts


# What of a corpus a stage reads: `es` is all its varieties and domains, `es-MX` all domains of that variety,
# `es.legal` that domain of all varieties.
Parts = Annotated[list[str], AfterValidator(_once)]


def language_files(shards: Sequence[Shard], languages: Sequence[str]) -> list[File]:
    """The corpus files of some `Parts`, shard by shard: each once, however many of them it belongs to."""
    files = {
        (number, file.part, file.name): file
        for number, shard in enumerate(shards)
        for language in languages
        for file in shard.files
        if _is(file.part.removeprefix(LANGUAGE), language) and file.part.startswith(LANGUAGE)
    }
    return [*files.values()]


def _is(label: str, language: str) -> bool:
    """Whether a part is a language, or one of its varieties, and of a domain where one is named."""
    (variety, _, domain), (wanted, _, only) = label.partition("."), language.partition(".")
    return only in ("", domain) and (variety == wanted or variety.startswith(f"{wanted}-"))


def other_languages(files: Iterable[File], languages: Sequence[str]) -> dict[str, int]:
    """How many documents files of a corpus hold in languages that are not asked for."""
    counts: dict[str, int] = {}
    for file in files:
        language = file.part.removeprefix(LANGUAGE)
        is_taken = any(_is(language, one) for one in languages)
        if language != file.part and not is_taken and file.rows:
            counts[language] = counts.get(language, 0) + file.rows
    return dict(sorted(counts.items()))


def missing_parts(files: Iterable[File], languages: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Each variety or domain that is named and that no file of a corpus is, and the parts that are; a language may be
    none.
    """
    labels = {f.part.removeprefix(LANGUAGE) for f in files if f.part.startswith(LANGUAGE)}
    return [
        (language, sorted(labels))
        for language in languages
        if {".", "-"} & {*language} and not any(_is(label, language) for label in labels)
    ]


def unparted(
    params: Any, read: Mapping[str, Sequence[Any]], patterns: Mapping[str, Sequence[str]]
) -> tuple[str, str] | None:
    """The parameter `languages` and what is wrong where it names a domain of a corpus that will not be parted by
    domains; `patterns` say nothing here.
    """
    by_domain = [part for part in params.languages if "." in part]
    corpora = read.get("corpus", ())
    if by_domain and corpora and not any(corpus.domains for corpus in corpora):
        return "languages", f"{by_domain[0]} is a part of a corpus with `domains: true` alone"
    return None


def left_out(store: Any, manifest: Manifest, name: str) -> list[Notice]:
    """A notice about the documents of the corpus whose language a stage was not asked for, if there are some.

    `name` is that of the stage in its recipe.
    """
    corpora = [m for r in manifest.inputs.get("corpus", []) if (m := store.manifest(r))]
    files = [file for corpus in corpora for file in corpus.files()]
    languages = manifest.params.get("languages", [])
    missing = [
        notice("languages.missing", stage=name, language=language, parts=parts)
        for language, parts in missing_parts(files, languages)
    ]
    counts = other_languages(files, languages)
    if not counts:
        return missing
    of_languages = [[language, count] for language, count in counts.items()]
    left = sum(counts.values())
    return [
        *missing,
        notice(
            "languages.left_out", n=left, languages=of_languages, stage=name, taken=[*languages]
        ),
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
