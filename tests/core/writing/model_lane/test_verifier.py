"""The check of the meaning: what it points to becomes a remark; what makes no sense is ignored and told."""

import json
from collections.abc import Iterator

import pytest

from core.errors import ModelOutage
from core.recipes.loader import load_recipes
from core.recipes.render import validate_inputs
from core.store import Store
from core.writing.checks import Grounds
from core.writing.model_lane.verifier import NONSENSE, verified
from tests.core.runner.routing import Site, open_site
from tests.fakes import openai_replies as replies

SUMMARIZE = load_recipes()["summarize"]
TEXT = (
    "Jonas: I tell the customer tomorrow.\nRavi: I look for the cause. We do not charge a late fee. Who books the room?"
)
DRAFT = "Ravi tells the customer tomorrow. Jonas looks for the cause."


class Verdict:
    """A verifier that answers from a list."""

    def __init__(self, answer: str, window_tokens: int = 32_768) -> None:
        self.window_tokens = window_tokens
        self._answer = answer

    def __call__(self, *_: object, **__: object) -> str:
        if self._answer == "down":
            raise ModelOutage("The model server is down.")
        return self._answer


def errors(*found: tuple[str, str, str]) -> str:
    return json.dumps({"errors": [dict(zip(("kind", "draft", "source"), one, strict=True)) for one in found]})


def compared(answer: str, window_tokens: int = 32_768) -> tuple[list[tuple[str, str]], tuple[str, ...]]:
    values = validate_inputs(SUMMARIZE, {"text": TEXT})
    meaning = verified(Grounds(SUMMARIZE, values, values["text"]), DRAFT, Verdict(answer, window_tokens))
    return [(finding.place, finding.sentence) for finding in meaning.findings], meaning.notices


def test_swapped_persons_and_open_questions_are_told_with_the_words_of_both() -> None:
    found, notices = compared(errors(
        ("contradicted", "Ravi tells the customer", "Jonas: I tell the customer tomorrow"),
        ("unsupported", "Jonas looks for the cause", ""), ("unanswered", "", "Who books the room?"),
    ))  # fmt: skip
    assert [place for place, _ in found] == ["Ravi tells the customer", "Jonas looks for the cause", ""]
    assert "Jonas: I tell the customer tomorrow" in found[0][1]
    assert "Who books the room?" in found[2][1]
    assert notices == ()


@pytest.mark.parametrize(
    "answer",
    ["I see no errors.", "{}", '{"errors": 3}', "[" * 5000, errors(("unsupported", "Nobody wrote this", "")),
     errors(("contradicted", "Ravi tells the customer", "this stands nowhere")), '{"errors": ["x", null, 3]}'],
)  # fmt: skip
def test_nonsense_is_ignored_and_told(answer: str) -> None:
    assert compared(answer) == ([], (NONSENSE,))


def test_no_errors_is_an_answer() -> None:
    assert compared(errors()) == ([], ())


def test_the_whole_part_of_a_cut_answer_counts() -> None:
    found, _notices = compared(errors(("unsupported", "Jonas looks for the cause", ""), ("unsupported", "x", ""))[:-20])
    assert len(found) == 1


def test_a_verifier_that_is_out_is_told_and_costs_no_draft() -> None:
    found, notices = compared("down")
    assert found == []
    assert "could not be made" in notices[0]


def test_a_text_beyond_the_window_is_not_compared_by_half() -> None:
    assert "too long" in compared(errors(), window_tokens=1600)[1][0]


@pytest.fixture
def site(sqlite_store: Store) -> Iterator[Site]:
    yield from open_site(sqlite_store)


SWAPPED = errors(("contradicted", "Ravi tells the customer tomorrow", "Jonas: I tell the customer tomorrow"))
RIGHT = "Jonas tells the customer tomorrow. Ravi looks for the cause."


def test_it_is_asked_where_the_route_says_so_and_its_cost_is_shown(site: Site) -> None:
    server = site.add("first")
    server.script(DRAFT, SWAPPED, RIGHT, errors())
    site.file = {"verify": {"summarize": True}}
    draft = site.write("summarize", {"text": TEXT})
    assert (draft.text, draft.findings) == (RIGHT, ())
    usage = draft.usage
    assert (usage.calls, usage.verifier_calls) == (4, 2)
    assert 0 < usage.verifier_tokens < usage.input_tokens + usage.output_tokens
    assert "“Ravi tells the customer tomorrow”" in server.chats[2].prompt
    assert [chat.body.get("response_format") is not None for chat in server.chats] == [False, True, False, True]
    assert "errors" not in "".join(site.diary.pieces)


def test_what_the_repair_leaves_is_a_remark_at_its_place(site: Site) -> None:
    site.add("first").script(DRAFT, SWAPPED, DRAFT, SWAPPED)
    site.file = {"verify": True}
    draft = site.write("summarize", {"text": TEXT})
    assert draft.text == DRAFT
    assert [(finding.check, finding.severity, finding.place) for finding in draft.findings][-1:] == [
        ("meaning", "warn", "Ravi tells the customer tomorrow")
    ]
    # Who says what is seen without it, too.
    assert {finding.check for finding in draft.findings[:-1]} == {"doers"}


@pytest.mark.parametrize("verify", [False, {"default": True, "summarize": False}])
def test_it_is_not_asked_where_the_route_does_not_say_so(site: Site, verify: object) -> None:
    server = site.add("first")
    server.script(RIGHT)
    site.file = {"verify": verify}
    assert site.write("summarize", {"text": TEXT}).usage.verifier_calls == 0
    assert len(server.chats) == 1


def test_a_verifier_of_nonsense_costs_a_notice_and_nothing_else(site: Site) -> None:
    site.add("first").script(RIGHT, replies.Answer("All good!"))
    site.file = {"verify": True}
    draft = site.write("summarize", {"text": TEXT})
    assert (draft.text, draft.notices) == (RIGHT, (NONSENSE,))
