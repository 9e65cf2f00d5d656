"""What Prefect writes down of an error: no personal data, wherever in what it came from."""

from __future__ import annotations

import traceback

import pytest

from flows.server.masked_errors import masked_errors
from pipeline.errors import TahonaError, UsageError

SECRET = "ana@horno.test"


@pytest.mark.parametrize(("raised", "kept"), [(UsageError, UsageError), (ValueError, TahonaError)])
def test_an_error_and_what_it_came_from_are_masked(
    raised: type[Exception], kept: type[TahonaError]
) -> None:
    with pytest.raises(kept) as caught, masked_errors():
        try:
            raise ConnectionError(f"no answer of {SECRET}")
        except ConnectionError as error:
            raise raised(f"nothing at {SECRET}") from error
    traced = "".join(traceback.format_exception(caught.value))
    assert (
        SECRET not in traced and "no answer of [EMAIL]" in traced and "nothing at [EMAIL]" in traced
    )
    assert caught.value.transient, "the broken connection is not forgotten: a retry may help"
