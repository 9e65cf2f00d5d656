"""What people and scripts rely on: answers, exit codes, one clear sentence for every error."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import chdir
from pathlib import Path
from unittest.mock import patch

import pytest

from flows.chain.stages import STAGES, load
from flows.commands.cli import guarded
from flows.commands.estimate import estimate_recipe
from flows.commands.inspect import prune_store, verify_store
from flows.commands.run import run_recipe
from tests.flows.command import (
    ARTICLES,
    answer,
    arguments,
    environment,
    inside,
    tahona,
    tree,
    write_recipe,
)

HEAVY = {"torch", "apache_beam", "prefect", "trafilatura", "pyarrow", "numpy", "scrapy", "fsspec"}
CATALAN = ("filter.languages=[ca]",)
TEXTS = 12


@pytest.fixture(scope="module")
def mill(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a dozen texts, a recipe over them, and a store in which it has run."""
    folder = tmp_path_factory.mktemp("mill")
    (folder / "texts").mkdir()
    for path in sorted(ARTICLES.rglob("*.md"))[:TEXTS]:
        shutil.copy(path, folder / "texts" / f"{path.parent.name}-{path.stem}.txt")
    write_recipe(folder, ["texts/*.txt"])
    answer("run", "texts.yaml", cwd=folder)
    return folder


@pytest.fixture
def copy(mill: Path, tmp_path: Path) -> Path:
    """A copy of that folder to be spoilt, its texts with their times."""
    return Path(shutil.copytree(mill, tmp_path / "mill", dirs_exist_ok=True))


def states(result: dict) -> dict[str, tuple[str, int]]:
    return {s["stage"]: (s["state"], s["shards"]["computed"]) for s in result["stages"]}


def test_the_help_of_a_stage_lists_its_parameters_with_their_defaults() -> None:
    for name in STAGES:
        told = inside(name, "--help").stdout
        for key in load(name).Params.model_fields:
            assert re.search(rf"^  {key}\s+\[", told, re.M), f"{name}.{key}"
    told = " ".join(inside("filter", "--help").stdout.split())
    assert 'rules [default "spanish"] `rules`: a preset' in told and "--set filter.KEY" in told


def test_help_answers_at_once_and_imports_nothing_heavy() -> None:
    assert min(_seconds("--help") for _ in range(5)) < 0.3
    code = "import sys, flows.commands.cli; print(*{m.partition('.')[0] for m in sys.modules})"
    loaded = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True)
    assert not HEAVY & set(loaded.stdout.split())


def _seconds(*words: str, cwd: Path | None = None) -> float:
    """The processor seconds of a command: waiting for a busy machine is not its work."""
    before = os.times()
    assert tahona(*words, cwd=cwd).returncode == 0
    after = os.times()
    return sum(after[2:4]) - sum(before[2:4])


def test_run_answers_as_promised(mill: Path) -> None:
    result = answer("run", "texts.yaml", cwd=mill)
    assert set(result) >= {"recipe", "run", "store", "stages", "report"}
    assert Path(result["report"]).is_file()
    for stage in result["stages"]:
        assert set(stage) >= {
            *("stage", "fingerprint", "state", "seconds", "shards"),
            *("documents", "bytes_in", "bytes_out"),
        }
        documents = stage["documents"]
        removed = sum(documents["removed"].values())
        assert documents["in"] == documents["kept"] + removed + documents["quarantined"]
    extract, corpus = result["stages"][0], result["stages"][-1]
    assert extract["documents"]["in"] == TEXTS and corpus["documents"]["kept"] > TEXTS / 2


def test_committed_work_is_reused_at_once_without_what_only_work_needs(mill: Path) -> None:
    """A plain rerun is at most 20 times an empty Python (the benchmark startup); what would cost it is not imported."""
    found = states(answer("run", "texts.yaml", cwd=mill))
    assert all(state == ("reused", 0) for state in found.values())
    assert min(_seconds("run", "texts.yaml", cwd=mill) for _ in range(2)) < 1.5
    code = (
        "import sys; from flows.commands import cli; assert not cli.guarded(['run', 'texts.yaml']); "
        "print(*sys.modules)"
    )
    loaded = subprocess.run(
        [sys.executable, "-P", "-c", code],
        cwd=mill,
        env=environment(),
        capture_output=True,
        text=True,
    )
    needless = {
        "rich",
        "psutil",
        "lxml",
        "w3lib",
        "urllib.request",
        "http.client",
        "ssl",
    }
    assert loaded.stdout and not (HEAVY | needless) & set(loaded.stdout.split())


