"""Which documents and models an order reaches: by rights, by file, of removed pages and of crawls."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from flows.commands.questions import trace_models
from flows.commands.withdrawals.holders import models_of
from pipeline.model.dataset import Manifest
from pipeline.store.store import Store
from tests.cleaning.crawl.site_server import Answer, page, serve
from tests.cleaning.extract.test_extract import HTML, warc
from tests.flows.command import ARTICLES, answer, inside
from tests.training.corpora import file, manifest, shard


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
    withdrawal = answer("withdraw", "policy.yaml", cwd=tmp_path)
    reserved = ["http://ejemplo.es/1", "http://ejemplo.es/3"]
    assert sorted(document["url"] for document in withdrawal["documents"]) == reserved
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
    (traced,) = answer("trace", "ejemplo.es", cwd=tmp_path)["withdrawn"]
    assert (traced["documents"], traced["of"]) == (2, 4)

    (tmp_path / "more.yml").write_text("refuse: [ai-agents, content-signal]\n")
    answer("extract", "mine.yaml", "--set", "extract.rights=null", cwd=tmp_path)
    done = inside("withdraw", "more.yml", cwd=tmp_path)
    assert "not heard by more.yml" in done.stdout and "source site" in done.stdout
    (tmp_path / "wrong.yaml").write_text("agents: [GPTBot]\nrefuse: [tdm-reservatoin]\n")
    done = inside("withdraw", "wrong.yaml", cwd=tmp_path)
    sentence = "error: wrong.yaml, line 2, key refuse[0]: must be one of 'ai-agents'"
    assert done.returncode == 2 and done.stderr.startswith(sentence)


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
    (withdrawn_row,) = (row for row in rows if row["source"]["name"] == "b")
    output = inside("withdraw", withdrawn_row["id"], "--erase", cwd=tmp_path).stdout
    place = tmp_path / "b/x.jsonl"
    assert f"yours to erase: {place}, byte 0 (source b)" in output
    assert str(tmp_path / "a/x.jsonl") not in output
    assert f"{withdrawn_row['id']}  x.jsonl, byte 0 (source b)" in output


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
    output = inside("withdraw", "--undo", "http://uno.test/0", cwd=tmp_path).stdout
    assert "but for 1 document whose text was erased: withdrawn by id" in output
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
    done = inside("withdraw", id, cwd=tmp_path)
    assert "1 order in all, naming 1 document of this store" in done.stdout
    assert "plain.jsonl, byte 0" in done.stdout and "None" not in done.stdout
    assert "mine has made no corpus, export or tokens" in done.stdout


def test_a_new_order_lists_its_own_documents_not_those_of_earlier_ones(tmp_path: Path) -> None:
    lines = [{"text": f"Pan {n}.", "url": f"http://{n}.test/"} for n in ("uno", "dos", "tres")]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    source = {"files": ["a.jsonl"], "domain": "news", "licence": "CC-BY-4.0"}
    stages = {"extract": {"gate": []}}
    recipe = {"name": "mine", "sources": {"texts": source}, "stages": stages}
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(recipe))
    answer("run", "mine.yaml", cwd=tmp_path)

    def listed(*words: str) -> list[str]:
        lines = inside("withdraw", *words, cwd=tmp_path).stdout.splitlines()
        assert f"{total} in all" in "\n".join(lines)
        if words == ("dos.test",):
            assert "1 new order names 1 document of this store" in lines
        return [line.split()[-1] for line in lines if re.match("    [0-9a-f]{16,}  ", line)]

    total = "1 order"
    assert listed("uno.test") == ["http://uno.test/"]
    total = "2 orders"
    assert listed("dos.test") == ["http://dos.test/"]
    done = inside("withdraw", "tres.test", "--json", cwd=tmp_path)
    answered = json.loads(done.stdout.splitlines()[-1])
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
    done = inside("withdraw", "http://uno.test/1", cwd=tmp_path)
    sentence = "they are in 4 of the newest 4 datasets of text and tokens of mine: run it again"
    assert sentence in done.stdout and done.stdout.count("1 of them in export/") == 3
    # A stage that the recipe has no more is not waited for.
    for name in ("export", *forms):
        del stages[name]
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(recipe, sort_keys=False))
    answer("run", "mine.yaml", cwd=tmp_path)
    done = inside("withdraw", cwd=tmp_path)
    assert "none of them in the newest 1 dataset of text and tokens of mine" in done.stdout
    # Those of before are named all the same, and what the corpus was made from.
    assert re.search(r"^1 of them in extract/", done.stdout, re.MULTILINE)
    assert done.stdout.count("1 of them in export/") == 3
    assert re.search(
        r"^they are in 4 earlier datasets \(corpus/\S+, export/", done.stdout, re.MULTILINE
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
    withdrawal = answer("withdraw", "http://sitio.test/", cwd=tmp_path)
    assert withdrawal["idle"] == [] and len(withdrawal["documents"]) == 1
    names = {f"{stage['stage']}/{stage['fingerprint']}": 1 for stage in ran["stages"]}
    assert withdrawal["datasets"] == names


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
        pretrained = manifest("pretrain", ("model",), [trained])
        inputs = {"tokens": [tokens.reference], **({"model": [reads.reference]} if reads else {})}
        return pretrained.model_copy(update={"fingerprint": letter * 32, "inputs": inputs})

    general = model("1", {})
    further = model("2", {"weights": {"legal": 1}}, general)
    models = [model("3", {"weights": {"legal": 1}}, further), further, general]
    apart = model("4", {"weights": {"legal": 1}})
    hits = {str(tokens.reference): 1}
    learners = models_of(store, [tokens, *models, apart], hits, {"a": {}, "z": {}})
    assert [(m["dataset"][-1], m["documents"], m["from"]) for m in learners] == [
        ("3", 0, str(further.reference)),
        ("2", 0, str(general.reference)),
        ("1", 1, None),
    ]

    # The trace of a document names the first, by whose weights the others learnt.
    read = {"1": [0, 4], "2": [], "3": [], "4": []}
    monkeypatch.setattr(trace_models, "_steps", lambda _store, m, *_: read[m.fingerprint[-1]])
    row = {"dataset": str(tokens.reference), "part": "news/train"}
    followed = trace_models.learners_of(store, [tokens, *models, apart], [row], {})
    assert [(m["dataset"][-1], m["read"], m["from"]) for m in followed] == [
        ("3", [], str(general.reference)),
        ("2", [], str(general.reference)),
        ("1", [0, 4], None),
        ("4", [], None),
    ]
    sentences = list(map(trace_models.model_text, followed))
    assert sentences[0].endswith(f"by way of {general.reference}, whose weights it goes on from")
    assert sentences[3].endswith("read none of these tokens in its 7 steps")
