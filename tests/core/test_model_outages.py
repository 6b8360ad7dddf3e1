"""What people hear of a model that is away."""

import pytest

from core.errors import (
    CredentialError,
    InlaidError,
    InputError,
    LimitError,
    ModelOutage,
    ModelUnreachable,
    WindowExceeded,
)
from core.model_outages import for_people

ADDRESS = "http://127.0.0.1:9570/v1"


def test_how_the_server_is_set_up_is_kept_from_who_does_not_run_it() -> None:
    for kind in (ModelOutage, ModelUnreachable):
        error = kind(f"The model server at {ADDRESS} cannot be reached.", fix="Check INLAID_MODEL_URL.").to_json()
        told = for_people(error)
        assert told["code"] == kind.code
        assert ADDRESS not in str(told)
        assert "INLAID" not in str(told)
        assert "administrator" in told["fix"]


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        (CredentialError, "cannot be used at the moment"),
        (InputError, "cannot be used at the moment"),
        (WindowExceeded, "too long"),
    ],
)
def test_a_refusal_tells_nothing_of_its_server_either(kind: type[InlaidError], says: str) -> None:
    error = kind(f"The model server at {ADDRESS} refused it.", fix="Check INLAID_MODEL_KEY.", of_server=True).to_json()
    told = for_people(error)
    assert told.keys() == {"code", "message", "fix"}
    assert says in told["message"]
    assert ADDRESS not in str(told)
    assert "INLAID" not in str(told)


def test_other_errors_are_told_as_they_are() -> None:
    error = LimitError("The text is too long.", fix="Shorten it.").to_json()
    assert for_people(error) == error
