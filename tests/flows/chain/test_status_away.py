"""What is committed is seen while the files that it was made from can't be."""

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
            "stages:\n  extract: {gate: []}\n"
        )
        before = inside("status", "r.yaml", cwd=tmp_path, **cache)
        answer("run", "r.yaml", cwd=tmp_path, **cache)
    assert before.returncode == 0
    (stage,) = answer("status", "r.yaml", cwd=tmp_path, **cache)["stages"]
    assert stage["state"] == "committed"
    assert "key sources.web.files: the input " in stage["news"][0]
    assert stage["news"][0].endswith("what is said here is by what was observed last")
    away = inside("run", "r.yaml", cwd=tmp_path, **cache)
    assert away.returncode == 1 and "can't be reached" in away.stderr
    other = inside("status", "r.yaml", "--store", "other", cwd=tmp_path, **cache)
    assert other.returncode == 1, "nothing was observed there"
