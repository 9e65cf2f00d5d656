"""The section `schedules` of a recipe says only what can ever be due."""

from __future__ import annotations

from itertools import product

import pytest
from pydantic import ValidationError

from flows.recipe.schedule import Schedule


@pytest.mark.parametrize(
    "cron", ["0 3 * * *", "*/5 0-6,22 1 jan MON-fri", "0 0 1-31/2 * 7", "30 0 * 2,8 sun"]
)
def test_what_can_be_due_is_taken_as_prefect_takes_it(cron: str) -> None:
    from prefect.schedules import Cron

    schedule = Schedule(flow="data", cron=cron, timezone="Europe/Madrid")
    assert schedule.edition == "date" and schedule.active
    assert Cron(schedule.cron, timezone=schedule.timezone).cron == cron


def test_what_is_never_due_is_what_prefect_never_finds() -> None:
    from datetime import datetime

    from prefect._vendor.croniter.croniter import CroniterBadDateError, croniter

    days = ("28", "29", "30", "31", "30-31", "1-31/30", "31,2", "*/31", "29/2")
    months = ("*", "2", "feb,4", "2-6/2", "4/2", "9,11", "jan-feb")
    never = 0
    for day, month, weekday in product(days, months, ("*", "0-6", "mon")):
        cron = f"0 0 {day} {month} {weekday}"
        try:
            croniter(cron, datetime(2026, 1, 1)).get_next(datetime)
        except CroniterBadDateError:
            never += 1
            with pytest.raises(ValidationError, match="is never due: those months have no day"):
                Schedule(flow="data", cron=cron)
        else:
            assert Schedule(flow="data", cron=cron).cron == cron
    assert never


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"cron": "0 3 * *"}, "has 4 fields"),
        ({"cron": "60 3 * * *"}, "the minute '60'"),
        ({"cron": "0 24 * * *"}, "the hour '24'"),
        ({"cron": "0 3 0 * *"}, "the day of the month '0'"),
        ({"cron": "0 3 * enero *"}, "the month 'enero'"),
        ({"cron": "0 3 * * 5-2"}, "the day of the week '5-2'"),
        ({"cron": "0 3-3 * * *"}, "the hour '3-3'"),
        ({"cron": "0 0 31 2 *"}, "'0 0 31 2 *' is never due: those months have no day 31"),
        ({"cron": "0 3 * * */0"}, "the day of the week '*/0'"),
        ({"cron": "@daily"}, "has 1 fields"),
        ({"timezone": "Marte/Olympus"}, "no time zone 'Marte/Olympus'"),
        ({"flow": "train", "edition": "date"}, "train does not crawl"),
        ({"flow": "crawl"}, "'data', 'train', 'evaluate' or 'chain'"),
        ({"every": "day"}, "Extra inputs"),
    ],
)
def test_what_can_never_be_due_is_refused(values: dict[str, str], says: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Schedule.model_validate({"flow": "data", "cron": "0 3 * * *"} | values)
    assert says in str(caught.value)


def test_a_flow_that_does_not_crawl_has_no_edition() -> None:
    assert Schedule(flow="evaluate", cron="0 3 * * *").edition is None
