"""What is withdrawn is in nothing that is made from then on, and nothing else changes."""

from __future__ import annotations

import json
import os
import re
import shutil
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from cleaning.corpus.orders import order_of
from flows.commands import trace
from flows.commands.order_files import entries
from flows.commands.withdraw import _models
from pipeline.errors import UsageError
from pipeline.model.dataset import Manifest
from pipeline.store.store import Store
from tests.cleaning.crawl.site_server import Answer, page, serve
from tests.cleaning.extract.test_extract import HTML, warc
from tests.flows.command import ARTICLES, answer, inside
from tests.training.corpora import file, manifest, shard
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

    # Nothing further is made of what was there before the order.
    refused = inside("shard", "mine.yaml", "--set", "shard.validation=0.3", cwd=folder)
    assert refused.returncode == 2 and "before the orders of withdrawal" in refused.stderr

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
        (".csv", "url;desde\r\na.test;2026\r\nhttp://b.test/x?y=1;2026,5\r\n"),
        (".csv", '"url";"desde"\na.test;2026\nhttp://b.test/x?y=1;2026\n'),
        (
            ".csv",
            "# a list, of 2026\r\n\r\nsince;domain\r\n# ours;\r\n;a.test\r\n;http://b.test/x?y=1\r\n",
        ),
        (".tsv", "url\tsince\na.test\t1\nhttp://b.test/x?y=1\t2\n"),
        (".json", '["a.test", {"url": "http://b.test/x?y=1", "reason": "ours.test"}]'),
        (".json", '{"version": "1", "optouts": {"domain": ["a.test", "http://b.test/x?y=1"]}}'),
    ],
)
def test_a_list_of_hosts_and_the_file_of_a_registry_say_the_same(suffix: str, text: str) -> None:
    assert [entry for _, entry in entries(text, suffix)] == ["a.test", "http://b.test/x?y=1"]


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
    (tmp_path / "wrong.yaml").write_text("agents: [GPTBot]\nrefuse: [tdm-reservatoin]\n")
    done = inside("withdraw", "wrong.yaml", cwd=tmp_path)
    said = "error: wrong.yaml, line 2, key refuse[0]: must be one of 'ai-agents'"
    assert done.returncode == 2 and done.stderr.startswith(said)


def test_an_address_may_be_copied_with_its_spaces() -> None:
    order = order_of("http://a.test/año nuevo/página uno.html")
    assert order.kind == "url"
    assert order.value == "http://a.test/a%C3%B1o%20nuevo/p%C3%A1gina%20uno.html"
    for word in ("http://a.test/1 http://a.test/2", "http://a b.test/"):
        with pytest.raises(UsageError):
            order_of(word)


@pytest.mark.parametrize("word", ["nothing of the kind", "host"])
def test_what_is_no_order_is_refused(folder: Path, word: str) -> None:
    done = inside("withdraw", word, cwd=folder)
    assert done.returncode == 2 and "is no address, no host and no id" in done.stderr


@pytest.mark.parametrize("word", ["missing.txt", "optouts.CSV", "lists/optouts.json", "a/b"])
def test_a_file_that_is_not_there_is_no_host(folder: Path, word: str) -> None:
    before = answer("withdraw", cwd=folder)["orders"]
    done = inside("withdraw", word, cwd=folder)
    assert done.returncode == 2 and f"there is no file {word}" in done.stderr
    assert answer("withdraw", cwd=folder)["orders"] == before


def test_a_folder_is_no_order(folder: Path, tmp_path: Path) -> None:
    done = inside("withdraw", str(tmp_path), cwd=folder)
    assert done.returncode == 2 and f"{tmp_path} is a folder" in done.stderr


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("none.txt", "", "names no address"),
        ("remarks.txt", "# later\n\n", "names no address"),
        ("head.csv", "url,since\n", "names no address"),
        ("wrong.txt", "a.test\n\nnot this\n", "wrong.txt, line 3: 'not this' is no address"),
        (
            "hosts.yaml",
            "- a.test\n",
            "line 1: a policy of rights is a mapping, as `rights` in a recipe: a list",
        ),
        ("wrong.csv", 'note,url\n"two\nlines",a.test\nx,y\n', "wrong.csv, line 4: 'y' is no"),
    ],
)
def test_a_file_without_orders_or_with_a_wrong_one_is_refused_and_says_where(
    folder: Path, name: str, text: str, said: str
) -> None:
    (folder / name).write_text(text)
    done = inside("withdraw", name, cwd=folder)
    assert done.returncode == 2 and said in done.stderr


