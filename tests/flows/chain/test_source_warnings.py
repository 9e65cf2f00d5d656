"""A source that gives less than it should is told of in one line, on the command line."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from flows.report.words.language import languages
from tests.cleaning.crawl.site_server import Answer, page, serve
from tests.flows.command import answer, inside, tahona


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
    (tmp_path / "page.warc.gz").write_bytes(b"<!doctype html><title>Pan</title>")
    recipe = tmp_path / "posts.yaml"
    recipe.write_text(
        "name: posts\nsources:\n  posts: {files: [posts.jsonl], domain: forum}\n"
        "  nothing: {files: [empty.jsonl], domain: forum}\n"
        "  some: {files: [some.jsonl]}\n"
        "  few: {files: [few.jsonl], domain: forum}\n"
        "  half: {files: [half.jsonl.gz, page.warc.gz], domain: forum}\n"
        "  said: {files: [said.jsonl], domain: web}\nstages: {extract: {gate: []}}\n"
    )
    done = inside("run", "posts.yaml", cwd=tmp_path)
    assert done.returncode == 1 and not list((tmp_path / "store").glob("datasets/extract/*"))
    why = "no text: none in the field 'text'"
    error = f"nothing of source posts could be read: all 60 of its records are quarantined ({why}), see shards/"
    assert f"error: {error}" in done.stderr
    sampled = inside("run", "posts.yaml", "--sample", "90%", cwd=tmp_path)
    assert sampled.returncode == 0 and " records of source posts were quarantined" in sampled.stderr
    with (tmp_path / "posts.jsonl").open("a") as posts:
        posts.write('{"text": "Pan."}\n')
    warned = [
        "60 of 61 records of source posts were quarantined (no text: none in the field 'text')",
        "1 of 100 records of source few were quarantined (no text: none in the field 'text')",
        "source nothing has files without a record: empty.jsonl",
        "source half has files that break off: half.jsonl.gz (read to byte 17, 1 record), "
        "page.warc.gz (nothing could be read: it is not of the format that its name says, as a page that a server "
        "gave in its place, or damaged from its first byte on)",
        "5 of 10 records of source some were quarantined (no text: none in the field 'text', no JSON: "
        "Invalid control character at character 11 of the line, no JSON: a line that holds no object)",
    ]
    web = "the texts of source some count as domain web, as those of any source that names none"
    for _ in ("computed", "reused"):
        done = inside("run", "posts.yaml", "--json", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        lines = [x for x in done.stderr.splitlines() if x.startswith("warning: ")]
        lines, places = zip(
            *(line.partition(": all of them in ")[::2] for line in lines), strict=True
        )
        assert sorted(lines) == sorted(f"warning: {line}" for line in warned)
        for place in filter(None, places):
            path = tmp_path / "store" / place.removesuffix(" of the store")
            assert pq.read_metadata(path).num_rows in {1, 5, 60}
        assert web in done.stderr.splitlines()
        (stage,) = json.loads(done.stdout)["stages"]
        assert len(stage["warnings"]) == len(warned) and stage["news"] == [web]
    (*_, record) = sorted((tmp_path / "store" / "runs" / "posts").iterdir())
    recorded = json.loads(record.read_text())["stages"][0]["warnings"]
    assert [languages()[0].sentence(one) for one in recorded] == stage["warnings"]


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


def test_a_source_that_loses_nearly_all_is_told_with_the_rule_that_did_it(tmp_path: Path) -> None:
    """On the command line, also where all is reused, and on the pages of the run and of the recipe."""
    long, short = "El pan de la tahona es bueno. " * 3, "El pan es bueno."
    counts = {"posts": (4, 16), "notes": (1, 18), "half": (10, 10)}
    for name, (kept, removed) in counts.items():
        texts = [long] * kept + [short] * removed
        lines = [json.dumps({"text": f"{text} {n}"}) for n, text in enumerate(texts)]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines))
    sources = "".join(f"  {name}: {{files: [{name}.jsonl], domain: forum}}\n" for name in counts)
    rule = "{name: brief, signal: words, min: 9}"
    stages = (
        f"extract: {{gate: []}}, annotate: , filter: {{languages: [es, und], rules: [{rule}]}}",
        f"extract: {{gate: [{rule}]}}",
    )
    warning = "source posts lost 16 of its 20 documents (80.0%), 16 of them by the rule brief"
    spanish = "posts perdió 16 de sus 20 documentos (80,0\xa0%), 16 de ellos por la regla brief"
    for number, chosen in enumerate(stages):
        recipe = f"name: r{number}\nsources:\n{sources}stages: {{{chosen}}}\n"
        (tmp_path / "posts.yaml").write_text(recipe)
        for again in (False, True):
            done = inside("run", "posts.yaml", cwd=tmp_path)
            assert done.returncode == 0, done.stderr
            warned = [x for x in done.stderr.splitlines() if x.startswith("warning: ")]
            brief = again and "filter" in chosen  # of several stages that are reused
            assert warned == ([] if brief else [f"warning: {warning}"])
            assert ("a warning as before: see `tahona filter posts.yaml`" in done.stderr) == brief
        pages = [p.read_text() for p in (tmp_path / "store/reports" / f"r{number}").glob("*.html")]
        for sentence in (warning, spanish):
            assert sum(sentence in page for page in pages) == 2, "a run, the recipe"


def test_files_that_are_gone_are_told_until_a_run_was_made_without_them(tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    for name in "abcd":
        (texts / f"{name}.txt").write_text(f"El pan {name} se hace con harina, agua y sal.\n")
    (tmp_path / "r.yaml").write_text(
        "name: r\nsources:\n  texts: {files: [texts/*.txt]}\nrun: {workers: 1, engine: processes}\n"
        "stages: {extract: {gate: []}}\n"
    )

    def warned() -> list[str]:
        (stage,) = answer("run", "r.yaml", cwd=tmp_path)["stages"]
        warnings: list[str] = stage["warnings"]
        return warnings

    assert not warned()
    (texts / "a.txt").unlink()
    (texts / "b.txt").unlink()
    (texts / "c.txt").rename(texts / "e.txt")
    (texts / "d.txt").write_text("Mañana no hay pan.\n")
    (warning,) = warned()
    assert re.fullmatch(
        "source texts lacks 2 files that it had when extract/[0-9a-f]{32} was made: .*a.txt, .*b.txt",
        warning,
    )
    assert not warned()


def test_texts_without_a_licence_are_told_before_they_are_exported_and_when_they_are(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    lines = [json.dumps({"text": f"El pan de la tahona número {n} es bueno."}) for n in range(9)]
    (tmp_path / "a.jsonl").write_text("\n".join(lines[:4]))
    (tmp_path / "b.jsonl").write_text("\n".join(lines[4:7]))
    (tmp_path / "c.jsonl").write_text("\n".join(lines[7:]))

    def run(licence: str, access: str, *words: str) -> list[str]:
        (tmp_path / "give.yaml").write_text(
            "name: give\nsources:\n"
            f"  letters: {{files: [a.jsonl], domain: forum, licence: {licence}, access: {access}}}\n"
            "  inside: {files: [b.jsonl], domain: forum, licence: none, access: deposit}\n"
            "  laws: {files: [c.jsonl], domain: legal, licence: CC0-1.0}\n"
            "stages: {extract: {gate: []}, annotate: , corpus: , export: }\n"
        )
        done = inside(*(words or ("run", "give.yaml")), cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        return [x for x in done.stderr.splitlines() if x.startswith("warning: ")]

    (after,) = run("unknown", "open")
    sentence = "the export gives on sources without a licence, letters (unknown): "
    (before,) = (r.getMessage() for r in caplog.records if "licence" in r.getMessage())
    assert before.startswith(f"warning: export: {sentence}")
    assert after.startswith("warning: 4 documents are exported without a licence (unknown 4): ")
    assert run("unknown", "research") == run("CC-BY-4.0", "open") == []
    assert sum(sentence in r.getMessage() for r in caplog.records) == 1
    # Where nothing is exported it is not told, and where that is all, once.
    run("None", "open", "run", "give.yaml", "--estimate")
    run("None", "open", "status", "give.yaml")
    run("None", "open", "run", "give.yaml", "--until", "corpus")
    (once,) = run("None", "open", "export", "give.yaml", "--to", "folder")
    assert "4 documents are exported without a licence" in once
    assert not any("letters (None)" in r.getMessage() for r in caplog.records)


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
    assert "source diario left 1 address out" in line and "sitio.test/dia?n=*" in line
    assert "max_per_pattern" in line


def test_a_source_that_can_not_be_had_ends_no_run_of_others_and_is_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    there = {"/vivo": Answer(page())}
    with serve(lambda path: there.get(path)) as site:
        hosts = ("vivo", "muerto")
        sources = "".join(
            f"  {n}: {{crawl: {{seeds: ['http://{n}.test/{n}'], delay: 0, sitemaps: false}}, domain: web}}\n"
            for n in hosts
        )
        resolve = ", ".join(f"{n}.test: '{site.address}'" for n in hosts)
        (tmp_path / "diario.yaml").write_text(
            f"name: diario\nresolve: {{{resolve}}}\nsources:\n{sources}"
            "stages: {crawl: {edition: uno}, extract: }\n"
        )
        done = inside("run", "diario.yaml", "--json", cwd=tmp_path)
        answer = json.loads(done.stdout)
        assert done.returncode == 1 and [s["state"] for s in answer["stages"]] == ["committed"] * 2
        why = "muerto (http://muerto.test/muerto: answered 404)"
        assert answer["error"].startswith(f"no page of source {why} could be stored; all else")
        assert answer["stages"][0]["warnings"][0].startswith("nothing could be had of muerto")
        assert [s["shards"]["computed"] for s in answer["stages"]] == [1, 1]
        assert not [*tmp_path.glob("store/tmp/scratch/*/*")], "nothing that a stopped crawl saved"
        rows = json.loads(inside("status", "diario.yaml", "--json", cwd=tmp_path).stdout)["stages"]
        assert [row["state"] for row in rows] == ["committed"] * 2
        without = "crawl is without muerto, which could not be had: another run tries again"
        assert rows[0]["news"] == [without]
        inside("run", "diario.yaml", "--estimate", cwd=tmp_path)
        assert f"warning: {without}" in caplog.text
        traced = inside("trace", "extract", cwd=tmp_path).stdout
        assert "source vivo: domain web" in traced and "muerto" not in traced
        there["/muerto"] = Answer(page())
        again = inside("run", "diario.yaml", "--json", cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert [s["shards"] for s in json.loads(again.stdout)["stages"]] == [
        {"computed": 1, "reused": 1}
    ] * 2


def test_a_text_that_is_too_large_is_told_with_the_cure(tmp_path: Path) -> None:
    (tmp_path / "books").mkdir()
    (tmp_path / "books/one.txt").write_text("Pan y harina.\n\n" * 100)
    (tmp_path / "books/two.txt").write_text("Pan y sal.\n")
    (tmp_path / "lines.jsonl").write_text(
        "".join(json.dumps({"text": "Pan y agua. " * n}) + "\n" for n in (1, 90, 91))
    )
    (tmp_path / "large.yaml").write_text(
        "name: large\nsources:\n  books: {files: [books/*.txt], domain: books}\n"
        "  lines: {files: [lines.jsonl], domain: news}\n"
        "stages: {extract: {gate: [], largest: 1000}}\n"
    )
    done = inside("run", "large.yaml", cwd=tmp_path)
    went, cure = "were removed as too_large", "raise `extract.largest`, or cut them"
    lines = {line for line in done.stderr.splitlines() if went in line}
    assert lines == {
        f"warning: 1 of 2 records of source books {went}, each larger than 1,000 bytes: {cure} "
        "by `unit: block` or `unit: line` of the source",
        f"warning: 2 of 3 records of source lines {went}, each larger than 1,000 bytes: {cure}",
    }
    for cured in ("extract.largest=9000", "sources.books.unit=block"):
        again = inside("run", "large.yaml", "--set", cured, cwd=tmp_path)
        assert again.returncode == 0 and "source books were removed" not in again.stderr


def test_what_a_line_gives_for_its_domain_and_is_none_is_told(tmp_path: Path) -> None:
    """Parts of a corpus are named after it, so it may lead nowhere."""
    names = ["../../x", "../../x", 5, "5", "laws", "", None, "Laws"]
    lines = [{"text": f"Pan y {n} panes.", "domain": d} for n, d in enumerate(names)]
    lines[1]["text"] = "Pan y <b>un</b> pan."
    lines[0] |= {"url": "javascript:alert(1)", "licence": "CC BY 4.0"}
    header = "<teiHeader><publicationStmt><availability><p>2022, Ana Ruiz.</p></availability>"
    (tmp_path / "y.xml").write_text(
        f"<TEI xmlns='http://www.tei-c.org/ns/1.0'>{header}</publicationStmt></teiHeader>"
        "<text><body><p>Pan.</p></body></text></TEI>"
    )
    (tmp_path / "x.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    (tmp_path / "x.yaml").write_text(
        "name: x\nstages: {extract: {gate: []}}\nsources:\n  x: {files: [x.jsonl], domain: news}\n"
        "  y: {files: [y.xml], domain: laws, licence: CC0-1.0, terms: cite us}\n"
    )
    done = inside("run", "x.yaml", cwd=tmp_path)
    warnings = [line for line in done.stderr.splitlines() if line.startswith("warning: ")]
    assert warnings == [
        "warning: 1 of 8 records of source x holds tags of HTML in its text: these stay, since a text may be "
        "about them; what is HTML is read as such from files of its own (.html)",
        "warning: 4 records of source x name a domain that is none ('../../x', 5, '5'; it is a word "
        "without a slash): they count as news, as their source does",
        "warning: what 1 record of source y says of its rights gives no licence for certain (2022, Ana "
        "Ruiz.): it is kept as `rights`, and its licence is that of the recipe (CC0-1.0)",
        "warning: the domains Laws, laws are one but for capitals: rules, parts of a corpus and "
        "mixtures take each for itself",
    ]
    paths = (tmp_path / "store/shards/extract").glob("*/kept.parquet")
    entries, text = sorted(map(pq.read_table, paths), key=len, reverse=True)
    assert sorted(entries["domain"].to_pylist()) == ["Laws", "laws"] + 6 * ["news"]
    assert {m["licence"] for m in entries["metadata"].to_pylist()} == {None, "CC-BY-4.0"}
    (metadata,) = text["metadata"].to_pylist()
    assert (metadata["licence"], metadata["rights"]) == ("CC0-1.0", "2022, Ana Ruiz.; cite us")
    # An address that no browser should follow is found as it is written.
    traced = inside("trace", "javascript:alert(1)", cwd=tmp_path)
    assert traced.returncode == 0 and "javascript:alert(1)" in traced.stdout


def test_a_rule_for_a_domain_that_no_document_has_is_told(tmp_path: Path) -> None:
    """Lines may name their own domain, so it is known when they were read."""
    lines = [{"text": "Pan y harina.", "domain": d} for d in ("recipes", "news")]
    (tmp_path / "x.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    rule = "{name: %s, signal: words, min: 1, domains: [%s]}"
    rules = f"[{rule % ('q', 'newz')}, {rule % ('r', 'recipes')}]"
    (tmp_path / "x.yaml").write_text(
        "name: x\nsources: {x: {files: [x.jsonl], domain: web}}\n"
        f"stages: {{extract: {{gate: []}}, annotate: , filter: {{rules: {rules}}}}}\n"
    )
    done = inside("run", "x.yaml", cwd=tmp_path)
    warned = [line for line in done.stderr.splitlines() if "the domain" in line]
    assert warned == [
        "warning: the rule q is for the domain newz, which no document has: they have news, recipes"
    ]
