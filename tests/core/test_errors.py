"""Errors that a person may see: what happened, what to do, and whether a retry can help."""

import pytest

from core import errors
from core.errors import InlaidError


def test_an_error_says_what_happened_and_then_what_to_do() -> None:
    error = errors.StoreFull("The database has no space left.", fix="Make room.")
    assert str(error) == "The database has no space left. Make room."
    assert error.to_json() == {"code": error.code, "message": "The database has no space left.", "fix": "Make room."}
    assert str(errors.InputError("It is empty.")) == "It is empty."


@pytest.mark.parametrize(
    ("kind", "retryable"),
    [
        (errors.StoreOutage, True),
        (errors.BrokerFull, True),
        (errors.ModelAnswerError, True),
        (errors.CredentialError, False),
        (errors.SettingsError, False),
        (errors.InputError, False),
        (errors.LimitError, False),
    ],
)
def test_a_retry_helps_against_outages_and_against_nothing_that_stays_as_it_is(
    kind: type[InlaidError], retryable: bool
) -> None:
    assert kind.retryable is retryable


def test_an_error_in_other_words_is_the_same_otherwise() -> None:
    limit = errors.RateLimited("Too often.", fix="Wait.", retry_after_seconds=7.0)
    limit.__cause__ = cause = ValueError("429")
    cut = errors.AnswerCut("Half of")
    other = limit.reworded("Far too often.")
    assert (str(other), other.args, other.__cause__) == ("Far too often. Wait.", ("Far too often.",), cause)
    assert (type(other), other.retry_after_seconds) == (errors.RateLimited, 7.0)
    assert (cut.reworded("It is cut.").text, str(limit)) == ("Half of", "Too often. Wait.")