def test_an_order_that_names_nothing_is_told_and_may_be_taken_back(folder: Path) -> None:
    host, page = "nobody.test", "http://dos.test/1/1"
    before = answer("withdraw", cwd=folder)
    done = inside("withdraw", host, page, cwd=folder)
    first, second = (line for line in done.stdout.splitlines() if line.startswith("recorded"))
    assert first == f"recorded: url {page}" or page not in str(before)
    assert second.startswith(f"recorded: host {host}, which names no document of this store")
    assert answer("withdraw", "--undo", host, page, cwd=folder)["taken_back"] == 2
    after = answer("withdraw", cwd=folder)
    assert (after["orders"], after["documents"]) == (before["orders"], before["documents"])
    done = inside("withdraw", "--undo", host, cwd=folder)
    assert done.returncode == 2 and f"no order holds for host {host}" in done.stderr
    assert inside("withdraw", "--undo", cwd=folder).returncode == 2


def test_an_address_is_one_under_http_and_https_and_another_spelling_is_suggested(
    folder: Path,
) -> None:
    page = "http://www.uno.test/0/9"
    secure = page.replace("http:", "https:")
    id = answer("trace", page, cwd=folder)["document"]
    assert answer("trace", secure, cwd=folder)["document"] == id
    told = answer("withdraw", secure, cwd=folder)
    assert told["idle"] == [] and id in {d["id"] for d in told["documents"]}
    corpus = next(
        s for s in answer("run", "mine.yaml", cwd=folder)["stages"] if s["stage"] == "corpus"
    )
    assert secure in str(answer("trace", id, cwd=folder)["withdrawn"])
    made = folder / f"store/datasets/corpus/{corpus['fingerprint']}"
    assert f"corpus/{made.name}" in answer("trace", id, cwd=folder)["without"]
    answer("withdraw", "--undo", secure, cwd=folder)

    for slip in (f"{secure}/", "https://uno.test/0/9", "http://uno.test/0/9/"):
        done = inside("withdraw", slip, cwd=folder)
        assert done.returncode == 0 and f"what may come: did you mean {page}?" in done.stdout
        assert done.stdout.splitlines()[-1].startswith("nothing was found now")
        answer("withdraw", "--undo", slip, cwd=folder)
        done = inside("trace", slip, cwd=folder)
        assert done.returncode == 2 and f"did you mean {page}?" in done.stderr
    done = inside("trace", page.partition("://")[2], cwd=folder)
    assert done.returncode == 2 and "an address begins with https://" in done.stderr
    done = inside("withdraw", "http://nobody.test/1", cwd=folder)
    assert "did you mean" not in done.stdout and "nothing was found now" in done.stdout
    answer("withdraw", "--undo", "http://nobody.test/1", cwd=folder)


def test_of_two_sources_with_a_file_of_one_name_the_one_that_was_read_is_named(
    tmp_path: Path,
) -> None:
    texts = [path.read_text() for path in sorted(ARTICLES.glob("*/*.md"))[:2]]
    sources: dict[str, Any] = {}
    for name, text in zip("ab", texts, strict=True):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.jsonl").write_text(json.dumps({"text": text}) + "\n")
        sources[name] = {"files": [f"{name}/*.jsonl"], "domain": "news", "licence": "CC-BY-4.0"}
    recipe = {"name": "mine", "sources": sources, "stages": {"extract": None}}
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(recipe))
    answer("run", "mine.yaml", cwd=tmp_path)
    rows = [
        row
        for file in (tmp_path / "store/shards/extract").glob("*/kept.parquet")
        for row in pq.read_table(file).to_pylist()
    ]
    (asked,) = (row for row in rows if row["source"]["name"] == "b")
    told = inside("withdraw", asked["id"], "--erase", cwd=tmp_path).stdout
    place = tmp_path / "b/x.jsonl"
    assert f"yours to erase: {place}, byte 0 (source b)" in told
    assert str(tmp_path / "a/x.jsonl") not in told
    assert f"{asked['id']}  x.jsonl, byte 0 (source b)" in told


