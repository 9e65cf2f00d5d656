"""What a flow run leaves on its page, in English: a table a stage, a table of the run, a link to the report."""

from __future__ import annotations

import re
from typing import Any

from prefect.artifacts import (
    create_link_artifact,
    create_markdown_artifact,
    create_table_artifact,
)

from flows.chain.chain import Chain
from flows.report import report_path
from flows.report.facts import figures
from flows.report.words.language import languages
from flows.web.address import address_of
from pipeline.run.runner import Result

_UNSERVED = "`tahona serve` makes it a link, here in later runs"  # a browser opens no file from a page of Prefect's


def tell(recipe: str, result: Result) -> None:
    """The table of a stage: where its documents and characters went, its figures, shards, time and speed."""
    answer = result.to_json()
    language = languages()[0]
    rows = [
        *_documents(answer["documents"]),
        *_characters(answer["characters"], answer["documents"]),
    ]
    measured = figures(result.manifest) if result.manifest else {}
    rows += [
        _row(language.called("figure", name), language.figure(n)) for name, n in measured.items()
    ]
    rest = {
        "state": answer["state"],
        "shards computed": language.number(answer["shards"]["computed"]),
        "shards reused": language.number(answer["shards"]["reused"]),
        "time": language.duration(answer["seconds"]),
        "read": language.size(answer["bytes_in"]),
        "written": language.size(answer["bytes_out"]),
        **_speed(result),
        "dataset": f"{answer['kind']}/{answer['fingerprint']}",
    }
    rows += [_row(name, value) for name, value in rest.items()]
    create_table_artifact(rows, key=artifact_key(recipe, result.stage), description=result.stage)


def _documents(counts: dict[str, Any] | None) -> list[dict[str, str]]:
    if not counts:
        return []
    came, parted = counts["in"], counts.get("parted", 0)
    rows = [_count("documents in", came, came)]
    rows.append(_count("documents kept", counts["kept"] - parted, came))
    if parted:  # out of the others: no share of what came
        rows.append(_row("documents of passages", languages()[0].number(parted)))
    rows += [_count(f"removed by {rule}", n, came) for rule, n in counts["removed"].items()]
    return [*rows, _count("quarantined", counts["quarantined"], came)]


def _characters(
    counts: dict[str, Any] | None, documents: dict[str, Any] | None
) -> list[dict[str, str]]:
    """A rule that removed documents took their characters; any other cut some out of documents that stay."""
    removed = documents["removed"] if documents else {}
    if not counts:
        return []
    came = counts["in"]
    rows = [_count("characters in", came, came), _count("characters kept", counts["kept"], came)]
    for rule, n in counts["cut"].items():
        how = "of documents removed by" if rule in removed else "cut by"
        rows.append(_count(f"characters {how} {rule}", n, came))
    masked = counts["masked"].items()
    return rows + [_count(f"characters masked as {kind}", n, came) for kind, n in masked]


def _count(figure: str, count: int, of: int) -> dict[str, str]:
    language = languages()[0]
    return _row(figure, language.number(count), language.percent(count / of) if of else "")


def _row(figure: str, value: str, share: str = "") -> dict[str, str]:
    return {"figure": figure, "value": value, "share": share}


def _speed(result: Result) -> dict[str, str]:
    """Documents and bytes a second, where nothing that was there before blurs them."""
    if not result.computed or result.reused or not result.seconds or not result.manifest:
        return {}
    language, documents = languages()[0], result.manifest.ledger.documents
    speed = {"speed": f"{language.size(result.bytes_in / result.seconds)}/s"}
    if documents:
        speed["documents per second"] = language.figure(documents.in_ / result.seconds)
    return speed


def tell_run(chain: Chain, report: str | None) -> None:
    """The table of a flow run, a line a stage, and the link to the report."""
    name, language = chain.recipe.name, languages()[0]
    lines = ["| stage | state | documents in | kept | shards computed | reused | time |"]
    lines.append("|---|---|--:|--:|--:|--:|--:|")
    for answer in (result.to_json() for result in chain.results):
        counts, shards = answer["documents"] or {}, answer["shards"]
        numbers = [counts.get("in"), counts.get("kept"), shards["computed"], shards["reused"]]
        cells = [answer["stage"], answer["state"]]
        cells += ["" if n is None else language.number(n) for n in numbers]
        lines.append(f"| {' | '.join([*cells, language.duration(answer['seconds'])])} |")
    address = address_of(chain.store) if report else None
    link = f"{address}/{report_path(name).rpartition('/')[0]}/"  # in the browser's language
    if report:
        lines += ["", f"[report]({link})" if address else f"report: `{report}`; {_UNSERVED}"]
    create_markdown_artifact("\n".join(lines), key=artifact_key(name, "run"), description=name)
    if address:
        create_link_artifact(link, link_text="report", key=artifact_key(name, "report"))


def artifact_key(recipe: str, what: str) -> str:
    """Prefect's keys consist of lower-case letters, digits and dashes."""
    return re.sub(r"[^a-z0-9]+", "-", f"{recipe}-{what}".lower()).strip("-")
