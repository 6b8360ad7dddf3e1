"""What `inlaid doctor` says about Microsoft 365."""

import pytest

from core.errors import OutageError, SettingsError
from core.settings import Settings, load_settings
from core.store import Store
from integrations.graph.examination import examine_microsoft
from tests.fakes.microsoft import FakeMicrosoft, Reset


def test_it_asks_the_authority_each_time_with_the_secret(microsoft: FakeMicrosoft, store: Store) -> None:
    assert "takes the secret" in examine_microsoft(load_settings(), store.records)
    microsoft.app.secret = "another"
    with pytest.raises(SettingsError, match="secret"):
        examine_microsoft(load_settings(), store.records)


def test_for_people_of_any_organisation_the_authority_is_asked_alone(microsoft: FakeMicrosoft, store: Store) -> None:
    settings = load_settings().model_copy(update={"microsoft_authority": f"{microsoft.url}/organizations"})
    assert "when somebody signs in" in examine_microsoft(settings, store.records)
    assert not microsoft.ledger.find("POST *")


def test_an_authority_that_is_down_is_an_outage(microsoft: FakeMicrosoft, store: Store) -> None:
    microsoft.faults.add("GET *", Reset(), times=9)
    with pytest.raises(OutageError):
        examine_microsoft(load_settings(), store.records)


def test_without_an_app_the_way_there_is_shown(store: Store) -> None:
    assert "deploy/entra" in examine_microsoft(
        Settings(microsoft_client_id="", microsoft_client_secret=""),
        store.records,
    )


def test_half_an_app_names_what_is_missing(store: Store) -> None:
    settings = load_settings().model_copy(update={"microsoft_client_id": ""})
    with pytest.raises(SettingsError) as caught:
        examine_microsoft(settings, store.records)
    assert "INLAID_MICROSOFT_CLIENT_ID" in caught.value.fix
