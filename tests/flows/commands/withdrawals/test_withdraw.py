"""What is withdrawn is in nothing that is made from then on, and nothing else changes."""

from __future__ import annotations

import json
import os
import re
import shutil
import unicodedata
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import yaml

from cleaning.withdrawals.orders import order_of
from flows.commands.withdrawals.order_files import entries
from pipeline.errors import UsageError
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
        "sources": {"texts": {"files": ["*.jsonl"], "domain": "web", "licence": "CC-BY-4.0"}},
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
    address = "http://www.uno.test/0/3"
    (folder / "registry.txt").write_text("# opted out\ntres.test\n")
    withdrawal = answer("withdraw", address, "registry.txt", cwd=folder)
    urls = {document["url"] for document in withdrawal["documents"]}
    assert address in urls and all(url == address or "//tres.test/" in url for url in urls)
    assert withdrawal["recorded"] == 2 and len(urls) == 1 + 2 * 4
    assert sum(withdrawal["last_runs"]["mine"].values()) > 0

    # Nothing further is made of what was there before the order.
    refused = inside("shard", "mine.yaml", "--set", "shard.validation=0.3", cwd=folder)
    assert refused.returncode == 2 and "before the orders of withdrawal" in refused.stderr

    ran = answer("run", "mine.yaml", cwd=folder)
    corpus = next(s for s in ran["stages"] if s["stage"] == "corpus")
    assert 0 < corpus["documents"]["removed"]["withdrawn"] <= len(urls)
    states = {s["stage"]: s["state"] for s in ran["stages"]}
    assert states["annotate"] == "reused" and states["shard"] == "committed"

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
    file = moved / f"store/datasets/corpus/{corpus['fingerprint']}/manifest.json"
    (orders,) = json.loads(file.read_text())["inputs"]["withdrawals"]
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
    ("name", "text", "message"),
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
    folder: Path, name: str, text: str, message: str
) -> None:
    (folder / name).write_text(text)
    done = inside("withdraw", name, cwd=folder)
    assert done.returncode == 2 and message in done.stderr


def test_an_order_that_names_nothing_is_told_and_may_be_taken_back(folder: Path) -> None:
    host, page = "nobody.test", "http://dos.test/1/1"
    before = answer("withdraw", cwd=folder)
    done = inside("withdraw", host, page, cwd=folder)
    first, second = (line for line in done.stdout.splitlines() if line.startswith("recorded"))
    assert first == f"recorded: url {page}" or page not in str(before)
    assert second.startswith(f"recorded: host {host}, which names no document of this store")
    last = answer("trace", "dos.test", cwd=folder)["withdrawn"][-1]
    assert (last["value"], last["documents"]) == (page, 1)
    below = inside("trace", f"www.{host}", cwd=folder).stderr
    assert re.search(rf"withdrawn on 2.*: host {host} with all hosts below it$", below.strip())
    number = str(len(before["orders"]) + 2)  # of the last one, the address
    assert answer("withdraw", "--undo", host, number, cwd=folder)["taken_back"] == 2
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
    withdrawal = answer("withdraw", secure, cwd=folder)
    assert withdrawal["idle"] == [] and id in {d["id"] for d in withdrawal["documents"]}
    corpus = next(
        s for s in answer("run", "mine.yaml", cwd=folder)["stages"] if s["stage"] == "corpus"
    )
    assert secure in str(answer("trace", id, cwd=folder)["withdrawn"])
    place = folder / f"store/datasets/corpus/{corpus['fingerprint']}"
    assert f"corpus/{place.name}" in answer("trace", id, cwd=folder)["without"]
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


