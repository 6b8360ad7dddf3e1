"""What a tool answers with, in words."""

from core.drafts import Draft, Gap, Item
from integrations.mcp.tools import draft_text

QUESTION = Gap(place="[[When?]]", question="When?")
HINT = Gap(place="[[It also says: “It is slippery.”]]", question="It also says: “It is slippery.”", is_hint=True)


def test_only_questions_are_to_be_asked_and_hints_stand_below_them() -> None:
    told = draft_text(Draft(recipe="reply", text="Hi", gaps=(HINT, QUESTION)))
    assert told == "Hi\n\nAsk the person:\n- When?\n\nAlso in the mail:\n- It also says: “It is slippery.”"
    assert "Ask the person" not in draft_text(Draft(recipe="reply", text="Hi", gaps=(HINT,)))
    assert "Also in the mail" not in draft_text(Draft(recipe="reply", text="Hi", gaps=(QUESTION,)))


def test_an_alert_stands_before_the_draft() -> None:
    alert = HINT.model_copy(update={"is_alert": True})
    told = draft_text(Draft(recipe="reply", subject="Ice", text="Hi", gaps=(QUESTION, alert)))
    assert told == "It also says: “It is slippery.”\n\nSubject: Ice\n\nHi\n\nAsk the person:\n- When?"


def test_an_entry_of_a_list_says_how_grave_it_is() -> None:
    item = Item(text="It renews.", severity="high", severity_why="Nobody noted the day.")
    assert "- It renews.\n  High: Nobody noted the day." in draft_text(Draft(recipe="scan", items=(item,)))
