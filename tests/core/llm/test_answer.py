"""A sample that loops is stopped while it is written; a text that repeats by its nature is not."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.drafts import ChatMessage
from core.errors import ModelAnswerError
from core.llm.answer import LoopWatch, Thoughts
from core.llm.models_file import EndpointEntry
from core.llm.openai_chat import OpenAIChat
from core.llm.ports import ChatOptions, Completion
from tests.fakes import openai_replies as replies
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.openai_thinking import Thinking


def pieces_until_loop(text: str, prompt: str = "") -> int | None:
    watch = LoopWatch(lambda: prompt)
    for number, word in enumerate(text.split(" "), start=1):
        if watch.loops(word if number == 1 else f" {word}"):
            return number
    return None


def test_the_third_time_is_one_too_many() -> None:
    # The last word of the run counts when the blank after it has come.
    assert pieces_until_loop("so it goes on " * 5) == 13


@pytest.mark.parametrize("text", ["", "one", "a b c d e f g h", "so it goes on and so it goes on.", "no no no no"])
def test_twice_is_allowed(text: str) -> None:
    assert pieces_until_loop(text) is None


def test_what_stands_in_the_prompt_may_be_copied_as_often() -> None:
    table = "Paid on the first. " * 6
    assert pieces_until_loop(table, prompt=table) is None
    assert pieces_until_loop(table * 2, prompt=table) is not None


def test_the_prompt_is_read_once_however_much_repeats() -> None:
    table = "Paid on the first. " * 300
    read: list[str] = []

    def prompt() -> str:
        read.append(table)
        return table

    watch = LoopWatch(prompt)
    assert not any(watch.loops(f"{word} ") for word in table.split())
    assert len(read) == 1


def test_the_split_into_pieces_does_not_matter() -> None:
    watch = LoopWatch(lambda: "")
    text = "so it goes on " * 4
    assert True in {watch.loops(letter) for letter in text}


ASKED = [ChatMessage(role="user", content="Say hello")]
MARKED = [
    "<think>Who is Ann?</think>Hello, Ann.",
    "<THINK>Who is Ann?</THINK>\n\nHello, Ann.",
    "<thinking>Who is <b>Ann</b>?</thinking> Hello, Ann.",
    "<reasoning>Who?</reasoning>Hello, <think>is that right?</think>Ann.",
    "Who is Ann? She is fine.</think>Hello, Ann.",
    "[THINK]Who is Ann?[/THINK]Hello, Ann.",
    "<|channel|>analysis<|message|>Who is Ann?<|channel|>final<|message|>Hello, Ann.",
]


def heard(pieces: list[str], prompt: str = "") -> tuple[str, str]:
    thoughts = Thoughts(lambda: prompt)
    shown = "".join(thoughts.add(piece) for piece in pieces) + thoughts.finish()
    return thoughts.text, shown


def complete(server: OpenAIServer, most_tokens: int = 50) -> tuple[Completion, str]:
    shown: list[str] = []
    chat = OpenAIChat(EndpointEntry(name="fake", url=server.url, model="m", timeout_seconds=2.0))
    return chat.complete(ASKED, options=ChatOptions(most_tokens), on_token=shown.append), "".join(shown)


@pytest.mark.parametrize("written", MARKED)
@settings(max_examples=30, deadline=None)
@given(cuts=st.lists(st.integers(min_value=1, max_value=80), max_size=12))
def test_thoughts_are_taken_out_wherever_the_stream_is_split(written: str, cuts: list[int]) -> None:
    places = [0, *sorted({cut for cut in cuts if cut < len(written)}), len(written)]
    pieces = [written[begin:end] for begin, end in itertools.pairwise(places)]
    text, shown = heard(pieces)
    assert text == "Hello, Ann."
    assert shown.endswith("Hello, Ann.")
    assert "<" not in shown


def test_thoughts_without_an_end_leave_no_answer() -> None:
    assert heard(["<think>Who is Ann? ", "I wonder"]) == ("", "")


@pytest.mark.parametrize("text", ["a < b and b > c", "The <thin> line", "x <", "use <b>bold</b>", "1 <think"])
def test_what_only_looks_like_a_mark_stays(text: str) -> None:
    assert heard(list(text)) == (text, text)


def test_marks_that_the_prompt_speaks_of_are_text() -> None:
    said = "The mark </think> ends what stands in <think>."
    assert heard([said], prompt="What are <think> and </think>?") == (said, said)
    assert heard(["<think>Hm.</think>They are marks."], prompt="What is <think>?")[0] == "They are marks."


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning", ""])
def test_thoughts_of_a_server_are_neither_shown_nor_kept(openai_server: OpenAIServer, field: str) -> None:
    openai_server.script(Thinking("Who is Ann? ", "Hello, Ann.", field))
    done, shown = complete(openai_server)
    assert (done.text, shown, done.has_thoughts) == ("Hello, Ann.", "Hello, Ann.", True)
    assert done.usage.output_tokens == 5


def test_thoughts_as_parts_of_the_content_are_left_out(openai_server: OpenAIServer) -> None:
    parts = [{"type": "thinking", "thinking": [{"type": "text", "text": "Who?"}]}, {"type": "text", "text": "Hello."}]
    choice = {"index": 0, "message": {"role": "assistant", "content": parts}, "finish_reason": "stop"}
    openai_server.script(replies.Recorded(body={"choices": [choice]}))
    done, _shown = complete(openai_server)
    assert (done.text, done.has_thoughts) == ("Hello.", True)


@pytest.mark.parametrize("field", ["reasoning_content", "", None])
def test_a_budget_that_was_thought_away_ends_in_nothing_and_says_so(
    openai_server: OpenAIServer, field: str | None
) -> None:
    openai_server.script(Thinking("Who is Ann? Is she fine? ", "Hello.", field))
    done, _shown = complete(openai_server, most_tokens=4)
    assert (done.text, done.finish_reason, done.has_thoughts) == ("", "length", True)


def test_endless_thoughts_are_stopped(openai_server: OpenAIServer) -> None:
    openai_server.script(replies.Recorded(tuple(
        {"choices": [{"index": 0, "delta": {"reasoning_content": "x" * 1000}, "finish_reason": None}]} for _ in range(9)
    )))  # fmt: skip
    with pytest.raises(ModelAnswerError, match="far more"):
        complete(openai_server, most_tokens=50)
