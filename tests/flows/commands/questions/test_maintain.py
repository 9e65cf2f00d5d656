"""`verify` names what is damaged and heals it; `prune` frees what nothing needs, and nothing else."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from flows.commands.questions.inspect import prune_store, verify_store
from flows.commands.runs.run import run_recipe
from pipeline.store.store import Store
from tests.flows.command import answer, inside, tree

CATALAN = ("filter.languages=[ca]",)


def test_verify_names_every_damaged_file_and_repair_heals(copy: Path) -> None:
    wanted = tree(copy / "store")
    sound = answer("verify", "--repair", cwd=copy)
    assert sound["damaged"] == sound["removed"] == sound["left"] == []
    files = sorted((copy / "store" / "shards").rglob("*.parquet"))
    spoilt = [files[0], files[len(files) // 2]]
    for path in spoilt:
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
    files[-1].unlink()
    named = answer("verify", cwd=copy, code=1)["damaged"]
    assert named == sorted(str(p.relative_to(copy / "store")) for p in (*spoilt, files[-1]))
    repaired = verify_store(str(copy / "store"), repair=True)
    assert repaired["exit_code"] == 0, "all that was damaged is removed"
    assert repaired["damaged"] == named and repaired["left"] == []
    # What was made straight from a file that kept its size goes too.
    assert {path.rpartition("/")[0] for path in named} < set(repaired["removed"])
    assert {f"removed: {folder}" for folder in repaired["removed"]} <= set(repaired["text"])
    assert "run the recipe again: it makes" in repaired["text"][-1]
    # What is whole of the datasets that went stays till they are made again, whatever is pruned meanwhile.
    whole = {p: b for p, b in tree(copy / "store").items() if p.startswith("shards/")}
    pruned = inside("prune", cwd=copy)
    assert re.search(r"keeps \d+ shards of \w+/\w+, which a repair removed", pruned.stderr)
    assert {p: b for p, b in tree(copy / "store").items() if p.startswith("shards/")} == whole
    answer("run", "texts.yaml", cwd=copy)
    answer("prune", cwd=copy)
    assert not (copy / "store" / "repaired.json").exists()
    healed = tree(copy / "store")
    assert healed.keys() == wanted.keys() and answer("verify", cwd=copy)["damaged"] == []
    # A manifest that is made again names the files where they lie now, in the copied folder.
    assert {p for p in wanted if healed[p] != wanted[p]} <= set(manifests(copy, "extract"))


def test_of_the_stages_that_read_a_damaged_shard_only_what_was_computed_from_it_goes(
    copy: Path,
) -> None:
    store = Store(copy / "store")
    of = {str(r): len(m.shard_folders()) for r in store.references() if (m := store.manifest(r))}
    (victim, *_) = sorted((copy / "store" / "shards" / "extract").rglob("kept.parquet"))
    data = bytearray(victim.read_bytes())
    data[len(data) // 2] ^= 1
    victim.write_bytes(data)
    repaired = verify_store(str(copy / "store"), repair=True)
    gone = [f.split("/")[1] for f in repaired["removed"] if f.startswith("shards/")]
    assert gone.count("extract") == gone.count("corpus") == 1
    for stage in ("extract", "annotate", "filter", "corpus"):
        (dataset,) = [name for name in of if name.startswith(f"{stage}/")]
        went, every = gone.count(stage), of[dataset]
        assert 0 < went <= every / 6
        assert any(f"of {dataset}: {went} of {every} shards" in line for line in repaired["text"])
    answer("prune", cwd=copy)
    again = answer("run", "texts.yaml", cwd=copy)["stages"]
    assert sum(s["shards"]["computed"] for s in again) == len(gone)


def test_a_repaired_store_has_no_dataset_left_that_no_run_of_the_recipe_makes_whole(
    copy: Path,
) -> None:
    """That of a sample, which shares what was damaged with no other."""
    recipe, store = str(copy / "texts.yaml"), str(copy / "store")
    whole = tree(copy / "store")
    run_recipe(recipe, store, sample=0.5)
    half = tree(copy / "store")
    spoilt = sorted({p for p in half if p.startswith("shards/extract/")} - whole.keys())
    victim = next(p for p in spoilt if p.endswith("/kept.parquet"))
    data = bytearray((copy / "store" / victim).read_bytes())
    data[len(data) // 2] ^= 1
    (copy / "store" / victim).write_bytes(data)
    output = inside("verify", cwd=copy).stdout
    (sample,) = answer("verify", cwd=copy, code=1)["incomplete"]
    assert re.search(
        f"^so {sample} is not whole .extract of texts, .*--sample 0.5`.$", output, re.M
    )
    answer("verify", "--repair", cwd=copy)
    assert not (copy / "store" / "datasets" / sample).exists()
    sound = answer("verify", "--repair", cwd=copy)
    assert sound["damaged"] == sound["incomplete"] == sound["removed"] == []
    run_recipe(recipe, store)
    assert answer("verify", cwd=copy)["damaged"] == []
    assert whole.keys() <= tree(copy / "store").keys()
    run_recipe(recipe, store, sample=0.5)
    healed = tree(copy / "store")
    assert healed.keys() == half.keys(), "made again where it is asked for"
    assert all(healed[p] == half[p] for p in half if p.startswith("shards/"))


def test_what_is_not_there_is_called_missing_and_is_not_removed_again(copy: Path) -> None:
    gone = sorted((copy / "store" / "shards" / "extract").iterdir())[0]
    shutil.rmtree(gone)
    folder = f"shards/extract/{gone.name}"
    output = inside("verify", cwd=copy).stdout
    assert f"missing: {folder}/shard.json" in output and "damaged: " not in output
    assert folder not in answer("verify", "--repair", cwd=copy)["removed"]
    assert answer("verify", cwd=copy)["missing"] == []


def test_prune_frees_what_no_kept_dataset_names(copy: Path) -> None:
    wanted = tree(copy / "store")
    recipe, store = str(copy / "texts.yaml"), str(copy / "store")
    assert prune_store(store, None, dry_run=False)["shards"] == 0
    run_recipe(recipe, store, CATALAN)
    run_recipe(recipe, store)
    before = datasets(copy)
    lines = inside("prune", "--keep-runs", "1", "--dry-run", cwd=copy).stdout.splitlines()
    assert datasets(copy) == before
    freed = answer("prune", "--keep-runs", "1", cwd=copy)
    assert freed["datasets"] == len(freed["freed"]) and freed["bytes"] > 0 and freed["deleted"]
    assert before - datasets(copy) == {n for n in freed["freed"] if not n.startswith("files/")}
    assert [line.partition("  ")[0] for line in lines[:-1]] == [
        f"would free {name}" for name in freed["freed"]
    ]
    assert tree(copy / "store") == wanted


def test_prune_lists_what_goes_and_why_before_it_deletes(copy: Path) -> None:
    recipe, store = str(copy / "texts.yaml"), str(copy / "store")
    run_recipe(recipe, store, CATALAN)
    kept = {str(r) for r in Store(store).references("corpus")}
    run_recipe(recipe, store)
    (newest,) = (
        n for n in answer("status", "texts.yaml", cwd=copy)["stages"] if n["stage"] == "corpus"
    )
    (earlier,) = kept - {f"corpus/{newest['fingerprint']}"}
    orphan = copy / "store" / "shards" / "extract" / ("0" * 32)
    orphan.mkdir()
    (orphan / "half").write_text("12345")
    saved = copy / "store" / "tmp" / "scratch" / "pretrain" / "k"
    saved.mkdir(parents=True)
    (saved / "state").write_text("1234567")
    there = datasets(copy)
    listed: list[str] = []

    def refuse() -> bool:
        listed.append("asked")
        assert datasets(copy) == there, "nothing is deleted before"
        return False

    refused = prune_store(store, 1, dry_run=False, agree=refuse)
    assert listed == ["asked"] and datasets(copy) == there and not refused["deleted"]
    done = inside("prune", "--keep-runs", "1", cwd=copy)
    size = r"  [\d,]+ bytes: "
    why = f"an earlier corpus of texts, whose newest is corpus/{newest['fingerprint']}"
    assert re.search(f"^frees {earlier}{size}{why}$", done.stderr, re.MULTILINE)
    assert re.search(
        "^frees 1 shard of extract  5 bytes: named by no dataset", done.stderr, re.MULTILINE
    )
    assert "frees what a stopped pretrain had saved  7 bytes: it begins anew" in done.stderr
    assert done.stdout.startswith("freed ") and earlier not in datasets(copy)


def test_a_run_of_one_stage_costs_no_dataset_of_the_stages_after_it(copy: Path) -> None:
    """Neither what was made of other decisions, nor what the report tells of."""
    recipe, store = str(copy / "texts.yaml"), str(copy / "store")
    whole = datasets(copy)
    run_recipe(recipe, store, CATALAN, "filter", "filter")
    both = datasets(copy)
    assert len(both - whole) == 1
    prune_store(store, 1, dry_run=False)
    assert datasets(copy) == both
    run_recipe(recipe, store, CATALAN, "deduplicate")
    run_recipe(recipe, store, (), "filter", "filter")
    # The corpus of the Catalan ones is the newest; the report tells of the other one again.
    both = datasets(copy)
    prune_store(store, 1, dry_run=False)
    assert datasets(copy) == both
    run_recipe(recipe, store)
    prune_store(store, 2, dry_run=False)
    assert datasets(copy) == both
    prune_store(store, 1, dry_run=False)
    assert datasets(copy) == whole


def test_a_run_of_a_sample_displaces_nothing_that_was_made_of_all_records(copy: Path) -> None:
    """Neither for `prune`, however many it keeps, nor where one stage ran on what the sample left."""
    recipe, store = str(copy / "texts.yaml"), str(copy / "store")
    whole = datasets(copy)
    run_recipe(recipe, store, sample=0.5)
    half = datasets(copy)
    run_recipe(recipe, store, ("corpus.mask=[email]", "extract.sample=0.5"), "corpus", "corpus")
    run_recipe(recipe, store, sample=0.6)
    both = datasets(copy)
    assert len(both) > len(half) > len(whole)
    prune_store(store, 2, dry_run=False)
    assert whole < datasets(copy) < both, "one of the samples makes up the second"
    done = inside("prune", "--keep-runs", "1", cwd=copy)
    (corpus,) = (name for name in whole if name.startswith("corpus/"))
    why = f"corpus of a sample of texts, whose newest of all records is {corpus}"
    assert re.search(f"^frees corpus/.*: {why}$", done.stderr, re.MULTILINE)
    assert datasets(copy) == whole
    # With the samples gone, the report and another pruning still find what is whole.
    prune_store(store, 1, dry_run=False)
    answer("report", "texts.yaml", cwd=copy)
    assert corpus in (copy / "store/reports/texts/index.html").read_text()
    assert datasets(copy) == whole


def test_samples_are_kept_where_nothing_else_is(copy: Path, tmp_path: Path) -> None:
    recipe, store = str(copy / "texts.yaml"), str(tmp_path / "other")
    run_recipe(recipe, store, sample=0.5)
    first = {str(r) for r in Store(store).references("corpus")}
    run_recipe(recipe, store, sample=0.6)
    prune_store(store, 1, dry_run=False)
    (left,) = Store(store).references("corpus")
    assert str(left) not in first, "the newest of them"


def datasets(folder: Path) -> set[str]:
    """Those that a stage made; the observed files of a copied folder are others than in its store."""
    store = folder / "store" / "datasets"
    return {f"{p.parent.name}/{p.name}" for p in store.glob("*/*") if p.parent.name != "files"}


def manifests(folder: Path, stage: str) -> list[str]:
    """Those of a stage, as `tree` names them."""
    store = folder / "store"
    return [
        p.relative_to(store).as_posix() for p in store.glob(f"datasets/{stage}/*/manifest.json")
    ]
