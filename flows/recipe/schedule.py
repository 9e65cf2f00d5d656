"""When a recipe runs by itself: its section `schedules`."""

from __future__ import annotations

import re
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
_FIELDS: tuple[tuple[str, int, int, list[str]], ...] = (
    ("minute", 0, 59, []),
    ("hour", 0, 23, []),
    ("day of the month", 1, 31, []),
    ("month", 1, 12, _MONTHS),
    ("day of the week", 0, 7, _DAYS),
)
_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)  # days of each month, in a leap year
_ITEM = re.compile(r"(?:\*|(?P<first>\w+)(?:-(?P<last>\w+))?)(?:/(?P<step>[1-9]\d*))?")


class Schedule(BaseModel):
    """One schedule: a flow of the recipe, and the times at which it is due."""

    model_config = ConfigDict(extra="forbid")

    flow: Literal["data", "train", "evaluate", "chain"]
    cron: str = Field(description="minute, hour, day of the month, month, day of the week")
    timezone: str = Field("UTC", description="of the times, and of the day that `date` stands for")
    edition: str | None = Field(
        "date",
        description="of the crawl: a name, `date` for the day that is due, null for the recipe's",
    )
    overrides: list[str] = Field([], description="parameters to change, as `stage.key=value`")
    active: bool = True

    @field_validator("cron")
    @classmethod
    def _five_fields(cls, cron: str) -> str:
        fields = cron.split()
        if len(fields) != len(_FIELDS):
            raise ValueError(f"{cron!r} has {len(fields)} fields: write five, as '0 3 * * *'")
        due = []
        for field, (name, lowest, highest, names) in zip(fields, _FIELDS, strict=True):
            due.append(set[int]())
            for item in field.split(","):
                if not (numbers := _numbers(item, lowest, highest, names)):
                    raise ValueError(
                        f"the {name} {item!r} of {cron!r} is none: "
                        f"write *, or numbers from {lowest} to {highest}, as 1-5, 1,3 or */2"
                    )
                due[-1].update(numbers)
        _, _, days, months, _ = due
        # With a day of the week beside it too: Prefect's clock fails on it then.
        if min(days) > max(_LONGEST[month - 1] for month in months):
            raise ValueError(f"{cron!r} is never due: those months have no day {min(days)}")
        return cron

    @field_validator("timezone")
    @classmethod
    def _of_this_world(cls, timezone: str) -> str:
        try:
            ZoneInfo(timezone)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(
                f"there is no time zone {timezone!r}: write one as Europe/Madrid"
            ) from error
        return timezone

    @model_validator(mode="before")
    @classmethod
    def _crawls(cls, values: Any) -> Any:
        """Only a flow that crawls makes an edition."""
        if isinstance(values, dict) and values.get("flow") in {"train", "evaluate"}:
            if values.get("edition") is not None:
                raise ValueError(f"{values['flow']} does not crawl: leave out its edition")
            return {**values, "edition": None}
        return values


def _numbers(item: str, lowest: int, highest: int, names: list[str]) -> range:
    """The numbers that one item of a cron field means; none where it is wrong."""
    match = _ITEM.fullmatch(item)
    if not match:
        return range(0)
    bounds = []
    for text in (match["first"], match["last"]):
        if text is None:
            continue
        if text.lower() in names:
            bounds.append(names.index(text.lower()) + lowest)
        elif text.isdecimal() and lowest <= int(text) <= highest:
            bounds.append(int(text))
        else:
            return range(0)
    if not bounds:
        bounds = [lowest, highest]
    elif len(bounds) == 1:
        bounds.append(highest if match["step"] else bounds[0])
    elif bounds[0] == bounds[1]:  # Prefect would take 5-5 for every day
        return range(0)
    return range(bounds[0], bounds[1] + 1, int(match["step"] or 1))
