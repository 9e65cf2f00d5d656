"""The kernel of `crawl`: runs the crawling process of one source, and hands over its files."""

from __future__ import annotations

import json
import os
import queue
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from cleaning.crawl.crawler import CLOSING, TICK, Crawler, crawler
from cleaning.crawl.stage import Crawling
from pipeline.errors import Stopped, TahonaError
from pipeline.model.ledger import Documents, Ledger
from pipeline.model.stage import Work, hashed

SILENCE = 60.0  # seconds without a line from the process: its loop is stuck
ENDS = 100  # of the process by pages of all sources, after which a crawl is given up for this run
# Seconds that a crawl may wait on purpose: MAX_CRAWL_DELAY, MAX_RETRY_AFTER, and some for slow machines.
PATIENCE = 30.0 + 120.0 + 60.0


def crawl_source(work: Work[Crawling]) -> None:
    """Crawls the source of `work.params` into WARC files, part: its name, and `crawl.jsonl`, part `log`.

    The files grow in `work.scratch`, from which a killed crawl goes on. `crawl.jsonl` has a line for
    each URL: outcome, status, reason, depth and where it was found. Counts: kept are the responses
    stored with a status of 200, robots.txt and sitemaps too; removed are by `status` (errors and redirects,
    stored too), `robots`, `rights`, `noindex`, `address`, `trap`, `depth`, `limit`, `media_type` and `too_large`;
    quarantined did not answer. TahonaError where no page could be stored (but of
    a site that does not allow it: figure `closed`), the process broke or stood still, or another run crawls the
    source; Stopped on request.
    """
    finished = work.scratch / "result.json"
    if not finished.exists():
        _run(work)
    result = json.loads(finished.read_text())
    earlier = {local.file.name: local.path for local in work.inputs.get("earlier", [])}
    for *part, name, responses in result["warc"]:  # before 2026-12 without the part
        of_part = part[0] if part else work.params.name
        own = work.scratch / name
        taken_over = earlier[name] if name in earlier and not own.exists() else own
        _place(taken_over, work.output(of_part, name, responses))
    _place(work.scratch / "crawl.jsonl", work.output("log", "crawl.jsonl", result["lines"]))
    work.ledger = Ledger(documents=Documents.model_validate(result["documents"]))
    work.figures = result["figures"]


def _place(file: Path, output: Path) -> None:
    """Links or copies a file; it stays in the scratch too until the shard is committed."""
    try:
        os.link(file, output)
    except OSError:
        shutil.copyfile(file, output)


def _run(work: Work[Crawling]) -> None:
    """Lets a process crawl to its end, and another one go on where a page has ended it.

    Raises Stopped, or a TahonaError with the message that it sent or left behind.
    """
    for _ in range(ENDS):
        if _has_ended(work):
            return
    raise TahonaError(
        f"the crawl of source {work.params.name} was ended {ENDS} times by pages that crash or hang the parser; run "
        "again to go on without them"
    )


def _has_ended(work: Work[Crawling]) -> bool:
    """Whether the crawl came to its end, not to a page that ended the process."""
    name, finished = work.params.name, work.scratch / "result.json"
    with crawler() as (process, number):
        order = {
            "params": hashed(work.params),
            "context": work.context,
            "scratch": str(work.scratch),
            "model": next((str(x.path) for x in work.inputs.get("classifier", [])), None),
            "earlier": [(x.file.name, str(x.path)) for x in work.inputs.get("earlier", [])],
        }
        process.say({"number": number, **order})
        try:
            ended, last = _follow(work, process, number)
        finally:
            process.say({"number": number, "stop": True})
        if "error" in last:
            raise TahonaError(last["error"])
        if why := last.get("nothing"):
            nothing = TahonaError(
                f"no page of source {name} could be stored ({why}); check its seeds and the network, and run again"
            )
            nothing.sources = {name: why}
            shutil.rmtree(work.scratch, ignore_errors=True)  # another run begins anew
            raise nothing
        if ended and process.returncode == Stopped.exit_code:  # the request reached it before us
            raise Stopped(f"the crawl of source {name} was stopped; run again to go on")
        if finished.exists():
            return True
        if not process.struck:
            words = process.last_words()[-300:] or "no message"
            raise TahonaError(
                f"the crawl of source {name} broke ({process.how}: {words}); run again to go on from "
                "what is stored"
            )
        return False


def _follow(work: Work[Crawling], process: Crawler, number: int) -> tuple[bool, dict[str, Any]]:
    """Passes progress on until the source is crawled: whether the process ended, and the last line that it sent.

    Watches for a standstill.
    """
    name, most = work.params.name, work.params.max_pages
    patience = PATIENCE + 2 * work.context["timeout"] + work.context["delay"]
    lines, heard = process.lines(number), time.monotonic()
    while True:
        if work.stopping():
            process.say({"number": number, "stop": True})
            _await_stop(lines)
            raise Stopped(f"the crawl of source {name} was stopped; run again to go on")
        try:
            line = lines.get(timeout=TICK)
        except queue.Empty:
            if time.monotonic() - heard > SILENCE:
                process.end(hung=True)
                if process.struck:
                    return True, {}
                raise TahonaError(
                    f"the crawling process gave no sign of life for {SILENCE:.0f} seconds; run again "
                    "to go on from what is stored"
                ) from None
            continue
        heard = time.monotonic()
        if line is None:
            return True, {}
        if {"error", "nothing", "done"} & line.keys():
            return False, line
        if "pages" in line:
            # What a site has left may be fewer than it may give.
            known = most if line["pages"] + line["waiting"] >= most else None
            work.progress(line["pages"], known, f"pages, {process.standing()}")
        if line.get("idle", 0) > patience:
            raise TahonaError(
                f"the crawl of source {name} had no answer and no failure for {line['idle']:.0f} "
                "seconds; run again to go on from what is stored"
            )


def _await_stop(lines: queue.SimpleQueue[Any]) -> None:
    """Waits until the files of a source are closed, or nobody is there to close them."""
    until = time.monotonic() + CLOSING
    while (left := until - time.monotonic()) > 0:
        with suppress(queue.Empty):
            line = lines.get(timeout=left)
            if line is None or "stopped" in line:
                return
