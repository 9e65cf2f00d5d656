"""An option that comes later changes no name of what was made before it; a kernel receives what it asks for."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import pytest
from pydantic import BaseModel, Field, ValidationError

from pipeline.model.dataset import File
from pipeline.model.kernel import params_for
from pipeline.model.key import fingerprint, task_key
from pipeline.model.stage import Params, Stage, Step, Task, Work, hashed, later
from pipeline.run.runner import Runner
from pipeline.store.store import Store

FILE = File(path="/a", part="p", bytes=1, sha256="0" * 64)


class Rule(BaseModel):
    name: str
    least: float = 0.5


class Old(Params):
    """What a stage asked for when it was new."""

    rules: list[Rule] = Field([Rule(name="short")])
    by_name: dict[str, Rule] = Field({"long": Rule(name="long")})
    depth: int = 3


class NewRule(Rule):
    note: str = later("")
    among: list[str] = later([], max_length=3)


class New(Params):
    """The same with options that came later, inside too."""

    rules: list[NewRule] = Field([NewRule(name="short")])
    by_name: dict[str, NewRule] = Field({"long": NewRule(name="long")})
    depth: int = 3
    tone: str | None = later(None)
    extra: NewRule = later(NewRule(name="x"))


class Mill(Stage):
    name = "mill"
    version = 2
    gives = ("flour",)
    versions: ClassVar = {"grind": 3}


STEP = Step("grind", "tests.pipeline.model.test_later:grind", [])


def key(params: Any) -> str:
    return task_key(Mill(), STEP, Task({"grain": [FILE]}, params))


def test_names_that_were_given_once_stay() -> None:
    # Constants of the first version: whoever has such a store must find its shards.
    plain = {"rules": [{"name": "short", "least": 0.5}], "mark": "ñ", "of": None}
    assert key(plain) == "e318f916cd67441caf5dfc8202cdfba2"
    assert key(Old()) == "5f3c2b0683e4c29dd749f8370f09a7b0"
    assert fingerprint(Mill(), Old(), {}) == "322ed87569983a7fac19799fea382b0c"
    assert key(New()) == key(Old())
    assert fingerprint(Mill(), New(), {}) == fingerprint(Mill(), Old(), {})


@pytest.mark.parametrize(
    "values",
    [
        {"tone": "loud"},
        {"extra": {"name": "y"}},
        {"extra": {"name": "x", "note": "n"}},
        {"rules": [{"name": "short", "note": "n"}]},
        {"rules": [{"name": "short", "among": ["a"]}]},
        {"by_name": {"long": {"name": "long", "note": "n"}}},
        {"depth": 4},
    ],
)
def test_an_option_that_is_set_is_in_the_names_wherever_it_stands(values: dict[str, Any]) -> None:
    new = New.model_validate(values)
    assert key(new) != key(New())
    assert fingerprint(Mill(), new, {}) != fingerprint(Mill(), New(), {})
    assert New.model_validate(hashed(new)) == new


def test_a_later_default_that_is_written_out_is_no_other_value() -> None:
    params = {"tone": None, "rules": [{"name": "short", "note": "", "among": []}]}
    assert hashed(New.model_validate(params)) == hashed(Old())


def test_a_later_option_has_the_bounds_of_any_field() -> None:
    with pytest.raises(ValidationError, match="at most 3"):
        NewRule(name="x", among=list("abcd"))


class Grinding(Params):
    coarse: int
    sieve: str = later("fine")


class Grind(Mill):
    name = "grind"

    class Params(Params):
        coarse: int = 1

    def plan(self, params: Any, inputs: Any, context: Any) -> Any:
        tasks = [Task({}, Grinding(coarse=params.coarse))]
        return (yield Step("grind", "tests.pipeline.model.test_later:grind", tasks))


def grind(work: Work[Grinding]) -> None:
    work.output("flour", "flour.txt").write_text(f"{work.params.coarse} {work.params.sieve}")


def test_a_kernel_receives_the_model_that_it_names(store: Store) -> None:
    manifest = Runner(store, "driver").run(Grind(), Grind.Params(coarse=2), {}).manifest
    assert manifest
    (file,) = manifest.files()
    assert Path(store.url, file.path).read_text() == "2 fine"
    assert manifest.shards[0].params == {"coarse": 2}


def test_a_kernel_that_names_none_receives_a_dictionary() -> None:
    def plain(work: Work) -> None: ...

    assert params_for(plain, {"coarse": 2}) == {"coarse": 2}