def test_a_changed_threshold_runs_only_what_it_touches(copy: Path) -> None:
    result = answer("run", "texts.yaml", "--set", "filter.languages=[ca]", cwd=copy)
    found = states(result)
    assert found["extract"] == ("reused", 0) and found["annotate"] == ("reused", 0)
    assert found["filter"] == ("committed", TEXTS)  # the decisions, not the edits
    assert result["stages"][2]["documents"]["removed"]["language"] > TEXTS / 2


def test_one_more_file_computes_its_own_shards_up_to_deduplication(copy: Path) -> None:
    one_more = sorted(ARTICLES.rglob("*.md"))[30]
    shutil.copy(one_more, copy / "texts" / "zz-one-more.txt")
    found = states(answer("run", "texts.yaml", cwd=copy))
    assert [found[s] for s in ("extract", "annotate", "filter")] == [
        ("committed", 1),
        ("committed", 1),
        ("committed", 3),  # what its site repeats, its edits and its decisions
    ]


def test_a_sample_is_a_fixed_part_of_the_records(mill: Path, tmp_path: Path) -> None:
    store = str(tmp_path / "store")
    first, again, more = (
        answer("run", "texts.yaml", "--until", "extract", "--sample", s, "--store", store, cwd=mill)
        for s in ("50%", "0.5", "80%")
    )
    counts = [r["stages"][0]["documents"]["in"] for r in (first, again, more)]
    assert 0 < counts[0] < TEXTS and counts[0] == counts[1] <= counts[2]
    assert first["stages"][0]["fingerprint"] == again["stages"][0]["fingerprint"]


def test_an_estimate_tells_bytes_hours_and_disk_and_writes_nothing(
    mill: Path, tmp_path: Path
) -> None:
    store = tmp_path / "none"
    result = answer("run", "texts.yaml", "--estimate", "--store", str(store), cwd=mill)
    assert result["bytes_in"] == sum(f.stat().st_size for f in (mill / "texts").iterdir())
    assert result["hours"] >= 0 and result["disk"] > 0 and result["not_estimated"] == []
    assert not store.exists()
    stages = dict.fromkeys(("tokenizer", "shard", "pretrain", "evaluate"))
    trained = estimate_recipe(
        write_recipe(tmp_path, [str(mill / "texts/*.txt")], **stages), str(store), ()
    )
    assert trained["not_estimated"] == ["evaluate"]
    pretrain = trained["estimate"][-1]
    assert pretrain["stage"] == "pretrain" and pretrain["bytes_in"] > 0 < pretrain["seconds"]
    assert pretrain["measured"].startswith("default, a ")
    head, *_, left, total = trained["text"]
    assert head.split() == ["stage", "reads", "writes", "takes", "speed", "from"]
    assert re.search(r"[\d.]+\s(s|min|h) on \d+ workers and [\d.]+\s(bytes|kB|MB) of disk", total)
    assert left == "evaluate: not estimated" and total.startswith("without them ")


