"""A store that this version can't use is refused by every command, in one sentence, and left as it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from flows.commands.commands import tahona
from flows.recipe import recipe as recipes
from flows.stages import STAGES
from tests.flows.command import inside

RECIPE = "quickstart"
SAYS = "has format 2, and this version of Tahona knows format 1"
WORDS = {"recipe": RECIPE, "dataset": "corpus/0", "model": "pretrain/0", "document": "0"}
MORE = {  # what leads a command elsewhere
    "pretrain": [["--to", "laid-out"]],
    "run": [["--estimate"]],
    "trace": [["ejemplo.es"], ["--text", "pan"], ["corpus"]],
    "filter": [["--what-if", "--set", "filter.rules=fineweb"]],
    "withdraw": [["ejemplo.es"], ["--erase"]],
    "serve": [["--no-prefect"]],
}


def _commands() -> Iterator[list[str]]:
    """Each command that takes a store, with the arguments that it needs; of the stages those of the recipe."""
    in_recipe = {node.kind for node in recipes.read(RECIPE).graph.values()}
    for name, command in tahona.commands.items():
        if name in STAGES and name not in in_recipe:
            continue
        if not any(parameter.name == "store" for parameter in command.params):
            continue
        needed = [p for p in command.params if p.param_type_name == "argument" and p.required]
        words = [WORDS.get(p.name or "", "pan") for p in needed]
        if name != "trace":
            yield [name, *words]
        for more in MORE.get(name, []):
            yield [name, *words, *more]


def test_every_command_refuses_it(tmp_path: Path) -> None:
    mark = tmp_path / "store" / "tahona.json"
    mark.parent.mkdir()
    mark.write_text('{"format": 2}')
    commands = list(_commands())
    assert len(commands) > 25
    for words in commands:
        done = inside(*words, "--store", "store", cwd=tmp_path)
        sentence, code = (done.stdout, 1) if words == ["doctor"] else (done.stderr, 2)
        assert done.returncode == code and SAYS in sentence, (words, sentence)
        assert "Traceback" not in done.stderr
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [mark]
    assert mark.read_text() == '{"format": 2}'