def test_a_document_whose_order_was_taken_back_is_in_the_next_corpus(tmp_path: Path) -> None:
    texts = [path.read_text() for path in sorted(ARTICLES.glob("*/*.md"))[:2]]
    rows = [{"text": t, "url": f"http://uno.test/{n}"} for n, t in enumerate(texts)]
    (tmp_path / "two.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    stages = {"extract": None, "annotate": None, "corpus": {"languages": ["es", "gl", "ca", "eu"]}}
    source = {"files": ["*.jsonl"], "domain": "news", "licence": "CC-BY-4.0"}
    recipe = {"name": "mine", "sources": {"texts": source}, "stages": stages}
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(recipe))

    def run() -> dict[str, Any]:
        stages = answer("run", "mine.yaml", cwd=tmp_path)["stages"]
        return dict(stages[-1])

    first = run()
    answer("withdraw", "http://uno.test/0", cwd=tmp_path)
    assert run()["documents"]["removed"] == {"withdrawn": 1}
    answer("withdraw", "--undo", "http://uno.test/0", cwd=tmp_path)
    assert run()["documents"] == first["documents"]

    # What was erased can't come back, and no corpus has it as a document without a text.
    answer("withdraw", "http://uno.test/0", "--erase", cwd=tmp_path)
    told = inside("withdraw", "--undo", "http://uno.test/0", cwd=tmp_path).stdout
    assert "but for 1 document whose text was erased: withdrawn by id" in told
    assert run()["documents"]["removed"] == {"withdrawn": 1}
    answer("withdraw", "uno.test", cwd=tmp_path)
    answer("withdraw", "--undo", "uno.test", cwd=tmp_path)
    assert run()["documents"]["removed"] == {"withdrawn": 1}


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
    assert "1 order in all, naming 1 document of this store" in told.stdout
    assert "plain.jsonl, byte 0" in told.stdout and "None" not in told.stdout
    assert "mine has made no corpus, export or tokens" in told.stdout


def test_a_new_order_lists_its_own_documents_not_those_of_earlier_ones(tmp_path: Path) -> None:
    lines = [{"text": f"Pan {n}.", "url": f"http://{n}.test/"} for n in ("uno", "dos", "tres")]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    source = {"files": ["a.jsonl"], "domain": "news", "licence": "CC-BY-4.0"}
    stages = {"extract": {"gate": []}}
    recipe = {"name": "mine", "sources": {"texts": source}, "stages": stages}
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(recipe))
    answer("run", "mine.yaml", cwd=tmp_path)

    def listed(*words: str) -> list[str]:
        told = inside("withdraw", *words, cwd=tmp_path).stdout.splitlines()
        assert f"{total} in all" in "\n".join(told)
        if words == ("dos.test",):
            assert "1 new order names 1 document of this store" in told
        return [line.split()[-1] for line in told if re.match("    [0-9a-f]{16,}  ", line)]

    total = "1 order"
    assert listed("uno.test") == ["http://uno.test/"]
    total = "2 orders"
    assert listed("dos.test") == ["http://dos.test/"]
    told = inside("withdraw", "tres.test", "--json", cwd=tmp_path)
    answered = json.loads(told.stdout.splitlines()[-1])
    assert len(answered["documents"]) == 3 and len(answered["named_now"]) == 1
    total = "4 orders"
    assert listed("nobody.test") == [], "it names none"
    assert sorted(listed()) == sorted(line["url"] for line in lines), "without an order, all"


