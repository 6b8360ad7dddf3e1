"""Settings of the platforms."""

import pytest
from pydantic import ValidationError

from core.settings.platforms import PlatformSettings


def test_the_organisations_own_tenants_are_those_that_are_listed_else_the_one() -> None:
    assert PlatformSettings(microsoft_tenant_id="t").own_tenants == ("t",)
    assert PlatformSettings(microsoft_tenant_id="t", microsoft_tenants=("a", "b")).own_tenants == ("a", "b")
    assert PlatformSettings().own_tenants == ()


def test_a_provider_of_openid_is_a_realm_only_where_it_is_set_up() -> None:
    issuer = "https://login.example.com/"
    assert PlatformSettings(openid_issuer=issuer).openid_realm == ""
    own = PlatformSettings(openid_issuer=issuer, openid_client_id="c", microsoft_tenant_id="t")
    assert own.own_realms == ("t", "login.example.com")
    assert own.openid_issuer == issuer  # its last slash is a part of its name


@pytest.mark.parametrize("told", ["slack.com/api", "ftp://slack.com/api", "https://"])
def test_an_address_of_slack_that_is_none_is_refused(told: str) -> None:
    with pytest.raises(ValidationError):
        PlatformSettings(slack_api_url=told)


def test_the_base_of_slack_ends_with_one_slash() -> None:
    assert PlatformSettings(slack_api_url="http://127.0.0.1:9/api//").slack_api_url == "http://127.0.0.1:9/api/"
