"""What a flow run leaves on its page: a table a stage, a table of the run, a link to the report."""

from __future__ import annotations

import re
from typing import Any

from prefect.artifacts import (
    create_link_artifact,
    create_markdown_artifact,
    create_table_artifact,
)

from flows.chain.chain import Chain
from pipeline.run.runner import Result


def tell(recipe: str, result: Result) -> None:
    """The table of a stage: where its documents and characters went, its shards, its time, its speed."""
    answer = result.to_json()
    rest: dict[str, Any] = {
        "state": answer["state"],
        "shards computed": answer["shards"]["computed"],
        "shards reused": answer["shards"]["reused"],
        "seconds": answer["seconds"],
        "bytes in": answer["bytes_in"],
        "bytes out": answer["bytes_out"],
        **_speed(result),
        "dataset": f"{answer['kind']}/{answer['fingerprint']}",
    }
    rows = [*_documents(answer["documents"]), *_characters(answer["characters"])]
    rows += [_row(name, value) for name, value in rest.items()]
    create_table_artifact(rows, key=artifact_key(recipe, result.stage), description=result.stage)


def _documents(counts: dict[str, Any] | None) -> list[dict[str, Any]]:
    if not counts:
        return []
    came = counts["in"]
    rows = [_row("documents in", came, came), _row("documents kept", counts["kept"], came)]
    rows += [_row(f"removed by {rule}", n, came) for rule, n in counts["removed"].items()]
    return [*rows, _row("quarantined", counts["quarantined"], came)]


def _characters(counts: dict[str, Any] | None) -> list[dict[str, Any]]:
    if not counts:
        return []
    came = counts["in"]
    rows = [_row("characters in", came, came), _row("characters kept", counts["kept"], came)]
    rows += [_row(f"characters cut by {rule}", n, came) for rule, n in counts["cut"].items()]
    return rows + [_row(f"characters masked as {k}", n, came) for k, n in counts["masked"].items()]


def _row(figure: str, value: Any, of: int | None = None) -> dict[str, Any]:
    return {"figure": figure, "value": value, "share": f"{value / of:.1%}" if of else ""}


def _speed(result: Result) -> dict[str, float]:
    """Documents and megabytes a second, where nothing that was there before blurs them."""
    if not result.computed or result.reused or not result.seconds or not result.manifest:
        return {}
    documents = result.manifest.ledger.documents
    counted = {"documents per second": documents.in_ / result.seconds} if documents else {}
    speed = {**counted, "megabytes per second": result.bytes_in / result.seconds / 1e6}
    return {name: round(value, 2) for name, value in speed.items()}


def tell_run(chain: Chain, report: str | None) -> None:
    """The table of a flow run, a line a stage, and the link to the report."""
    name = chain.recipe.name
    lines = ["| stage | state | documents in | kept | shards computed | reused | seconds |"]
    lines.append("|---|---|--:|--:|--:|--:|--:|")
    for answer in (result.to_json() for result in chain.results):
        documents, shards = answer["documents"] or {"in": "", "kept": ""}, answer["shards"]
        cells = [answer["stage"], answer["state"], documents["in"], documents["kept"]]
        cells += [shards["computed"], shards["reused"], answer["seconds"]]
        lines.append(f"| {' | '.join(str(cell) for cell in cells)} |")
    link = report if not report or "://" in report else f"file://{report}"
    if link:
        lines += ["", f"[report]({link})"]
    create_markdown_artifact("\n".join(lines), key=artifact_key(name, "run"), description=name)
    if link:
        create_link_artifact(link, link_text="report", key=artifact_key(name, "report"))


def artifact_key(recipe: str, what: str) -> str:
    """Prefect's keys are of lower-case letters, digits and dashes."""
    return re.sub(r"[^a-z0-9]+", "-", f"{recipe}-{what}".lower()).strip("-")