def test_what_a_recipe_made_last_is_judged_when_its_last_run_was_of_one_stage(
    tmp_path: Path,
) -> None:
    source = {"files": ["*.jsonl"], "domain": "news", "licence": "CC-BY-4.0"}
    texts = [path.read_text() for path in sorted(ARTICLES.glob("*/*.md"))[:4]]
    rows = [json.dumps({"text": t, "url": f"http://uno.test/{n}"}) for n, t in enumerate(texts)]
    (tmp_path / "texts.jsonl").write_text("\n".join(rows))
    stages: dict[str, Any] = dict.fromkeys(("extract", "annotate", "corpus", "export"))
    # Forms without a table, one of them without ids.
    forms = {"lines": "jsonl", "sentences": "bne"}
    stages |= {name: {"stage": "export", "formats": [form]} for name, form in forms.items()}
    recipe = {"name": "mine", "sources": {"texts": source}, "stages": stages}
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(recipe, sort_keys=False))
    answer("run", "mine.yaml", cwd=tmp_path)
    answer("extract", "mine.yaml", cwd=tmp_path)
    told = inside("withdraw", "http://uno.test/1", cwd=tmp_path)
    said = "they are in 4 of the newest 4 datasets of text and tokens of mine: run it again"
    assert said in told.stdout and told.stdout.count("1 of them in export/") == 3
    # A stage that the recipe has no more is not waited for.
    for name in ("export", *forms):
        del stages[name]
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(recipe, sort_keys=False))
    answer("run", "mine.yaml", cwd=tmp_path)
    told = inside("withdraw", cwd=tmp_path)
    assert "none of them in the newest 1 dataset of text and tokens of mine" in told.stdout
    # Those of before are named all the same, and what the corpus was made from.
    assert re.search(r"^1 of them in extract/", told.stdout, re.MULTILINE)
    assert told.stdout.count("1 of them in export/") == 3
    assert re.search(
        r"^they are in 4 earlier datasets \(corpus/\S+, export/", told.stdout, re.MULTILINE
    )


def test_a_document_that_was_removed_and_its_page_of_a_crawl_are_found_too(tmp_path: Path) -> None:
    def answers(path: str) -> Answer | None:
        return None if path == "/robots.txt" else Answer(page("Pan."))

    with serve(answers) as site:
        (tmp_path / "mine.yaml").write_text(
            f"name: mine\nresolve: {{sitio.test: '{site.address}'}}\nsources:\n  diario:\n"
            "    crawl: {seeds: ['http://sitio.test/'], delay: 0}\n"
            "stages: {crawl: {edition: uno}, extract: }\n"
        )
        ran = answer("run", "mine.yaml", cwd=tmp_path)
    assert ran["stages"][1]["documents"]["kept"] == 0
    told = answer("withdraw", "http://sitio.test/", cwd=tmp_path)
    assert told["idle"] == [] and len(told["documents"]) == 1
    names = {f"{stage['stage']}/{stage['fingerprint']}": 1 for stage in ran["stages"]}
    assert told["datasets"] == names


