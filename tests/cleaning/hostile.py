"""Texts that nobody writes, through every stage from `extract` to `corpus`: none may break one, and all are counted.

`python -m tests.cleaning.hostile 10000` tries that many, most of which reach `corpus`; with `tahona` behind it they
meet the rules of that preset. The suite tries some by every preset.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stderr
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from typing import Any

from cleaning.annotate.stage import LISTS, MISSING
from cleaning.signals.signals import ALWAYS, GROUPS
from flows.commands.runs.run import run_recipe

RECIPE = """
name: hostile
sources:
  odd: {files: [odd.jsonl], domain: web}
lists:
  odd: {files: [odd.list]}
stages:
  extract: {gate: []}
  annotate: {groups: GROUPS, reads: {lists: [odd]}}
  filter: {rules: RULES, languages: [es, ca, gl, eu, pt, en, fr, it, zh, ar, la, und]}
  deduplicate:
  corpus: {mask: [email, phone, iban, dni, address, handle, name]}
"""


def groups() -> list[str]:
    """All groups that ask no model of a recipe, and no extra that is not installed."""
    apart = {*ALWAYS, *MISSING} - {LISTS}
    apart |= set() if find_spec("spacy") else {"parity"}
    return [name for name in GROUPS if name not in apart]


def hostile(number: int, seed: int) -> Iterator[str]:
    """Texts that nobody writes: parts of all scripts, signs, controls and repetitions."""
    chance = random.Random(seed)
    parts = [
        *(
            "á",
            "\u0301",
            "ñ",
            "𝛼",
            "\U0001f469\u200d\U0001f33e",
            "\ufeff",
            "\u202e",
            "\xa0",
            "\u2028",
        ),
        *(
            "```\n",
            "¿",
            "…",
            "...",
            "<div>",
            "{",
            "}",
            "\t",
            "\r\n",
            "\n\n",
            "://",
            "www.",
            "@",
            "a@b.es",
        ),
        *(
            "el ",
            "de la ",
            "0",
            "١",
            "Ⅷ",
            "ß",
            "İ",
            "ﬁ",
            "字",
            "ا",
            "\u0000",
            "\ud7ff",
            "\ue000",
            "\U0010ffff",
        ),
        *(
            "Ã³",
            "â€œ",
            "()",
            "((((",
            "a" * 300,
            "1,000.",
            "l·l",
            "no se ha encontrado ",
            "- ",
            "$ ",
        ),
    ]
    for _ in range(number):
        chosen = chance.sample(parts, chance.randint(1, 6))
        yield "".join(chance.choices(chosen, k=chance.randint(0, 120))) * chance.choice(
            (1, 1, 1, 40)
        )


def run(count: int, seed: int, rules: list[str], folder: Path) -> list[dict[str, Any]]:
    """Takes `count` texts through the chain; the stages as the command tells them, each of which accounts for all."""
    recipe = RECIPE.replace("RULES", json.dumps(rules)).replace("GROUPS", json.dumps(groups()))
    (folder / "hostile.yaml").write_text(recipe)
    (folder / "odd.list").write_text("b.es\nno se ha encontrado\n字\n")
    with (folder / "odd.jsonl").open("w", encoding="utf-8") as lines:
        for text in hostile(count, seed):
            lines.write(json.dumps({"text": text}) + "\n")
    with redirect_stderr(StringIO()):
        ran = run_recipe(str(folder / "hostile.yaml"), str(folder / "store"), ())
    stages: list[dict[str, Any]] = ran["stages"]
    left = count
    for stage in stages:
        documents = stage["documents"]
        gone = sum(documents["removed"].values()) + documents["quarantined"]
        came = documents["in"] + documents.get("parted", 0)
        assert came == documents["kept"] + gone and documents["in"] == left, stage
        left = documents["kept"] if stage["stage"] != "annotate" else left
    return stages


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        for stage in run(int(sys.argv[1]), 1, sys.argv[2:], Path(name)):
            print(stage["stage"], stage["documents"])
