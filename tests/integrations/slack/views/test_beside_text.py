"""Where a draft is from, beside its text."""

from core.drafts import Draft, DraftSource
from integrations.slack.views.draft_message import answer_messages
from tests.integrations.slack.views.test_draft_message import ACTIONS, everything


def test_passages_of_one_document_name_it_once_and_two_of_one_name_are_told_apart() -> None:
    long = "Terms for partners, edition of spring"
    titles = [(f"{long}, Discounts", "7/1"), ("Plan", "8/0"), (f"{long}, Returns", "7/4"), ("Plan", "9/0")]
    sources = [
        DraftSource(number=number, title=title, quote="q", place=place, link=f"https://wiki.example/{place}")
        for number, (title, place) in enumerate(titles, 1)
    ]
    sources[1] = sources[1].model_copy(update={"date": "2026-03-01"})
    draft = Draft(recipe="ask", text="One [1], two [2], three [3], four [4].", sources=tuple(sources))
    shown = everything(answer_messages(draft, ACTIONS, allowed_urls=frozenset()))
    link = "<https://wiki.example/"
    assert f"Sources: {long}: {link}7/1|1. Discounts>, {link}7/4|3. Returns> · " in shown
    assert f"{link}8/0|2. Plan (2026-03-01)> · {link}9/0|4. Plan (0)>" in shown