def test_models_are_told_that_read_a_document_and_those_that_go_on_from_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, rows = Store(tmp_path / "store"), pa.table({"id": ["a", "a", "b"], "tokens": [3, 2, 4]})
    pq.write_table(rows, tmp_path / "news.train.parquet")
    pq.write_table(rows.slice(2), tmp_path / "legal.test.parquet")
    files = [
        file(tmp_path / "news.train.parquet", "news/train"),
        file(tmp_path / "legal.test.parquet", "legal/test"),
    ]
    tokens = manifest("shard", ("tokens",), [shard("shard", files)])

    def model(letter: str, params: dict[str, Any], reads: Manifest | None = None) -> Manifest:
        params |= {"domains": ["news"], "validation_domains": []}
        trained = shard("pretrain", [], params=params, figures={"steps": 7})
        made = manifest("pretrain", ("model",), [trained])
        inputs = {"tokens": [tokens.reference], **({"model": [reads.reference]} if reads else {})}
        return made.model_copy(update={"fingerprint": letter * 32, "inputs": inputs})

    general = model("1", {})
    further = model("2", {"weights": {"legal": 1}}, general)
    models = [model("3", {"weights": {"legal": 1}}, further), further, general]
    apart = model("4", {"weights": {"legal": 1}})
    hits = {str(tokens.reference): 1}
    told = _models(store, [tokens, *models, apart], hits, {"a": {}, "z": {}})
    assert [(m["dataset"][-1], m["documents"], m["from"]) for m in told] == [
        ("3", 0, str(further.reference)),
        ("2", 0, str(general.reference)),
        ("1", 1, None),
    ]

    # The trace of a document names the first, by whose weights the others learnt.
    read = {"1": [0, 4], "2": [], "3": [], "4": []}
    monkeypatch.setattr(trace, "_steps", lambda _store, m, *_: read[m.fingerprint[-1]])
    row = {"dataset": str(tokens.reference), "part": "news/train"}
    followed = trace._models(store, [tokens, *models, apart], [row], {})
    assert [(m["dataset"][-1], m["read"], m["from"]) for m in followed] == [
        ("3", [], str(general.reference)),
        ("2", [], str(general.reference)),
        ("1", [0, 4], None),
        ("4", [], None),
    ]
    said = list(map(trace._model_text, followed))
    assert said[0].endswith(f"by way of {general.reference}, whose weights it goes on from")
    assert said[3].endswith("read none of these tokens in its 7 steps")


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
    assert answer("trace", traced["document"][:8], cwd=folder)["document"] == traced["document"]
    host = answer("trace", "tres.test", cwd=folder)
    told = inside("trace", "tres.test", cwd=folder).stdout
    assert re.search(
        r"^filter/\w+.*: [1-8] edits by site \(\d+ characters\), [1-8] kept\b", told, re.MULTILINE
    )
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
    # However it was typed: documents are kept in one form. A byte that is no UTF-8 is no fault.
    typed = unicodedata.normalize("NFD", f"{passage} Zzyzx").replace(" ", " \u200b")
    assert answer("trace", "--text", typed, cwd=folder)["spans"] == told["spans"]
    assert inside("trace", "--text", os.fsdecode(b"caf\xe9 de la"), cwd=folder).returncode == 0
    # What is shorter than a span is looked for whole.
    short = answer("trace", "--text", "de la", cwd=folder)
    assert short["share"] == 1 and short["spans"][0]["text"].strip() == "de la"


def _all_text(store: Path) -> str:
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
    assert _all_text(folder / "store").count(passage) >= 4  # documents, corpora, tokens, index
    before = {str(p): p.read_bytes() for p in (folder / "store").glob("datasets/*/*/manifest.json")}

    told = answer("withdraw", "--erase", asked["url"], cwd=folder)
    assert {"extract", "corpus", "shard", "index"} <= told["erased"]["counts"].keys()
    assert f"{folder / '0.jsonl'}, byte " in str(told["erased"]["outside"])
    assert passage not in _all_text(folder / "store")
    assert rows[1]["text"][300:360] in _all_text(folder / "store")
    verified = answer("verify", cwd=folder)
    assert verified["damaged"] == [] and verified["erased"] == told["erased"]["files"]
    assert all(Path(path).read_bytes() == was for path, was in before.items())
    record = json.loads(next((folder / "store").glob("datasets/corpus/*/erased.json")).read_text())
    assert record["erasures"] and all(len(was) == 2 for was in record["files"].values())

    ran = answer("run", "mine.yaml", cwd=folder)
    states = {s["stage"]: s["state"] for s in ran["stages"]}
    assert states["annotate"] == states["deduplicate"] == "reused"
    # Whoever asks later is told the same; of one that is only withdrawn the text is still there.
    lines = inside("withdraw", cwd=folder).stdout.splitlines()
    holding = [x for x in lines if re.match(r"\d+ of them in ", x)]
    assert holding and all(x.endswith(", without text") for x in holding)
    told = inside("withdraw", rows[1]["url"], cwd=folder).stdout
    assert re.search(r" of them in corpus/.*, \d+ without text$", told, re.MULTILINE)
    answer("withdraw", "--undo", rows[1]["url"], cwd=folder)
    again = answer("withdraw", "--erase", cwd=folder)
    assert set(again["last_runs"]["mine"].values()) == {0} and again["erased"]["files"] == []
    assert answer("verify", "--repair", cwd=folder)["removed"] == []
    place = Path(folder, "store", verified["erased"][0])
    place.write_bytes(place.read_bytes()[:-1])
    assert str(place).endswith(answer("verify", code=1, cwd=folder)["damaged"][0])
