"""What is withdrawn is in nothing that is made from then on, and nothing else changes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import yaml

from flows.commands.order_files import _entries
from tests.cleaning.test_extract import HTML, warc
from tests.flows.command import ARTICLES, answer, inside
from training.tokenizer.vocabulary import load


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two files of documents with addresses of three hosts, and a recipe up to the tokens."""
    folder = tmp_path_factory.mktemp("withdraw")
    texts = [path.read_text() for path in sorted(ARTICLES.glob("*/*.md"))[:24]]
    hosts = ["www.uno.test", "dos.test", "tres.test"]
    for number in range(2):
        rows = [
            {"text": text, "url": f"http://{hosts[n % 3]}/{number}/{n}"}
            for n, text in enumerate(texts[number::2])
        ]
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{number}.jsonl").write_text(lines)
    stages = dict.fromkeys(("extract", "annotate", "filter", "deduplicate", "corpus"))
    recipe = {
        "name": "mine",
        "sources": {"texts": {"files": ["*.jsonl"], "domain": "news", "licence": "CC-BY-4.0"}},
        "stages": {
            **stages,
            "tokenizer": {"vocabulary": 400, "languages": ["es", "gl", "ca"]},
            "shard": {"languages": ["es", "gl", "ca"]},
        },
    }
    (folder / "mine.yaml").write_text(yaml.safe_dump(recipe, sort_keys=False))
    answer("run", "mine.yaml", cwd=folder)
    return folder


def test_an_order_takes_documents_out_of_all_that_is_made_after_it(folder: Path) -> None:
    asked = "http://www.uno.test/0/3"
    (folder / "registry.txt").write_text("# opted out\ntres.test\n")
    told = answer("withdraw", asked, "registry.txt", cwd=folder)
    urls = {document["url"] for document in told["documents"]}
    assert asked in urls and all(url == asked or "//tres.test/" in url for url in urls)
    assert told["recorded"] == 2 and len(urls) == 1 + 2 * 4
    assert sum(told["last_runs"]["mine"].values()) > 0

    ran = answer("run", "mine.yaml", cwd=folder)
    corpus = next(s for s in ran["stages"] if s["stage"] == "corpus")
    assert 0 < corpus["documents"]["removed"]["withdrawn"] <= len(urls)
    states = {s["stage"]: s["state"] for s in ran["stages"]}
    assert states["deduplicate"] == "reused" and states["shard"] == "committed"

    again = answer("withdraw", cwd=folder)
    assert again["recorded"] == 0
    proof = again["last_runs"]["mine"]
    assert set(proof.values()) == {0} and {n.split("/")[0] for n in proof} == {"corpus", "shard"}
    assert answer("status", "mine.yaml", cwd=folder)["stages"][-1]["state"] == "committed"
    assert answer("verify", cwd=folder)["damaged"] == []
    assert answer("lineage", next(iter(proof)), cwd=folder)["made_from"]


def test_shards_that_hold_none_of_it_are_not_made_again(folder: Path) -> None:
    before = answer("run", "mine.yaml", cwd=folder)["stages"]
    assert {s["state"] for s in before} == {"reused"}
    answer("withdraw", "http://dos.test/1/4", cwd=folder)
    ran = answer("run", "mine.yaml", cwd=folder)
    corpus = next(s for s in ran["stages"] if s["stage"] == "corpus")
    # The order is looked for in both shards of documents; the text of one is written again.
    assert corpus["shards"] == {"computed": 3, "reused": 1}


def test_the_same_order_twice_is_one(folder: Path) -> None:
    answer("withdraw", "cuatro.test", cwd=folder)
    assert answer("withdraw", "cuatro.test", cwd=folder)["recorded"] == 0


def test_in_a_store_that_was_moved_a_corpus_names_orders_that_are_there(
    folder: Path, tmp_path: Path
) -> None:
    moved = tmp_path / "moved"
    shutil.copytree(folder, moved)
    answer("withdraw", cwd=moved)
    ran = answer("run", "mine.yaml", "--set", "corpus.mask=[email]", cwd=moved)
    corpus = next(s for s in ran["stages"] if s["stage"] == "corpus")
    assert corpus["state"] == "committed"
    manifests = {
        f"{p.parent.parent.name}/{p.parent.name}" for p in moved.glob("store/datasets/*/*/*.json")
    }
    made = moved / f"store/datasets/corpus/{corpus['fingerprint']}/manifest.json"
    (orders,) = json.loads(made.read_text())["inputs"]["withdrawals"]
    assert f"{orders['stage']}/{orders['fingerprint']}" in manifests
    answer("prune", "--keep-runs", "1", cwd=moved)
    assert (moved / f"store/datasets/withdrawals/{orders['fingerprint']}").is_dir()


