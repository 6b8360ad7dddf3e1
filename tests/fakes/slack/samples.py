"""Small blocks and views for tests, and how to ask for a refusal."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from tests.fakes.slack.refusal import Json


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def button(**fields: Any) -> Json:
    return {"type": "button", "action_id": "go", "text": plain("Go"), **fields}


def option(value: str = "v", text: str = "t") -> Json:
    return {"text": plain(text), "value": value}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def typed(**fields: Any) -> Json:
    element = {"type": "plain_text_input", "action_id": "a", **fields}
    return {"type": "input", "block_id": "b", "label": plain("Label"), "element": element}


def menu(kind: str = "static_select", **fields: Any) -> Json:
    return {"type": kind, "action_id": "m", "placeholder": plain("Pick"), **fields}


def modal(**fields: Any) -> Json:
    return {"type": "modal", "title": plain("Title"), "blocks": [{"type": "divider"}], **fields}


RATING = {"text": plain("Good"), "value": "up"}
FEEDBACK = {"type": "feedback_buttons", "action_id": "f", "positive_button": RATING, "negative_button": RATING}


def refusal(call: Any, /, *args: Any, **kwargs: Any) -> str:
    """Return the error code with which Slack refuses a call."""
    with pytest.raises(SlackApiError) as caught:
        call(*args, **kwargs)
    return str(caught.value.response["error"])