def test_what_is_committed_costs_nothing_more_and_feeds_what_is_estimated(mill: Path) -> None:
    """Also after more reruns than the newest few that are read for speeds."""
    told = estimate_recipe(str(mill / "texts.yaml"), str(mill / "store"), ("corpus.mask=[email]",))
    *before, corpus = told["estimate"]
    assert {row["measured"] for row in before} == {"committed"}
    assert [row["seconds"] for row in before] == [0.0] * len(before)
    extract = answer("run", "texts.yaml", cwd=mill)["stages"][0]
    assert before[0]["bytes_out"] == extract["bytes_out"]
    assert 0 < corpus["bytes_in"] <= extract["bytes_out"] and corpus["measured"] == "default"
    assert told["disk"] == corpus["bytes_out"]
    assert told["hours"] == round(corpus["seconds"] / 3600, 3)


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("st",), ["status"]),
        (("run", "quick"), ["quickstart"]),
        (("run", "te"), ["texts.yaml"]),
        (("run", "texts.yaml", "--until", "de"), ["deduplicate"]),
        (("filter", "texts.yaml", "--set", "filter.lang"), ["filter.languages="]),
        (("run", "none.yaml", "--until", ""), []),
    ],
)
def test_a_shell_completes_commands_recipes_stages_and_parameters(
    mill: Path, words: tuple[str, ...], offered: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    variables = {
        "_TAHONA_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(("tahona", *words)),
        "COMP_CWORD": str(len(words)),
    }
    with pytest.raises(SystemExit), chdir(mill), patch.dict(os.environ, variables):
        guarded([])
    assert capsys.readouterr().out.split() == [f"plain,{word}" for word in offered]


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("status", "texts.yaml"), 0, ""),
        (("status", "no.yaml", "--json"), 2, "error: the recipe no.yaml"),
    ],
)
def test_a_reader_that_has_gone_changes_nothing(
    mill: Path, words: tuple[str, ...], code: int, says: str
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    pipes = {"stdout": writing, "stderr": subprocess.PIPE}
    done = subprocess.run(arguments(*words), cwd=mill, env=environment(), text=True, **pipes)
    os.close(writing)
    assert done.returncode == code, done.stderr
    assert done.stderr.startswith(says) and done.stderr.count("\n") == bool(says)


def test_a_run_that_is_killed_twice_and_ended_by_processes_gives_the_same_bytes(
    mill: Path, tmp_path: Path
) -> None:
    """What was in flight is lost and nothing else; slices (tests/infra/test_slurm.py) go on from there too."""
    words = arguments("run", "texts.yaml", "--store", str(tmp_path))
    for shards in (3, TEXTS + 3):
        process = subprocess.Popen(words, cwd=mill, env=environment(), stderr=subprocess.DEVNULL)
        while len(list(tmp_path.glob("shards/*/*"))) < shards and process.poll() is None:
            time.sleep(0.01)
        process.kill()
        process.wait()
    there = len(list(tmp_path.glob("shards/*/*/shard.json")))
    kept = ("--store", str(tmp_path))
    done = answer("annotate", "texts.yaml", "--shards", "1/2", *kept, cwd=mill)
    assert done["stages"][-1]["state"] == "partial"
    children = ("--set", "run.engine=processes", "--set", "run.workers=2")
    done = answer("run", "texts.yaml", *children, *kept, cwd=mill)
    assert sum(s["shards"]["reused"] for s in done["stages"]) >= there > 0
    assert tree(tmp_path) == tree(mill / "store")
    assert answer("prune", *kept, cwd=mill)["shards"] == 0


def test_status_tells_committed_stale_and_missing(copy: Path) -> None:
    fresh = answer("status", "texts.yaml", cwd=copy)["stages"]
    assert {s["state"] for s in fresh} == {"committed"}
    changed = answer("status", "texts.yaml", "--set", "filter.languages=[ca]", cwd=copy)["stages"]
    found = {s["stage"]: s["state"] for s in changed}
    assert found["annotate"] == "committed" and found["filter"] == found["corpus"] == "stale"
    empty = answer("status", "texts.yaml", "--store", str(copy / "none"), cwd=copy)["stages"]
    assert {s["state"] for s in empty} == {"missing"}


def test_lineage_leads_down_to_the_named_files_and_up_to_the_corpus(mill: Path) -> None:
    result = answer("run", "texts.yaml", cwd=mill)
    names = {s["stage"]: f"{s['stage']}/{s['fingerprint']}" for s in result["stages"]}
    text = inside("lineage", names["corpus"], cwd=mill).stdout
    assert "files/" in text and str(mill / "texts") in text and names["extract"] in text
    whole = [line for line in text.splitlines() if "files/" in line and "as above" not in line]
    assert len(whole) == 1, "a dataset that is told twice"
    assert f"{names['extract']}  as above" in text
    up = inside("lineage", names["extract"], cwd=mill).stdout
    assert len([x for x in up.splitlines() if names["corpus"] in x and "as above" not in x]) == 1
    below = json.dumps(answer("lineage", names["extract"], cwd=mill)["made_into"])
    assert names["corpus"] in below and names["annotate"] in below


def test_of_many_files_lineage_names_a_dozen() -> None:
    from flows.commands.inspect import _observed

    files = [{"source": "texts", "path": f"{i}.txt", "bytes": 1000} for i in range(490)]
    lines = _observed({"observed": files}, 1)
    assert len(lines) == 13 and lines[-1] == "  and 478 more files, 478,000 bytes"
    assert len(_observed({"observed": files[:12]}, 1)) == 12


def test_trace_follows_a_document_from_its_file_to_the_corpus(mill: Path) -> None:
    import pyarrow.parquet as pq

    file = next(p for p in (mill / "store/shards/corpus").rglob("lang=es.parquet"))
    document = pq.read_table(file)["id"][0].as_py()
    rows = answer("trace", document, cwd=mill)["rows"]
    stages = [r["stage"] for r in rows]
    assert stages[0] == "extract" and "filter" in stages and stages[-1] == "corpus"
    assert rows[0]["row"]["source"]["file"].endswith(".txt")
    said = inside("trace", document, cwd=mill).stdout.splitlines()
    heads = [number for number, line in enumerate(said) if "  deduplicate/" in line]
    assert heads and all(said[n + 1].startswith("    ") for n in heads)  # none with nothing to tell


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
    assert "run the recipe again" in repaired["text"][-1]
    answer("run", "texts.yaml", cwd=copy)
    assert tree(copy / "store") == wanted and answer("verify", cwd=copy)["damaged"] == []


def test_prune_frees_what_no_kept_dataset_names(copy: Path) -> None:
    wanted = tree(copy / "store")
    recipe, store = str(copy / "texts.yaml"), str(copy / "store")
    assert prune_store(store, None, dry_run=False)["shards"] == 0
    run_recipe(recipe, store, CATALAN)
    run_recipe(recipe, store)
    before = datasets(copy)
    told = inside("prune", "--keep-runs", "1", "--dry-run", cwd=copy).stdout.splitlines()
    assert datasets(copy) == before
    freed = answer("prune", "--keep-runs", "1", cwd=copy)
    assert freed["datasets"] == len(freed["freed"]) and freed["bytes"] > 0
    assert before - datasets(copy) == {n for n in freed["freed"] if not n.startswith("files/")}
    assert told[:-1] == [f"would free {name}" for name in freed["freed"]]
    assert tree(copy / "store") == wanted


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


def datasets(folder: Path) -> set[str]:
    """Those that a stage made; the observed files of a copied folder are others than in its store."""
    store = folder / "store" / "datasets"
    return {f"{p.parent.name}/{p.name}" for p in store.glob("*/*") if p.parent.name != "files"}


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("run", "nothing.yaml"), 2, "nothing.yaml"),
        (("run", "texts.yaml", "--set", "filter.langages=[es]"), 2, "langages"),
        (("run", "texts.yaml", "--until", "pretrain"), 2, "pretrain"),
        (("run", "texts.yaml", "--from", "corpus", "--until", "extract"), 2, "corpus"),
        (("run", "texts.yaml", "--sample", "200%"), 2, "100%"),
        (("extract", "texts.yaml", "--shards", "3/2"), 2, "I/N"),
        (("corpus", "texts.yaml", "--store", "new"), 2, "run `tahona run"),
        (("lineage", "corpus/123abc"), 2, "corpus/123abc"),
        (("verify", "--store", "nowhere"), 2, "nowhere"),
        (("run", "texts.yaml", "--store", "."), 2, "holds other files and is no store"),
        (("status", "texts.yaml", "--store", "texts.yaml"), 2, "is a file, or lies below one"),
        (("verify", "--store", "texts.yaml/store"), 2, "is a file, or lies below one"),
        (("runn", "texts.yaml"), 2, "did you mean the command 'run'?"),
        (("frobnicate",), 2, "frobnicate"),
    ],
)
def test_a_wrong_command_is_one_clear_sentence(
    mill: Path, words: tuple[str, ...], code: int, says: str
) -> None:
    done = inside(*words, cwd=mill)
    assert done.returncode == code
    assert says in done.stderr and "Traceback" not in done.stderr


