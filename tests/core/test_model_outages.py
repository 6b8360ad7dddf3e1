"""What people hear of a model that is away."""

from core.errors import LimitError, ModelOutage, ModelUnreachable
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


def test_other_errors_are_told_as_they_are() -> None:
    error = LimitError("The text is too long.", fix="Shorten it.").to_json()
    assert for_people(error) == error