@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        (".txt", "# a list\na.test\n\nhttp://b.test/x?y=1 , \n"),
        (".csv", "name,Domain,date\nA,a.test,2026\nB,http://b.test/x?y=1,2026\n"),
        (".csv", "a.test,2026\nhttp://b.test/x?y=1,2026\n"),
        (".tsv", "url\tsince\na.test\t1\nhttp://b.test/x?y=1\t2\n"),
        (".json", '["a.test", {"url": "http://b.test/x?y=1", "reason": "ours.test"}]'),
        (".json", '{"version": "1", "optouts": {"domain": ["a.test", "http://b.test/x?y=1"]}}'),
    ],
)
def test_a_list_of_hosts_and_the_file_of_a_registry_say_the_same(suffix: str, text: str) -> None:
    assert list(_entries(text, suffix)) == ["a.test", "http://b.test/x?y=1"]


def test_a_policy_of_rights_withdraws_what_pages_reserve(tmp_path: Path) -> None:
    texts = [path.read_text() for path in sorted(ARTICLES.glob("*/*.md"))[:4]]
    records = []
    for number, text in enumerate(texts):
        head = '<meta name="tdm-reservation" content="1">' * (number % 2)
        body = "".join(f"<p>{line}</p>" for line in text.split("\n\n"))
        page = f"<html><head>{head}</head><body><article>{body}</article></body></html>"
        records.append(("response", "200 OK", page.encode(), HTML))
    warc(tmp_path / "a.warc.gz", records)
    source = {"files": ["*.warc.gz"], "domain": "web", "licence": "unknown"}
    stages = {"extract": {"rights": {"refuse": []}}, "annotate": None, "corpus": None}
    recipe = {"name": "mine", "sources": {"site": source}, "stages": stages}
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(recipe, sort_keys=False))
    answer("run", "mine.yaml", cwd=tmp_path)
    (tmp_path / "policy.yaml").write_text("refuse: [tdm-reservation]\n")
    told = answer("withdraw", "policy.yaml", cwd=tmp_path)
    reserved = ["http://ejemplo.es/1", "http://ejemplo.es/3"]
    assert sorted(document["url"] for document in told["documents"]) == reserved
    assert answer("withdraw", "policy.yaml", cwd=tmp_path)["recorded"] == 0
    ran = answer("run", "mine.yaml", cwd=tmp_path)
    assert ran["stages"][-1]["documents"]["removed"] == {"withdrawn": 2}
    proof = answer("withdraw", "--erase", cwd=tmp_path)
    assert (
        set(proof["last_runs"]["mine"].values()) == {0}
        and proof["erased"]["counts"]["extract"] == 2
    )
    (traced,) = answer("trace", reserved[0], cwd=tmp_path)["withdrawn"]
    assert traced["kind"] == "rights" and traced["source"] == "policy.yaml"

    (tmp_path / "more.yml").write_text("refuse: [ai-agents, content-signal]\n")
    answer("extract", "mine.yaml", "--set", "extract.rights=null", cwd=tmp_path)
    done = inside("withdraw", "more.yml", cwd=tmp_path)
    assert "not heard by more.yml" in done.stdout and "source site" in done.stdout
    (tmp_path / "wrong.yaml").write_text("refuse: [nothing]\n")
    done = inside("withdraw", "wrong.yaml", cwd=tmp_path)
    assert done.returncode == 2 and "wrong.yaml can't be read as a list of orders" in done.stderr


@pytest.mark.parametrize("word", ["nothing of the kind", "host", "a/b"])
def test_what_is_no_order_is_refused(folder: Path, word: str) -> None:
    done = inside("withdraw", word, cwd=folder)
    assert done.returncode == 2 and "is no address, no host and no id" in done.stderr


def test_a_document_without_an_address_is_told_by_its_file(tmp_path: Path) -> None:
    text = next(iter(sorted(ARTICLES.glob("*/*.md")))).read_text()
    (tmp_path / "plain.jsonl").write_text(json.dumps({"text": text}) + "\n")
    source = {"files": ["*.jsonl"], "domain": "news", "licence": "CC-BY-4.0"}
    recipe = {"name": "mine", "sources": {"texts": source}, "stages": {"extract": None}}
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(recipe))
    answer("run", "mine.yaml", cwd=tmp_path)
    (file,) = (tmp_path / "store/shards/extract").glob("*/kept.parquet")
    (id,) = pq.read_table(file)["id"].to_pylist()
    told = inside("withdraw", id, cwd=tmp_path)
    assert "plain.jsonl, 0" in told.stdout and "None" not in told.stdout
    assert "last run of mine: 0 hits in 0 datasets of text and tokens" in told.stdout