def test_an_input_that_is_missing_or_altered_is_named(copy: Path) -> None:
    victim = sorted((copy / "texts").iterdir())[3]
    shutil.rmtree(copy / "store")
    recipe = write_recipe(copy, [f"texts/{victim.name}"], name="one")
    victim.unlink()
    done = inside("run", recipe, cwd=copy)
    assert done.returncode == 2 and victim.name in done.stderr


def test_a_store_that_cannot_be_written_is_refused_before_any_work(mill: Path) -> None:
    done = inside("run", "texts.yaml", "--store", "/proc/store", cwd=mill)
    assert done.returncode == 1 and "/proc/store" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("number", "code", "engine"),
    [(signal.SIGTERM, 75, "processes"), (signal.SIGINT, 130, "embedded")],
)
def test_a_request_to_stop_has_its_own_exit_code_and_leaves_no_child(
    mill: Path, tmp_path: Path, number: signal.Signals, code: int, engine: str
) -> None:
    words = arguments(
        *("run", "texts.yaml", "--store", str(tmp_path), "--set", f"run.engine={engine}", "--json")
    )
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = subprocess.Popen(words, cwd=mill, env=environment(), text=True, **pipes)
    while not list(tmp_path.glob("shards/*/*")) and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(number)
    told, log = process.communicate(timeout=60)
    assert process.returncode == code
    assert "run again" in log
    (line,) = told.splitlines()
    answered = json.loads(line)
    assert answered["recipe"] == "texts" and "run again" in answered["error"]
    assert all(s["state"] in {"committed", "failed"} for s in answered["stages"])
    time.sleep(0.5)
    assert not _children_of(process.pid, tmp_path)
    answer("run", "texts.yaml", "--store", str(tmp_path), cwd=mill)
    assert tree(tmp_path) == tree(mill / "store")


