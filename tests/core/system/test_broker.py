"""Addresses of the broker: what each names, and what is refused."""

import pytest

from core.errors import SettingsError
from core.system.broker import USUAL_MASTER, Sentinels, is_redis, open_async_client, open_client, sentinels_of

AS_ANN = {"db": 0, "username": "ann", "password": "a@b"}


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("sentinel://one", Sentinels((("one", 26379),), USUAL_MASTER, {"db": 0}, {})),
        (
            "sentinel://one:1,two:2,three/3?master=inlaid",
            Sentinels((("one", 1), ("two", 2), ("three", 26379)), "inlaid", {"db": 3}, {}),
        ),
        (
            "sentinel://ann:a%40b@one:1/?sentinel_password=c%26d",
            Sentinels((("one", 1),), USUAL_MASTER, AS_ANN, {"password": "c&d"}),
        ),
        (
            "sentinel://one/?sentinel_password=c+d/%2B%20",
            Sentinels((("one", 26379),), USUAL_MASTER, {"db": 0}, {"password": "c+d/+ "}),
        ),
        ("sentinel://[::1]:7,10.0.0.1:8", Sentinels((("::1", 7), ("10.0.0.1", 8)), USUAL_MASTER, {"db": 0}, {})),
    ],
)
def test_an_address_names_sentinels_and_how_to_come_in(url: str, found: Sentinels) -> None:
    assert sentinels_of(url) == found
    assert is_redis(url)


@pytest.mark.parametrize("url", ["redis://one/0", "rediss://one", "unix:///run/valkey.sock"])
def test_an_address_of_a_server_names_none(url: str) -> None:
    assert sentinels_of(url) is None
    assert is_redis(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "amqp://localhost",
        "localhost:6379",
        "redis://localhost:port/0",
        "sentinel://",
        "sentinel://one,,two",
        "sentinel://one:port",
        "sentinel://one/first",
        "sentinel://one?name=inlaid",
        "sentinel://one?master",
        "sentinel://one#two",
    ],
)
def test_what_cannot_be_read_is_a_setting_to_correct(url: str) -> None:
    for use in (
        lambda: open_client(url, timeout_seconds=1.0),
        lambda: open_async_client(url, timeout_seconds=1.0, answer_seconds=1.0),
    ):
        with pytest.raises(SettingsError) as refused:
            use()
        assert "INLAID_BROKER_URL" in refused.value.fix
