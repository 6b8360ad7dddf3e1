"""Answers that do not fit their limit, over real HTTP: asked for again, and never delivered cut without a word."""

from collections.abc import Iterator

import pytest

from core.errors import ModelAnswerError
from core.store import Store
from tests.core.runner.routing import Site, open_site
from tests.fakes import openai_replies as replies
from tests.fakes.openai_thinking import Thinking, WithoutReason

MESSAGE = "Can you send the list by Friday? And who comes to the meeting?"
SENTENCE = "Thank you for asking about the list, it is good to hear from you. "


@pytest.fixture
def site(sqlite_store: Store) -> Iterator[Site]:
    yield from open_site(sqlite_store)


def long_answer(site: Site, times: float) -> str:
    """Return sentences that have so many times the tokens which the fake counts as the recipe's limit."""
    words = int(site.recipes["reply"].decoding.max_tokens * times)
    return " ".join(f"Word{number}." if number % 10 == 9 else "word" for number in range(words))


def test_an_answer_beyond_the_limit_is_asked_for_again_with_twice_the_room(site: Site) -> None:
    server = site.add("first")
    whole = long_answer(site, 1.5)
    server.respond = lambda _body: replies.Answer(whole)
    draft = site.write("reply", {"message": MESSAGE})
    first, second, *_repair = (chat.body["max_tokens"] for chat in server.chats)
    assert second == 2 * first
    assert whole.split()[-1] in draft.text
    assert [finding for finding in draft.findings if finding.check == "cut"] == []


def test_what_is_cut_twice_ends_at_a_sentence_and_says_where(site: Site) -> None:
    site.add("first").respond = lambda _body: replies.Answer(long_answer(site, 5) + " and so on")
    draft = site.write("reply", {"message": MESSAGE})
    [cut] = [finding for finding in draft.findings if finding.check == "cut"]
    assert cut.severity == "warn"
    assert cut.place in draft.text
    assert cut.place.endswith(".")
    assert f"cut at “{cut.place}”" in cut.sentence


def test_the_window_is_the_most_that_is_asked_for(site: Site) -> None:
    server = site.add("first", window_tokens=1400)
    server.respond = lambda _body: replies.Answer(long_answer(site, 9))
    site.write("reply", {"message": MESSAGE})
    assert max(chat.body["max_tokens"] for chat in server.chats) < 1400


def test_an_answer_that_nothing_whole_came_of_is_no_draft(site: Site) -> None:
    site.add("first").respond = lambda _body: replies.Answer("word " * 9000)
    draft = site.write("reply", {"message": MESSAGE})
    assert draft.skeleton
    assert "word word" not in draft.text


def test_a_budget_that_was_thought_away_is_raised_and_from_then_on_it_is_enough(site: Site) -> None:
    most = site.recipes["reply"].decoding.max_tokens
    server = site.add("first")
    server.respond = lambda _body: Thinking("hm " * (2 * most), SENTENCE)
    pipeline = site.pipeline()
    draft = pipeline.generate(site.job("reply", {"message": MESSAGE}), {}, site.diary)
    assert SENTENCE.strip() in draft.text
    assert [chat.body["max_tokens"] for chat in server.chats] == [most, 4 * most]
    assert draft.usage.output_tokens > 3 * most
    assert "hm hm" not in "".join(site.diary.pieces)
    pipeline.generate(site.job("reply", {"message": f"{MESSAGE} Ann"}), {}, site.diary)
    assert [chat.body["max_tokens"] for chat in server.chats] == [most, 4 * most, 4 * most]


def test_a_model_that_only_thinks_is_one_clear_error(site: Site) -> None:
    site.add("first").respond = lambda _body: Thinking("hm " * 20_000)
    with pytest.raises(ModelAnswerError, match="thinking"):
        site.write("reply", {"message": MESSAGE})


@pytest.mark.parametrize("field", ["", "reasoning", "reasoning_content"])
def test_no_thought_reaches_the_draft_or_the_screen(site: Site, field: str) -> None:
    site.add("first").script(Thinking("Ann is angry, be careful. ", SENTENCE, field))
    draft = site.write("reply", {"message": MESSAGE})
    assert SENTENCE.strip() in draft.text
    assert "angry" not in draft.text + "".join(site.diary.pieces)


def test_an_answer_of_a_server_without_reasons_is_delivered(site: Site) -> None:
    site.add("first").script(WithoutReason(SENTENCE.strip()))
    draft = site.write("reply", {"message": MESSAGE})
    assert SENTENCE.strip() in draft.text
    assert not draft.skeleton
