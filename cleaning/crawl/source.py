"""The kernel of `crawl`: runs the crawling process of one source, and hands over the files it made."""

from __future__ import annotations

import json
import os
import queue
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from pipeline.errors import Stopped, TahonaError
from pipeline.model.dataset import Documents, Ledger
from pipeline.model.stage import Work

SILENCE = 60.0  # seconds without a line from the process: its loop is stuck
# Seconds that a crawl may wait on purpose: MAX_CRAWL_DELAY, MAX_RETRY_AFTER, and some for slow machines.
PATIENCE = 30.0 + 120.0 + 60.0
CLOSING = 20.0  # seconds to close its files after a request to stop


def crawl_source(work: Work) -> None:
    """Crawls the source of `work.params` into WARC files, part: its name, and `crawl.jsonl`, part `log`.

    The files grow in `work.scratch`, from which a killed crawl goes on. `crawl.jsonl` has a line for
    each URL: outcome, status, reason, depth and where it was found. Counts: kept are the responses
    stored with a status of 200, robots.txt and sitemaps too; removed are by `status` (errors and redirects,
    stored too), `robots`, `noindex`, `address`, `trap`, `depth`, `limit`, `media_type` and `too_large`;
    quarantined did not answer. TahonaError where no page could be stored, the process broke or stood
    still, or another run crawls the source; Stopped on request.
    """
    finished = work.scratch / "result.json"
    if not finished.exists():
        _run(work)
    result = json.loads(finished.read_text())
    for name, responses in result["warc"]:
        _place(work.scratch / name, work.output(work.params["name"], name, responses))
    _place(work.scratch / "crawl.jsonl", work.output("log", "crawl.jsonl", result["lines"]))
    work.ledger = Ledger(documents=Documents.model_validate(result["documents"]))
    work.figures = result["figures"]


def _place(made: Path, output: Path) -> None:
    """Links or copies a file; it stays in the scratch too until the shard is committed."""
    try:
        os.link(made, output)
    except OSError:
        shutil.copyfile(made, output)


def _start(log: Path) -> subprocess.Popen[bytes]:
    # The process imports the packages that this one runs, wherever they lie.
    roots = [str(Path(__file__).resolve().parents[2]), os.environ.get("PYTHONPATH", "")]
    with log.open("w") as errors:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "cleaning.crawl.process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, roots))},
        )


def _run(work: Work) -> None:
    """Lets the process crawl to its end; Stopped, or a TahonaError with what it told or left behind."""
    log = work.scratch / "process.log"
    process = _start(log)
    assert process.stdin and process.stdout
    order = {"params": work.params, "context": work.context, "scratch": str(work.scratch)}
    error = None
    try:
        with suppress(BrokenPipeError):  # it died before it read its order
            process.stdin.write(json.dumps(order).encode() + b"\n")
            process.stdin.flush()
        error = _follow(work, process)
        with suppress(subprocess.TimeoutExpired):  # it is done; what still hangs is a name look-up
            process.wait(timeout=CLOSING)
    finally:
        process.kill()
        process.wait()
        with suppress(BrokenPipeError):
            process.stdin.close()
        process.stdout.close()
    name, code = work.params["name"], process.returncode
    if error:
        raise TahonaError(error)
    if code == Stopped.exit_code:  # the request reached the process before it reached us
        raise Stopped(f"the crawl of source {name} was stopped; run again to go on")
    if not (work.scratch / "result.json").exists():
        last = log.read_text(errors="replace").strip()[-300:] or "no message"
        raise TahonaError(
            f"the crawl of source {name} broke (exit code {code}: {last}); run again to go on from "
            f"what is stored, or read {log}"
        )


def _follow(work: Work, process: subprocess.Popen[bytes]) -> str | None:
    """Passes progress on until the process ends; its error, if it told one. Watches for a standstill."""
    name, most = work.params["name"], work.params["max_pages"]
    patience = PATIENCE + 2 * work.context["timeout"] + work.context["delay"]
    for line in _lines(process):
        if work.stopping():
            _stop(process)
            raise Stopped(f"the crawl of source {name} was stopped; run again to go on")
        if line is None:
            continue
        if "error" in line or "done" in line:
            return line.get("error")
        if "pages" in line:
            work.progress(line["pages"], most, "pages")
        if line.get("idle", 0) > patience:
            raise TahonaError(
                f"the crawl of source {name} had no answer and no failure for {line['idle']:.0f} "
                "seconds; run again to go on from what is stored"
            )
    return None


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=CLOSING)
    except subprocess.TimeoutExpired:
        process.kill()


def _lines(process: subprocess.Popen[bytes]) -> Iterator[dict[str, Any] | None]:
    """The process's lines as they come, None several times a second when there is none."""
    assert process.stdout
    arrived: queue.Queue[bytes] = queue.Queue()
    threading.Thread(target=_read, args=(process.stdout, arrived), daemon=True).start()
    heard = time.monotonic()
    while True:
        try:
            line = arrived.get(timeout=0.2)
        except queue.Empty:
            if time.monotonic() - heard > SILENCE:
                raise TahonaError(
                    f"the crawling process gave no sign of life for {SILENCE:.0f} seconds; run again "
                    "to go on from what is stored"
                ) from None
            yield None
            continue
        if not line:
            return
        heard = time.monotonic()
        yield json.loads(line)


def _read(stream: IO[bytes], into: queue.Queue[bytes]) -> None:
    for line in stream:
        into.put(line)
    into.put(b"")