def test_a_document_is_followed_by_its_address_and_a_host_by_its_documents(folder: Path) -> None:
    traced = answer("trace", "http://www.uno.test/0/3", cwd=folder)
    rows = {row["stage"]: row["row"] for row in traced["rows"]}
    assert {"extract", "annotate", "filter", "corpus", "shard"} <= rows.keys()
    tokens = rows["shard"]
    assert tokens["to_token"] - tokens["from_token"] == tokens["tokens"]
    assert answer("trace", traced["document"], cwd=folder)["rows"] == traced["rows"]
    assert [order["value"] for order in traced["withdrawn"]] == ["http://www.uno.test/0/3"]
    newest = {row["dataset"]: row["newest"] for row in traced["rows"] if row["stage"] == "corpus"}
    assert set(newest.values()) == {False}, "the newest corpus is without it"
    assert all(row["at"].endswith(" UTC") for row in traced["rows"])
    assert traced["without"] and not set(traced["without"]) & {r["dataset"] for r in traced["rows"]}
    done = inside("trace", "http://www.uno.test/0/3", cwd=folder)
    assert done.stdout.startswith("withdrawn on 2") and "not in corpus/" in done.stdout
    done = inside("trace", "--text", " ", cwd=folder)
    assert done.returncode == 2 and "there is no text to find" in done.stderr
    assert answer("trace", traced["document"][:8], cwd=folder)["document"] == traced["document"]
    host = answer("trace", "tres.test", cwd=folder)
    output = inside("trace", "tres.test", cwd=folder).stdout
    assert re.search(
        r"^filter/\w+.*: [1-8] edits by site \(\d+ characters\), [1-8] kept\b", output, re.MULTILINE
    )
    assert len(host["documents"]) == 8
    assert "8 documents of tres.test itself; hosts below it are asked for by" in output
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
    trace = answer("trace", "--text", f"{passage} Zzyzx", cwd=folder)
    best = max(trace["spans"], key=lambda span: span["tokens"])
    assert best["count"] == 1 and best["documents"][0]["url"] == document["url"]
    assert best["text"].strip() in passage and len(best["text"]) > 60
    # However it was typed: documents are kept in one form. A byte that is no UTF-8 is no fault.
    typed = unicodedata.normalize("NFD", f"{passage} Zzyzx").replace(" ", " \u200b")
    assert answer("trace", "--text", typed, cwd=folder)["spans"] == trace["spans"]
    assert inside("trace", "--text", os.fsdecode(b"caf\xe9 de la"), cwd=folder).returncode == 0
    # What is shorter than a span is looked for whole.
    short = answer("trace", "--text", "de la", cwd=folder)
    assert short["share"] == 1 and short["spans"][0]["text"].strip() == "de la"


def _all_text(store: Path) -> str:
    """All that the Parquet files and token files of a store say, as one text."""
    texts: list[str] = []
    for path in sorted(store.glob("shards/*/*/*.parquet")):
        texts.append(json.dumps(pq.read_table(path).to_pylist(), default=str, ensure_ascii=False))
    for path in sorted(store.glob("shards/*/*/tokenizer.json")):
        vocabulary = load(path)
        for tokens in store.glob("shards/*/*/*.bin"):
            if tokens.name.startswith(("web.", "tokens.")):
                texts.append(vocabulary.decode(np.fromfile(tokens, "<u2").tolist()))
    return "\n".join(texts).replace("\\n", "\n")


def test_erased_text_is_in_no_file_and_the_store_is_sound_and_used_as_before(folder: Path) -> None:
    rows = [json.loads(line) for line in (folder / "0.jsonl").read_text().splitlines()]
    withdrawn_row = next(row for row in rows if row["url"] == "http://www.uno.test/0/6")
    passage = withdrawn_row["text"][300:360]
    assert _all_text(folder / "store").count(passage) >= 4  # documents, corpora, tokens, index
    before = {str(p): p.read_bytes() for p in (folder / "store").glob("datasets/*/*/manifest.json")}

    withdrawal = answer("withdraw", "--erase", withdrawn_row["url"], cwd=folder)
    assert {"extract", "corpus", "shard", "index"} <= withdrawal["erased"]["counts"].keys()
    assert f"{folder / '0.jsonl'}, byte " in str(withdrawal["erased"]["outside"])
    assert passage not in _all_text(folder / "store")
    assert rows[1]["text"][300:360] in _all_text(folder / "store")
    verified = answer("verify", cwd=folder)
    assert verified["damaged"] == [] and verified["erased"] == withdrawal["erased"]["files"]
    assert all(Path(path).read_bytes() == was for path, was in before.items())
    record = json.loads(next((folder / "store").glob("datasets/corpus/*/erased.json")).read_text())
    assert record["erasures"] and all(len(was) == 2 for was in record["files"].values())

    ran = answer("run", "mine.yaml", cwd=folder)
    states = {s["stage"]: s["state"] for s in ran["stages"]}
    assert states["annotate"] == states["filter"] == "reused"
    # Whoever asks later is told the same; of one that is only withdrawn the text is still there.
    lines = inside("withdraw", cwd=folder).stdout.splitlines()
    holding = [x for x in lines if re.match(r"\d+ of them in ", x)]
    assert holding and all(x.endswith(", without text") for x in holding)
    withdrawal = inside("withdraw", rows[1]["url"], cwd=folder).stdout
    assert re.search(r" of them in corpus/.*, \d+ without text$", withdrawal, re.MULTILINE)
    answer("withdraw", "--undo", rows[1]["url"], cwd=folder)
    again = answer("withdraw", "--erase", cwd=folder)
    assert set(again["last_runs"]["mine"].values()) == {0} and again["erased"]["files"] == []
    assert answer("verify", "--repair", cwd=folder)["removed"] == []
    place = Path(folder, "store", verified["erased"][0])
    place.write_bytes(place.read_bytes()[:-1])
    assert str(place).endswith(answer("verify", code=1, cwd=folder)["damaged"][0])