@pytest.mark.parametrize(
    ("number", "sign"), [(signal.SIGINT, "corpus "), (signal.SIGTERM, "report: ")]
)
def test_a_late_request_to_stop_never_kills_a_run_that_is_done(
    mill: Path, number: signal.Signals, sign: str
) -> None:
    process = subprocess.Popen(
        arguments("run", "texts.yaml", "--json"),
        cwd=mill,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr
    for line in process.stderr:
        if line.startswith(sign):
            break
    process.send_signal(number)
    told, _ = process.communicate(timeout=60)
    assert process.returncode in {0, 75, 130}
    (line,) = told.splitlines()
    assert (json.loads(line).get("error") is None) == (process.returncode == 0)


def test_a_log_has_one_line_a_record_and_no_empty_answer(mill: Path) -> None:
    done = tahona("run", "texts.yaml", cwd=mill)
    assert done.stdout == ""
    *stages, report = done.stderr.splitlines()
    assert [line.split()[0] for line in stages] == [
        *("extract", "annotate", "filter", "deduplicate", "corpus")
    ]
    assert all("reused" in line and "kept" in line for line in stages)
    assert max(map(len, stages)) > 80 and report.startswith("report: ")


def _children_of(pid: int, store: Path) -> list[str]:
    """Processes of this session that are still in the group of a finished one."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if int(fields[1]) == pid or (int(fields[2]) == pid and int(entry.name) != os.getpid()):
                found.append(command)
    return found


def test_an_installed_wheel_runs_beside_folders_with_our_names(mill: Path, tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    wheels, site, elsewhere = tmp_path / "wheels", tmp_path / "site", tmp_path / "elsewhere"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    source = tmp_path / "source"
    shutil.copytree(root, source, ignore=shutil.ignore_patterns(".*", "store", "build", "tests"))
    build = [*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", str(wheels), str(source)]
    subprocess.run(build, check=True)
    (wheel,) = wheels.glob("*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", str(site), str(wheel)], check=True)
    for name in ("training", "flows", "pipeline", "cleaning"):
        (elsewhere / name).mkdir(parents=True)
        (elsewhere / name / "__init__.py").write_text("raise SystemExit('the wrong package')")
    shutil.copytree(mill / "texts", elsewhere / "texts")
    shutil.copy(mill / "texts.yaml", elsewhere)
    # The script of the wheel, as an installer would write it for this interpreter.
    script = site / "bin" / "tahona"
    done = subprocess.run(
        [
            sys.executable,
            str(script),
            "extract",
            "texts.yaml",
            "--set",
            "run.engine=processes",
            "--json",
        ],
        cwd=elsewhere,
        env=environment(PYTHONPATH=str(site)),
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout.splitlines()[-1])["stages"][-1]["state"] == "committed"
    assert (site / "flows" / "recipes" / "quickstart.yaml").is_file()
    assert list((site / "flows" / "small_web" / "articles").rglob("*.md"))
