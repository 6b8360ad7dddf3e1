"""What messages of people and apps say, whatever they are made of."""

from typing import Any

import pytest

from integrations.slack.client.message_text import MAX_CHARS, message_text

RICH = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "user", "user_id": "U2"},
                {"type": "text", "text": " please look at "},
                {"type": "link", "url": "https://jira.example/T-1", "text": "T-1"},
            ],
        },
        {
            "type": "rich_text_list",
            "elements": [
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "first"}]},
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "second"}]},
            ],
        },
    ],
}


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ({"text": "Hello"}, "Hello"),
        ({"text": "", "blocks": [RICH]}, "<@U2> please look at T-1\n- first\n- second"),
        (
            {
                "blocks": [
                    {
                        "type": "section",
                        "text": {"type": "mrkdwn", "text": "*Deploy failed*"},
                        "fields": [{"text": "main"}],
                    }
                ]
            },
            "*Deploy failed*\nmain",
        ),
        (
            {
                "blocks": [
                    {"type": "header", "text": {"text": "Incident 7"}},
                    {"type": "context", "elements": [{"text": "high"}]},
                ]
            },
            "Incident 7\nhigh",
        ),
        (
            {
                "attachments": [
                    {"title": "T-1", "text": "Printer broken", "fields": [{"title": "Status", "value": "Open"}]}
                ]
            },
            "T-1\nPrinter broken\nStatus: Open",
        ),
        ({"attachments": [{"fallback": "Build 7 failed"}]}, "Build 7 failed"),
        ({"text": "Hello", "blocks": [{"type": "section", "text": {"text": "Hello"}}]}, "Hello"),
        ({"text": "See", "files": [{"name": "plan.pdf"}]}, "See\n[file: plan.pdf]"),
        ({"text": None, "blocks": "x", "attachments": [7], "files": None}, ""),
    ],
)
def test_what_a_message_says_is_read_from_all_its_parts(message: dict[str, Any], said: str) -> None:
    assert message_text(message) == said


def test_a_huge_or_deep_message_is_cut() -> None:
    deep: dict[str, Any] = {"type": "text", "text": "x"}
    for _ in range(50):
        deep = {"type": "rich_text_section", "elements": [deep]}
    assert (
        len(message_text({"text": "y" * 100_000, "blocks": [{"type": "rich_text", "elements": [deep]}]})) <= MAX_CHARS
    )