def test_a_document_is_followed_by_its_address_and_a_host_by_its_documents(folder: Path) -> None:
    traced = answer("trace", "http://www.uno.test/0/3", cwd=folder)
    rows = {row["stage"]: row["row"] for row in traced["rows"]}
    assert {"extract", "annotate", "filter", "corpus", "shard"} <= rows.keys()
    tokens = rows["shard"]
    assert tokens["to_token"] - tokens["from_token"] == tokens["tokens"]
    assert answer("trace", traced["document"], cwd=folder)["rows"] == traced["rows"]
    assert [order["value"] for order in traced["withdrawn"]] == ["http://www.uno.test/0/3"]
    assert traced["without"] and not set(traced["without"]) & {r["dataset"] for r in traced["rows"]}
    done = inside("trace", "http://www.uno.test/0/3", cwd=folder)
    assert done.stdout.startswith("withdrawn on 2") and "not in corpus/" in done.stdout
    done = inside("trace", "--text", " ", cwd=folder)
    assert done.returncode == 2 and "there is no text to find" in done.stderr
    host = answer("trace", "tres.test", cwd=folder)
    assert len(host["documents"]) == 8
    assert any("withdrawn" not in str(row) and row["parts"] for row in host["datasets"])
    assert inside("trace", "http://nobody.test/", cwd=folder).returncode == 2


def test_a_text_is_found_in_the_tokens(folder: Path) -> None:
    recipe = yaml.safe_load((folder / "mine.yaml").read_text())
    recipe["stages"]["index"] = None
    (folder / "mine.yaml").write_text(yaml.safe_dump(recipe, sort_keys=False))
    answer("run", "mine.yaml", cwd=folder)
    lines = (folder / "0.jsonl").read_text().splitlines()
    document = next(
        d for d in map(json.loads, lines) if "www.uno.test" in d["url"] and "/0/3" not in d["url"]
    )
    passage = document["text"][200:320].strip()
    told = answer("trace", "--text", f"{passage} Zzyzx", cwd=folder)
    best = max(told["spans"], key=lambda span: span["tokens"])
    assert best["count"] == 1 and best["documents"][0]["url"] == document["url"]
    assert best["text"].strip() in passage and len(best["text"]) > 60


def _held(store: Path) -> str:
    """All that the Parquet files and token files of a store say, as one text."""
    said: list[str] = []
    for path in sorted(store.glob("shards/*/*/*.parquet")):
        said.append(json.dumps(pq.read_table(path).to_pylist(), default=str, ensure_ascii=False))
    for path in sorted(store.glob("shards/*/*/tokenizer.json")):
        vocabulary = load(path)
        for tokens in store.glob("shards/*/*/*.bin"):
            if tokens.name.startswith(("news.", "tokens.")):
                said.append(vocabulary.decode(np.fromfile(tokens, "<u2").tolist()))
    return "\n".join(said).replace("\\n", "\n")


def test_erased_text_is_in_no_file_and_the_store_is_sound_and_used_as_before(folder: Path) -> None:
    rows = [json.loads(line) for line in (folder / "0.jsonl").read_text().splitlines()]
    asked = next(row for row in rows if row["url"] == "http://www.uno.test/0/6")
    passage = asked["text"][300:360]
    assert _held(folder / "store").count(passage) >= 4  # documents, corpora, tokens, index
    before = {str(p): p.read_bytes() for p in (folder / "store").glob("datasets/*/*/manifest.json")}

    told = answer("withdraw", "--erase", asked["url"], cwd=folder)
    assert {"extract", "corpus", "shard", "index"} <= told["erased"]["counts"].keys()
    assert any(place.startswith("0.jsonl, ") for place in told["erased"]["outside"])
    assert passage not in _held(folder / "store")
    assert rows[1]["text"][300:360] in _held(folder / "store")
    verified = answer("verify", cwd=folder)
    assert verified["damaged"] == [] and verified["erased"] == told["erased"]["files"]
    assert all(Path(path).read_bytes() == was for path, was in before.items())
    record = json.loads(next((folder / "store").glob("datasets/corpus/*/erased.json")).read_text())
    assert record["erasures"] and all(len(was) == 2 for was in record["files"].values())

    ran = answer("run", "mine.yaml", cwd=folder)
    states = {s["stage"]: s["state"] for s in ran["stages"]}
    assert states["annotate"] == states["deduplicate"] == "reused"
    again = answer("withdraw", "--erase", cwd=folder)
    assert set(again["last_runs"]["mine"].values()) == {0} and again["erased"]["files"] == []
    assert answer("verify", "--repair", cwd=folder)["removed"] == []
    place = Path(folder, "store", verified["erased"][0])
    place.write_bytes(place.read_bytes()[:-1])
    assert str(place).endswith(answer("verify", code=1, cwd=folder)["damaged"][0])
