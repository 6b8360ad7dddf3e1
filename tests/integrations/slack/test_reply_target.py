"""Where answers may go."""

import pytest

from integrations.slack.reply_target import RESPONSE_SECONDS, ReplyTarget, is_response_url

SLACK = "https://slack.com/api/"


def test_a_place_comes_back_from_json() -> None:
    place = ReplyTarget("T1", channel="C1", thread_ts="1.2").with_response_url(
        "https://hooks.slack.com/x", now_seconds=100.0
    )
    assert ReplyTarget.from_json({**place.to_json(), "recipe": "compose"}) == place


def test_a_response_url_is_used_for_half_an_hour() -> None:
    place = ReplyTarget("T1").with_response_url("https://hooks.slack.com/x", now_seconds=100.0)
    assert place.has_response_url(100.0 + RESPONSE_SECONDS - 1)
    assert not place.has_response_url(100.0 + RESPONSE_SECONDS + 1)
    assert not ReplyTarget("T1").has_response_url(0.0)


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.slack.com/x", "https://hooks.slack.com.evil.example/x", "https://evil.example/x",
        "https://a@hooks.slack.com/x", "https://hooks.slack.com@evil.example/x", "http://127.0.0.1/x",
        "http://169.254.169.254/x", "https://hooks.slack.com:8443/x", "file:///etc/passwd", "https://slack.com/x", "",
    ],
)  # fmt: skip
def test_answers_go_nowhere_but_to_slack(url: str) -> None:
    assert not is_response_url(url, SLACK)


def test_answers_go_to_slack_and_to_the_configured_server() -> None:
    assert is_response_url("https://hooks.slack.com/actions/T1/2/x", SLACK)
    assert is_response_url("http://127.0.0.1:9000/actions/1", "http://127.0.0.1:9000/api/")
    assert not is_response_url("http://127.0.0.1:9001/actions/1", "http://127.0.0.1:9000/api/")
