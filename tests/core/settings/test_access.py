"""Settings of the web process."""

import pytest
from pydantic import ValidationError

from core.settings.access import AccessSettings


def test_roles_are_read_from_groups() -> None:
    settings = AccessSettings(group_roles=("administrator=IT", "author=Editors"))
    assert [(grant.role, grant.group) for grant in settings.grants] == [("administrator", "IT"), ("author", "Editors")]


@pytest.mark.parametrize("told", ["king=IT", "administrator", "=IT", "administrator="])
def test_a_role_that_there_is_not_is_refused(told: str) -> None:
    with pytest.raises(ValidationError):
        AccessSettings(group_roles=(told,))


def test_who_sits_at_this_machine_has_a_name_in_any_case() -> None:
    assert AccessSettings(owner_address="ann@example.com").local_person == "ann@example.com"
    assert "@" in AccessSettings().local_person


@pytest.mark.parametrize("name", ["requests_per_minute", "submits_per_minute", "event_streams"])
def test_a_limit_below_nothing_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        AccessSettings.model_validate({name: -1})
