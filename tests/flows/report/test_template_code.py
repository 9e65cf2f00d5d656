"""A template is compiled once, and again where it or what computes its filters changed."""

from __future__ import annotations

import sys
from pathlib import Path

import jinja2
import pytest
from jinja2 import Environment, FileSystemLoader

from flows.report.pages.template_code import TemplateCode


class Compiling(Environment):
    """Counts what it compiles."""

    compiled = 0

    def compile(self, *options: object, **named: object) -> object:  # type: ignore[override]
        self.compiled += 1
        return super().compile(*options, **named)  # type: ignore[call-overload]


def rendered(folder: Path) -> tuple[str, int]:
    """The page of a process that has compiled nothing yet, and what it compiled."""
    environment = Compiling(
        loader=FileSystemLoader(folder), bytecode_cache=TemplateCode(folder / "filters.py")
    )
    return environment.get_template("pan.html").render(n=3), environment.compiled


def test_code_is_kept_until_what_it_was_made_from_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    template, filters = tmp_path / "pan.html", tmp_path / "filters.py"
    template.write_text("{{ n }} panes")
    filters.write_text("")
    assert [rendered(tmp_path), rendered(tmp_path)] == [("3 panes", 1), ("3 panes", 0)]
    template.write_text("{{ n }} hogazas")
    assert [rendered(tmp_path), rendered(tmp_path)] == [("3 hogazas", 1), ("3 hogazas", 0)]
    filters.write_text("# otros")
    assert [rendered(tmp_path)[1], rendered(tmp_path)[1]] == [1, 0]
    with monkeypatch.context() as other:
        other.setattr(jinja2, "__version__", "0")
        assert [rendered(tmp_path)[1], rendered(tmp_path)[1]] == [1, 0]
    (kept,) = (tmp_path / "__pycache__").iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(whole[:-20])
    assert rendered(tmp_path) == ("3 hogazas", 1)


def test_nothing_is_kept_where_python_keeps_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    (tmp_path / "pan.html").write_text("{{ n }} panes")
    (tmp_path / "filters.py").write_text("")
    assert [rendered(tmp_path), rendered(tmp_path)] == [("3 panes", 1), ("3 panes", 1)]
    assert not (tmp_path / "__pycache__").exists()
