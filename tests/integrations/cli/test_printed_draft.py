"""What stands below a draft on the command line: what to fill in, what to look at, and where it is from."""

import pytest

from core.drafts import Draft, DraftSource, Gap, Item
from core.text.catalogues import speaking
from integrations.cli.terminal import print_draft

LONG = f"It also says: {'“The road is closed on Monday.” ' * 9}"
HINT = Gap(place=f"[[{LONG.strip()}]]", question=LONG.strip(), is_hint=True)
QUESTION = Gap(place="[[When?]]", question="When?", choices=("On Monday.",))


def told(capsys: pytest.CaptureFixture[str], draft: Draft, locale: str = "en") -> str:
    with speaking(locale):
        print_draft(draft)
    return " ".join(capsys.readouterr().err.split())


def test_questions_are_to_be_filled_in_and_hints_only_to_be_looked_at(capsys: pytest.CaptureFixture[str]) -> None:
    draft = Draft(recipe="reply", text="Hi", gaps=(HINT, QUESTION))
    shown = told(capsys, draft)
    assert shown.startswith("Fill in: When? or: On Monday. Look: It also says:")
    assert shown.count("Fill in:") == 1
    assert shown.count("closed") == 9
    assert "Auszufüllen: When?" in (german := told(capsys, draft, "de"))
    assert "Zu beachten: It also says:" in german


def test_what_stands_in_the_text_above_is_not_printed_whole_again(capsys: pytest.CaptureFixture[str]) -> None:
    quoted = DraftSource(number=1, title="Mail", quote="the Road is\nclosed on monday.")
    other = DraftSource(number=2, title="Page", quote="The bridge is open.")
    shown = told(capsys, Draft(recipe="reply", text=HINT.place, gaps=(HINT,), sources=(quoted, other)))
    assert shown.startswith("[1] Mail [2] Page “The bridge is open.” Look: It also says:")
    assert shown.count("closed") < 4
    assert "…" in shown


def test_a_passage_that_two_sentences_rest_on_is_printed_once_with_both_quotes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    quotes = ("The bridge is open.", "It costs nothing.", "The bridge is open.")
    sources = tuple(DraftSource(number=1, title="Page", quote=quote) for quote in quotes)
    shown = told(capsys, Draft(recipe="ask", text="You may cross [1] for free [1].", sources=sources))
    assert shown.startswith("[1] Page “The bridge is open.” “It costs nothing.” rules")


def test_an_alert_is_printed_before_the_draft_and_never_cut(capsys: pytest.CaptureFixture[str]) -> None:
    alert = HINT.model_copy(update={"is_alert": True})
    shown = told(capsys, Draft(recipe="reply", text="Hi", gaps=(QUESTION, alert)))
    assert shown.startswith("It also says:")
    assert shown.count("closed") == 9
    asked = alert.model_copy(update={"is_hint": False})
    assert told(capsys, Draft(recipe="reply", text=asked.place, gaps=(asked,))).count("closed") == 9


def test_the_severity_of_an_entry_is_printed_before_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    entry = Item(text="Risk: it renews.", severity="high", severity_why="Nobody noted the day.")
    print_draft(Draft(recipe="scan", items=(entry,)))
    assert "High: Nobody noted the day." in capsys.readouterr().out
