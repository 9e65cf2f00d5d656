"""Renders the pages of a store, each in every language, from the facts of its datasets and its runs."""

from __future__ import annotations

import base64
import hashlib
import posixpath
from collections.abc import Mapping, Sequence
from functools import cached_property
from importlib.resources import files
from typing import Any

from flows.report.figures import sections
from flows.report.pages.graph import around, graph, turned_round
from flows.report.pages.render import environment, title
from flows.report.quote import line, masked
from flows.report.runs.compare import brief, changes, flat, for_script
from flows.report.runs.recipe_datasets import RecipeDatasets
from flows.report.runs.runs import run_row, sample, speeds
from flows.report.site import DATASETS, RUNS, Site
from flows.report.words.language import Language, languages
from flows.stages import STAGES
from flows.store.records import datasets
from pipeline import __version__

LISTED = 200  # datasets that a page names, of a stage or of those made from one
KINDS = ("languages", "domains", "sources")
SHOWN_SIGNALS = 6  # histograms on the page of a recipe; that of the dataset has all


class Pages:
    """Writes the pages that are stale; their text is in `templates/`."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.linked = set(site.described())
        self.edges = {name: site.nodes[name]["inputs"] for name in site.nodes}
        self.children = turned_round(self.edges)

    def dataset(self, name: str) -> None:
        """The page of a dataset, written once and again when something is made of it."""
        near, more = around(name, self.edges, self.children)
        page = f"{DATASETS}/{name}"
        linked = sorted(self.linked.intersection(near))
        content = [near, more, linked, name in self.site.unread]
        # A page of another version stays as it is until its recipe runs or the whole site is written.
        if not self.site.stale(page, content) or not (facts := self.site.facts(name, gather=False)):
            return
        children = sorted(self.children.get(name, ()))
        for language in languages():
            context = {
                "facts": facts,
                "name": name,
                "graph": graph(near, self.edges, name),
                "more": more,
                "children": children,
                "listed": LISTED,
                "funnel": sections.funnel([facts]),
                **{kind: sections.shares(facts[kind]) for kind in KINDS},
                "corpus_parts": sections.parted(facts, {"": facts} if facts["tokens"] else {}),
                "histograms": sections.drawn(facts["histograms"], language),
                "curves": sections.drawings(facts, language) if facts["curves"] else None,
            }
            self._render("dataset.html", page, language, context)
        self.site.mark(page, content)

    def recipe(self, recipe: str, shown: RecipeDatasets) -> dict[str, Any]:
        """The pages of a recipe's runs, of their comparison, and its first; returns its row of the index."""
        records = shown.records[:RUNS]
        runs = [run_row(record, self._known) for record in records]
        last = run_row(shown.last_run, self._known)
        for record, before in zip(records, [*shown.records[1 : RUNS + 1], None], strict=False):
            self._run(recipe, record, before)
        self._compare(recipe, records)
        page = f"{recipe}/index"
        content = [records, list(shown.datasets), len(shown.records)]
        if self.site.stale(page, content):
            stages = [
                {**f, "called": called, "name": n}
                for called, n in shown.stages
                if (f := self.site.facts(n))
            ]
            for language in languages():
                context = self._recipe_context(shown, stages, language)
                context |= {"recipe": recipe, "last": last, "runs": runs}
                context |= {"older": len(shown.records) - len(runs)}
                self._render("recipe.html", page, language, context)
            self.site.mark(page, content)
        return last

    def _recipe_context(
        self, shown: RecipeDatasets, stages: Sequence[dict[str, Any]], language: Language
    ) -> dict[str, Any]:
        facts = [
            {**f, "called": shown.called(n), "name": n}
            for n in shown.datasets
            if (f := self.site.facts(n))
        ]
        return {
            "figures": sections.headline(stages, language),
            "sample": sample((f["stage"], f["params"]) for f in stages),
            "funnel": sections.funnel(stages),
            "removed": [f for f in stages if _went(f) or f["tagged"]],
            "by_section": {
                section: [
                    self._section(f, language, sections.read_by(f, stages))
                    for f in stages
                    if _section_of(f) == section
                ]
                for section in ("text", "signals", "tokens", "model")
            },
            "beside": sections.beside(stages),
            "speeds": speeds(shown.records, stages),
            "datasets": facts,
            "graph": graph(shown.datasets, self.edges, called=shown.called),
        }

    @staticmethod
    def _section(
        facts: Mapping[str, Any], language: Language, counted: Mapping[str, Mapping[str, Any]]
    ) -> dict[str, Any]:
        """A dataset as a section of a recipe's page shows it; `counted`: those that count its tokens, by name."""
        tokens = {kind: {name: f[kind] for name, f in counted.items()} for kind in KINDS}
        return {
            **facts,
            **{kind: sections.shares(facts[kind], tokens[kind]) for kind in KINDS},
            "corpus_parts": sections.parted(facts, counted),
            "histograms": sections.drawn(facts["histograms"], language)[:SHOWN_SIGNALS],
            "curves": sections.drawings(facts, language) if facts["curves"] else None,
        }

    def _known(self, name: str) -> dict[str, Any] | None:
        return self.site.facts(name, gather=False) if name in self.linked else None

    def _run(
        self, recipe: str, record: Mapping[str, Any], before: Mapping[str, Any] | None
    ) -> None:
        page = f"{recipe}/{record['run']}"
        outputs, earlier = datasets(record), datasets(before) if before else {}
        prints = self._prints({*outputs.values(), *earlier.values()})
        linked = sorted(prints.values())
        content = [record, before and before["run"], linked]
        if not self.site.stale(page, content):
            return
        compared = changes(flat(before, self._known), flat(record, self._known)) if before else []
        turned = [
            {"stage": now.partition("/")[0], "called": name, "turns": turns}
            for name, now in outputs.items()
            if (then := earlier.get(name))
            if (turns := self.site.turned(then, now))
        ]
        for language in languages():
            rows = [
                {
                    **row,
                    "stage": row.get("kind", row["stage"]),
                    "called": row["stage"],
                    "name": f"{row.get('kind', row['stage'])}/{row['fingerprint']}",
                    "error": masked(line(row["error"], 1000)) if row.get("error") else None,
                    "speeds": sections.speeds(row, language),
                }
                for row in record["stages"]
            ]
            context = {
                "recipe": recipe,
                "run": run_row(record, self._known),
                "stage_error": any(row["error"] for row in rows),
                "before": before["run"] if before else None,
                "stages": rows,
                "changes": compared,
                "prints": prints,
                "turned": turned,
                "workers": record.get("workers"),
            }
            self._render("run.html", page, language, context)
        self.site.mark(page, content)

    def _prints(self, names: set[str]) -> dict[str, str]:
        """Of some datasets and what they were made from those that have a page, by the fingerprint as pages show it."""
        family = names.union(*(self.edges.get(name, ()) for name in names))
        return {brief(name): name for name in sorted(self.linked.intersection(family))}

    def _compare(self, recipe: str, records: Sequence[Mapping[str, Any]]) -> None:
        page = f"{recipe}/compare"
        prints = self._prints({name for record in records for name in datasets(record).values()})
        content = [list(records), sorted(prints.values())]
        if not self.site.stale(page, content):
            return
        runs = [flat(record, self._known) for record in records]
        for language in languages():
            titles = [(r["run"], title(r["run"], language)) for r in records]
            to = {
                word: posixpath.relpath(f"{DATASETS}/{name}", recipe) + language.suffix
                for word, name in prints.items()
            }
            data = for_script(runs, titles, to, language)
            context = {"recipe": recipe, "data": data, "script": self._script}
            self._render("compare.html", page, language, context)
        self.site.mark(page, content)

    def index(self) -> None:
        """The first page: every recipe that ran, and every dataset."""
        rows = []
        for recipe in self.site.store.backend.folders("runs"):
            if recipe in self.site.recipes:
                rows.append({"recipe": recipe, "last": self.site.recipes[recipe]})
            elif records := self.site.runs(recipe):
                rows.append({"recipe": recipe, "last": run_row(records[0], self._known)})
        order = {stage: i for i, stage in enumerate(STAGES)}
        by_stage: dict[str, list[dict[str, Any]]] = {}
        for name in sorted(self.linked):
            row = {"name": name, **self.site.nodes[name]}
            by_stage.setdefault(name.partition("/")[0], []).append(row)
        ordered = sorted(by_stage.items(), key=lambda item: order.get(item[0], -1))
        content = [rows, ordered, self.site.prunable]
        if self.site.stale("index", content):
            where = line(self.site.store.url.rsplit("/", 1)[-1], 80, given=True)
            # What was observed, as files that a recipe names, lies elsewhere.
            computed = [(stage, sets) for stage, sets in ordered if stage in order]
            disk = [(stage, sum(row["bytes"] for row in sets)) for stage, sets in computed]
            context = {"recipes": rows, "by_stage": ordered, "listed": LISTED, "where": where}
            context |= {"disk": disk, "prunable": self.site.prunable}
            for language in languages():
                self._render("index.html", "index", language, context)
            self.site.mark("index", content)

    @cached_property
    def _script(self) -> str:
        return (files("flows.report.pages") / "templates/compare.js").read_text(encoding="utf-8")

    @cached_property
    def _policy(self) -> dict[str, str]:
        """What the browser lets a page do: show itself; the page with the script, that one script too."""
        digest = base64.b64encode(hashlib.sha256(self._script.encode()).digest()).decode()
        strict = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
        rest = "base-uri 'none'; form-action 'none'"
        return {
            "compare.html": f"{strict}; script-src 'sha256-{digest}'; {rest}",
            "": f"{strict}; {rest}",
        }

    def _render(
        self, template: str, page: str, language: Language, context: Mapping[str, Any]
    ) -> None:
        """Writes a page in one language; every value in it is escaped."""

        def href(target: str, of: Language = language) -> str:
            return posixpath.relpath(target, posixpath.dirname(page) or ".") + of.suffix

        def dataset(name: str) -> str | None:
            return href(f"{DATASETS}/{name}") if name in self.linked else None

        text = (
            environment()
            .get_template(template)
            .render(
                {
                    **context,
                    "t": language,
                    "page": page,
                    "href": href,
                    "dataset": dataset,
                    "nodes": self.site.nodes,
                    "languages_of_site": languages(),
                    "policy": self._policy.get(template, self._policy[""]),
                    "tahona": __version__,
                }
            )
        )
        self.site.put(page + language.suffix, text)


def _went(facts: Mapping[str, Any]) -> bool:
    """Whether there is an example of what a stage did not keep."""
    examples = any(rule["examples"] for rule in facts["removed"])
    return examples or bool(facts["visits"] or facts["damaged"])


def _section_of(facts: Mapping[str, Any]) -> str | None:
    """The section of a recipe's page that shows a dataset."""
    return STAGES[facts["stage"]].section if facts["stage"] in STAGES else None
