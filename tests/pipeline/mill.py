"""A real little stage over real files for the tests of the ground floor: words of text files, counted and summed.

Its kernels misbehave on request: a word `DIE` kills the process, `CRASH` is a bug of native code, `EAT` takes all the
memory there is, `HANG` waits for ever, `TOIL` computes and tells nothing, `FAIL`, `BREAK` and `BUG` raise, `LOSE` loses
a record, `SHOUT` prints.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from pipeline.errors import Stopped, TahonaError
from pipeline.model.ledger import Documents, Ledger
from pipeline.model.stage import Input, Inputs, Params, Plan, Stage, Step, Task, Work


class Words(Stage):
    """Keeps lines of at least `minimum` words."""

    name = "words"
    inputs: ClassVar = {"files": Input("files")}
    gives = ("lines",)

    class Params(Params):
        minimum: int = 1
        unused: int = 0

    def plan(self, params: Any, inputs: Inputs, context: Mapping[str, Any]) -> Plan:
        shards = yield Step(
            "words",
            "tests.pipeline.mill:keep_lines",
            [
                Task({"file": [f]}, {"minimum": params.minimum, "name": f.name}, context)
                for m in inputs["files"]
                for f in m.files()
            ],
        )
        return shards


def keep_lines(work: Work) -> None:
    minimum = work.params["minimum"]
    lines = work.one("file").path.read_text().splitlines()
    if "DIE" in lines and _due(work):
        os.kill(os.getpid(), signal.SIGKILL)
    if "CRASH" in lines and _due(work):
        heap = ctypes.CDLL(None)
        heap.calloc.restype, heap.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
        heap.free(heap.calloc(1, 64) + 8)  # of zeros: glibc takes what stands there for a size
    if "EAT" in lines:
        eaten = []
        while True:
            eaten.append(b"x" * (1 << 20))
    if "HANG" in lines and _due(work):
        threading.Event().wait()
    if "TOIL" in lines:
        end = time.process_time() + work.context["toil"]
        while time.process_time() < end:
            pass
    if "FAIL" in lines:
        raise TahonaError(f"{work.one('file').file.name} says FAIL")
    if "BREAK" in lines:
        raise ConnectionResetError("the connection broke")
    if "BUG" in lines:
        raise KeyError("a bug")
    if "SHOUT" in lines:
        print("a library that prints")
        os.write(1, b"and one that writes\n")
    _wait(work)
    for done in range(work.context.get("sleeps", 1)):
        work.progress(done, None, "naps")
        time.sleep(work.context.get("seconds", 0))
    kept = [line for line in lines if len(line.split()) >= minimum]
    work.output("kept", "kept.txt", rows=len(kept)).write_text("\n".join(kept))
    lost = "LOSE" in lines
    work.ledger = Ledger(
        documents=Documents(
            in_=len(lines) + lost, kept=len(kept), removed={"short": len(lines) - len(kept)}
        )
    )


def _wait(work: Work) -> None:
    """Waits until a file is there, if one is named."""
    while work.context.get("until") and not Path(work.context["until"]).exists():
        time.sleep(0.02)


def _due(work: Work) -> bool:
    """Whether to misbehave: each time, or once where there is a marker to remember it."""
    marker = work.context.get("marker")
    if marker is None:
        return True
    due = not Path(marker).exists()
    Path(marker).touch()
    return due


class Totals(Stage):
    """Counts words by shard, then sums them in one step of its own, then tells each shard its share."""

    name = "totals"
    inputs: ClassVar = {"lines": Input("lines", parts=("kept",))}
    gives = ("totals",)
    conserves = ("lines",)

    def plan(self, params: Any, inputs: Inputs, context: Mapping[str, Any]) -> Plan:
        (lines,) = inputs["lines"]
        counts = yield Step(
            "count",
            "tests.pipeline.mill:count_words",
            [Task({"lines": s.part("kept")}, {}, context) for s in lines.shards],
        )
        total = yield Step(
            "sum",
            "tests.pipeline.mill:sum_counts",
            [Task({"counts": [s.one("count") for s in counts]}, {}, context)],
            driver=True,
        )
        shares = yield Step(
            "share",
            "tests.pipeline.mill:share",
            [
                Task({"count": [s.one("count")], "total": [total[0].one("total")]}, {}, context)
                for s in counts
            ],
        )
        return shares


def count_words(work: Work) -> None:
    time.sleep(work.context.get("seconds", 0))
    lines = work.one("lines").path.read_text().splitlines()
    count = {"lines": len(lines), "words": sum(len(x.split()) for x in lines)}
    work.output("count", "count.json").write_text(json.dumps(count))


def sum_counts(work: Work) -> None:
    time.sleep(work.context.get("seconds", 0))
    counts = [json.loads(f.path.read_text()) for f in work.inputs["counts"]]
    total = sum(c["words"] for c in counts)
    work.output("total", "total.json").write_text(json.dumps(total))


def share(work: Work) -> None:
    time.sleep(work.context.get("seconds", 0))
    count = json.loads(work.one("count").path.read_text())
    total = json.loads(work.one("total").path.read_text())
    work.output("share", "share.json").write_text(json.dumps(count["words"] / max(1, total)))
    work.ledger = Ledger(documents=Documents(in_=count["lines"], kept=count["lines"]))


class Patient(Stage):
    """One long task that saves its place in scratch and hears a request to stop."""

    name = "patient"
    gives = ("patience",)

    class Params(Params):
        steps: int = 20

    def plan(self, params: Any, inputs: Inputs, context: Mapping[str, Any]) -> Plan:
        shards = yield Step(
            "wait",
            "tests.pipeline.mill:wait",
            [Task({}, {"steps": params.steps}, context)],
            driver=True,
        )
        return shards


def wait(work: Work) -> None:
    place = work.scratch / "place"
    at = int(place.read_text()) if place.exists() else 0
    begun_at = at
    while at < work.params["steps"]:
        if work.stopping():
            raise Stopped
        time.sleep(work.context.get("seconds", 0.0))
        at += 1
        place.write_text(str(at))
        work.progress(at, work.params["steps"], "steps")
    _wait(work)
    work.output("log", "log.json").write_text(json.dumps(work.params["steps"]))
    if "log" in work.context:
        Path(work.context["log"]).write_text(str(begun_at))


class Many(Stage):
    """Ten tasks that wait for each other to have begun, once all of them are asked for."""

    name = "many"
    gives = ("patience",)

    def plan(self, params: Any, inputs: Inputs, context: Mapping[str, Any]) -> Plan:
        tasks = [Task({}, {"number": n}, context) for n in range(_all.parties)]
        shards = yield Step("meet", "tests.pipeline.mill:meet", tasks, waits=True)
        return shards


_all = threading.Barrier(10, timeout=600)


def meet(work: Work) -> None:
    if "fails" in work.context:
        _all.wait()
        if work.params["number"] == work.context["fails"]:
            raise TahonaError(f"number {work.params['number']} fails")
        time.sleep(0.2)  # so that the failure comes first
    work.output("log", "log.json").write_text("1")


class Table(Stage):
    """The lines as Parquet tables: those with an `a`, and those without."""

    name = "table"
    inputs: ClassVar = {"lines": Input("lines", parts=("kept",))}
    gives = ("table",)
    conserves = ("lines",)

    def plan(self, params: Any, inputs: Inputs, context: Mapping[str, Any]) -> Plan:
        (lines,) = inputs["lines"]
        shards = yield Step(
            "table",
            "tests.pipeline.mill:tabulate",
            [Task({"lines": s.part("kept")}) for s in lines.shards],
        )
        return shards


def tabulate(work: Work) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    lines = work.one("lines").path.read_text().splitlines()
    kept, removed = [x for x in lines if "a" in x], [x for x in lines if "a" not in x]
    for part, rows in (("kept", kept), ("removed", removed)):
        table = pa.table({"line": pa.array(rows, pa.string())})
        pq.write_table(table, work.output(part, f"{part}.parquet"))
    work.ledger = Ledger(
        documents=Documents(in_=len(lines), kept=len(kept), removed={"no a": len(removed)})
    )
