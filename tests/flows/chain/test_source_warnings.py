"""A source that gives less than it should is told of in one line, on the command line."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pyarrow.parquet as pq

from tests.cleaning.crawl.site_server import Answer, page, serve
from tests.flows.command import inside, tahona


def test_a_source_of_which_nothing_can_be_read_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "posts.jsonl").write_text('{"body": "Pan y harina."}\n' * 60)
    (tmp_path / "empty.jsonl").write_text("")
    (tmp_path / "said.jsonl").write_text('{"text": "Pan y sal."}\n')
    bad = [{}, "[1]", '{"text": "a\x01"}', '{"text": "ab\x01"}', {}]
    lines = [line if isinstance(line, str) else json.dumps(line) for line in bad]
    (tmp_path / "some.jsonl").write_text(
        "".join(f'{{"text": "Pan y harina."}}\n{line}\n' for line in lines)
    )
    (tmp_path / "few.jsonl").write_text('{"text": "Pan."}\n' * 99 + "{}\n")
    (tmp_path / "half.jsonl.gz").write_bytes(gzip.compress(b'{"text": "Pan."}\n')[:-9])
    recipe = tmp_path / "posts.yaml"
    recipe.write_text(
        "name: posts\nsources:\n  posts: {files: [posts.jsonl], domain: forum}\n"
        "  nothing: {files: [empty.jsonl], domain: forum}\n"
        "  some: {files: [some.jsonl]}\n"
        "  few: {files: [few.jsonl], domain: forum}\n"
        "  half: {files: [half.jsonl.gz], domain: forum}\n"
        "  said: {files: [said.jsonl], domain: web}\nstages: {extract: {gate: []}}\n"
    )
    told = [
        "all 60 records of source posts were quarantined (no text: none in the field 'text')",
        "1 of 100 records of source few were quarantined (no text: none in the field 'text')",
        "source nothing has files without a record: empty.jsonl",
        "source half has files that break off: half.jsonl.gz (read to byte 17, 1 record)",
        "5 of 10 records of source some were quarantined (no text: none in the field 'text'; no JSON: Invalid control "
        "character at character 11 of the line; no JSON: a line that holds no object)",
    ]
    web = "the texts of source some count as domain web, as those of any source that names none"
    for _ in ("computed", "reused"):
        done = inside("run", "posts.yaml", "--json", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        lines = [x for x in done.stderr.splitlines() if x.startswith("warning: ")]
        lines, places = zip(
            *(line.partition(": all of them in ")[::2] for line in lines), strict=True
        )
        assert sorted(lines) == sorted(f"warning: {line}" for line in told)
        for place in filter(None, places):
            path = tmp_path / "store" / place.removesuffix(" of the store")
            assert pq.read_metadata(path).num_rows in {1, 5, 60}
        assert web in done.stderr.splitlines()
        (stage,) = json.loads(done.stdout)["stages"]
        assert len(stage["warnings"]) == len(told) and stage["news"] == [web]
    (record, *_) = sorted((tmp_path / "store" / "runs" / "posts").iterdir())
    assert json.loads(record.read_text())["stages"][0]["warnings"] == stage["warnings"]


def test_a_stage_that_leaves_nothing_says_what_took_it(tmp_path: Path) -> None:
    (tmp_path / "posts.jsonl").write_text('{"text": "Pan y harina."}\n' * 60)
    (tmp_path / "posts.yaml").write_text(
        "name: posts\nsources:\n  posts: {files: [posts.jsonl], domain: forum}\n"
        "stages: {extract: {gate: []}, annotate: , filter: , corpus: }\n"
    )
    done = inside("run", "posts.yaml", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (line,) = [x for x in done.stderr.splitlines() if x.startswith("warning: ")]
    assert line.startswith("warning: none of 60 documents is left: ") and line.endswith(" 60")


def test_a_source_that_loses_pages_to_a_trap_is_told_in_one_line(tmp_path: Path) -> None:
    def answer(path: str) -> Answer | None:
        following = int(path.partition("=")[2] or 0) + 1
        return None if path == "/robots.txt" else Answer(page(f"/dia?n={following}"))

    with serve(answer) as site:
        (tmp_path / "diario.yaml").write_text(
            f"name: diario\nresolve: {{sitio.test: '{site.address}'}}\nsources:\n  diario:\n"
            "    domain: news\n    crawl: {seeds: ['http://sitio.test/'], delay: 0, max_depth: 999,"
            " max_per_pattern: 9}\nstages: {crawl: {edition: uno}, extract: }\n"
        )
        done = tahona("crawl", "diario.yaml", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (line,) = [x for x in done.stderr.splitlines() if x.startswith("warning: ")]
    assert "source diario left 1 addresses out" in line and "sitio.test/dia?n=*" in line
    assert "max_per_pattern" in line
