"""The judgements of the documents of a recipe: a file of JSON lines in the store, written whole each time."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from pipeline.errors import TahonaError
from pipeline.store.lock import hold
from pipeline.store.store import Store

Verdict = Literal["good", "bad", "skip"]
FOLDER = "judgements"


@dataclass(frozen=True)
class Answer:
    """A person's judgement of a document, and when (UTC, ISO 8601)."""

    id: str
    verdict: Verdict
    reason: str
    when: str
    who: str


def path_of(recipe: str) -> str:
    """Where in a store the answers about a recipe's documents lie."""
    return f"{FOLDER}/{recipe}.jsonl"


def read(store: Store, recipe: str) -> list[Answer]:
    """All answers, the oldest first. Raises TahonaError where a line is none."""
    path = path_of(recipe)
    try:
        lines = store.backend.read(path).decode().splitlines()
    except FileNotFoundError:
        return []
    except ValueError as error:
        raise _damaged(store, path, 1, error) from error
    answers = []
    for number, line in enumerate(lines, 1):
        try:
            answer = Answer(**json.loads(line))
            if answer.verdict not in get_args(Verdict):
                raise ValueError(f"{answer.verdict!r} is no verdict")
        except (ValueError, TypeError) as error:
            raise _damaged(store, path, number, error) from error
        answers.append(answer)
    return answers


def add(store: Store, recipe: str, answer: Answer) -> None:
    """Records an answer; it replaces an earlier one of the same person for the document."""
    with _alone(store, recipe):
        earlier = read(store, recipe)
        _write(
            store,
            recipe,
            [a for a in earlier if (a.id, a.who) != (answer.id, answer.who)] + [answer],
        )


def take_back(store: Store, recipe: str, who: str) -> Answer | None:
    """Removes the last answer of a person and gives it; None where there is none."""
    with _alone(store, recipe):
        answers = read(store, recipe)
        mine = [number for number, answer in enumerate(answers) if answer.who == who]
        if not mine:
            return None
        last = answers.pop(mine[-1])
        _write(store, recipe, answers)
        return last


def agreed(answers: Sequence[Answer]) -> dict[str, bool]:
    """Whether each document is good, for those on which all who judged them agree."""
    verdicts_of: dict[str, set[str]] = {}
    for answer in answers:
        if answer.verdict != "skip":
            verdicts_of.setdefault(answer.id, set()).add(answer.verdict)
    return {
        id_: verdicts == {"good"} for id_, verdicts in verdicts_of.items() if len(verdicts) == 1
    }


def agreement(answers: Sequence[Answer]) -> dict[str, Any] | None:
    """How far the two who judged most agree on what both did: `of`, the share, Cohen's kappa; None: no two did."""
    most = [who for who, _ in Counter(a.who for a in answers).most_common(2)]
    if len(most) < 2:
        return None
    first, second = (
        {a.id: a.verdict for a in answers if a.who == who and a.verdict != "skip"} for who in most
    )
    pairs = [(first[id_], second[id_]) for id_ in first if id_ in second]
    if not pairs:
        return None
    same = sum(a == b for a, b in pairs) / len(pairs)
    good = [sum(pair[side] == "good" for pair in pairs) / len(pairs) for side in (0, 1)]
    chance = good[0] * good[1] + (1 - good[0]) * (1 - good[1])
    kappa = None if chance == 1 else round((same - chance) / (1 - chance), 3)
    return {"who": most, "of": len(pairs), "share": round(same, 4), "kappa": kappa}


def _alone(store: Store, recipe: str) -> Any:
    return hold(store, f"judgements-{recipe}")


def _write(store: Store, recipe: str, answers: Sequence[Answer]) -> None:
    lines = [json.dumps(asdict(answer), ensure_ascii=False) + "\n" for answer in answers]
    store.backend.write(path_of(recipe), "".join(lines).encode())


def _damaged(store: Store, path: str, line: int, error: Exception) -> TahonaError:
    return TahonaError(
        f"{store.url}/{path}, line {line}, is no answer of a judge ({error}): mend or remove it"
    )
