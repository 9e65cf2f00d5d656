"""What is committed is seen, and later stages go on from it, while the files that it was made from can't be seen."""

from __future__ import annotations

from pathlib import Path

from tests.flows.command import answer, inside
from tests.pipeline.web_folder import served


def test_status_goes_on_with_what_was_observed_last_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "a.txt").write_text("El pan se hace con harina, agua y sal.\n")
    cache = {"TAHONA_CACHE": str(tmp_path / "cache")}
    with served(tmp_path / "web") as (url, _):
        (tmp_path / "r.yaml").write_text(
            f"name: r\nsources:\n  web: {{files: ['{url}/a.txt']}}\nrun: {{workers: 1}}\n"
            "stages:\n  extract: {gate: []}\n  deduplicate:\n"
        )
        before = inside("status", "r.yaml", cwd=tmp_path, **cache)
        answer("run", "r.yaml", cwd=tmp_path, **cache)
    assert before.returncode == 0
    stage, _ = answer("status", "r.yaml", cwd=tmp_path, **cache)["stages"]
    assert stage["state"] == "committed"
    assert "key sources.web.files: the input " in stage["news"][0]
    assert stage["news"][0].endswith("what is said here is by what was observed last")
    away = inside("run", "r.yaml", cwd=tmp_path, **cache)
    assert away.returncode == 1 and "can't be reached" in away.stderr
    # What reads no file goes on from what is committed.
    for words in (("deduplicate", "r.yaml"), ("run", "r.yaml", "--from", "deduplicate")):
        later = inside(*words, cwd=tmp_path, **cache)
        assert later.returncode == 0
        assert "what was made from it is taken as it is committed" in later.stderr
    other = inside("status", "r.yaml", "--store", "other", cwd=tmp_path, **cache)
    assert other.returncode == 1, "nothing was observed there"


def test_what_a_run_saw_and_could_not_read_is_what_was_observed_last(tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "a.txt").write_text("El pan se hace con harina, agua y sal.\n")
    (tmp_path / "r.yaml").write_text(
        "name: r\nsources:\n  texts: {files: [texts/a.txt]}\nrun: {workers: 1}\n"
        "stages:\n  extract: {gate: []}\n  deduplicate:\n"
    )
    answer("run", "r.yaml", cwd=tmp_path)
    (texts / "a.txt").write_text("<!DOCTYPE html>\n<p>No hay ning\u00fan fichero.</p>\n")
    changed = inside("run", "r.yaml", cwd=tmp_path)
    assert changed.returncode == 1
    assert "nothing of source texts could be read" in changed.stderr
    assert "it is a page of HTML" in changed.stderr
    later = inside("deduplicate", "r.yaml", cwd=tmp_path)
    assert later.returncode == 0 and "warning: texts changed since extract/" in later.stderr
    assert "run from extract on to read what is new" in later.stderr
    stage, _ = answer("status", "r.yaml", cwd=tmp_path)["stages"]
    assert stage["news"][0].startswith(
        "extract: its newest run failed: nothing of source texts could be read: "
    )
    texts.rename(tmp_path / "gone")
    stage, _ = answer("status", "r.yaml", cwd=tmp_path)["stages"]
    assert stage["state"] == "stale", "what is committed is of the earlier file"
    assert "no file matches texts/a.txt" in stage["news"][0]
    assert inside("run", "r.yaml", cwd=tmp_path).returncode == 2
