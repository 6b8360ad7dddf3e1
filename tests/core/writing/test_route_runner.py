"""Routes over real HTTP: every fault of an endpoint, and every draft that fails its checks, moves on to the next."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from core.embeddings import WordEmbedder
from core.errors import CredentialError, InlaidError, InputError, ModelOutage, NotFoundError
from core.model_outages import for_people
from core.store import Store
from tests.core.runner.routing import Site, open_site
from tests.fakes import openai_replies as replies

TEXT = "The meeting is on Tuesday at 3 pm in room 4."
REWORDED = "We meet on Tuesday at 3 pm in room 4."
# What no person may get: a link that nobody gave.
BLOCKED = "We meet on Tuesday at 3 pm in room 4, see https://elsewhere.example/room."
ASKED = {"text": TEXT}


@pytest.fixture
def site(sqlite_store: Store) -> Iterator[Site]:
    yield from open_site(sqlite_store)


FAULTS: dict[str, replies.Reply] = {
    "refused key": replies.Refuse(401),
    "unknown model": replies.Refuse(404),
    "quota": replies.Refuse(429, "You exceeded your current quota (insufficient_quota)"),
    "429 without Retry-After": replies.Refuse(429),
    "server error": replies.Refuse(500),
    "refused text": replies.Refuse(400, "content_filter"),
    "silence": replies.Hang(5.0),
    "silence after it began": replies.Hang(5.0, begun=2),
    "a line kept open without an answer": replies.KeptAlive(3.0, REWORDED),
    "closed midway": replies.CutStream(),
    "ended too early": replies.CutStream(politely=True),
    "200 with an error body": replies.ERROR_BODY,
    "error within the stream": replies.ErrorInStream(),
    "HTML": replies.HTML_PAGE,
    "wrong JSON": replies.BROKEN_EVENT,
    "cut JSON": replies.BROKEN_JSON,
    "half a character": replies.HALF_CHARACTER,
    "lost characters": replies.LOST_CHARACTER,
    "a list": replies.Raw(b"[]"),
    "nothing": replies.Raw(b"", "text/event-stream"),
    "far too much": replies.huge(),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_an_endpoint_does_the_next_one_writes_the_draft(site: Site, fault: str) -> None:
    site.add("first", timeout_seconds=0.3).respond = lambda _body: FAULTS[fault]
    site.add("second").script(REWORDED)
    draft = site.write("rewrite", ASKED)
    assert (draft.text, draft.model, draft.skeleton) == (REWORDED, "second-model", False)
    [step] = draft.escalations
    assert (step.source, step.to) == ("first", "second")
    assert step.reason


def test_a_draft_that_fails_a_check_moves_on_with_the_reason(site: Site) -> None:
    site.add("first").respond = lambda _body: replies.Answer(BLOCKED)
    site.add("second").script(REWORDED)
    draft = site.write("rewrite", ASKED)
    assert (draft.text, draft.model) == (REWORDED, "second-model")
    assert "elsewhere.example" in draft.escalations[0].reason


def test_when_no_model_passes_the_skeleton_says_so(site: Site) -> None:
    for name in ("first", "second"):
        site.add(name).respond = lambda _body: replies.Answer(BLOCKED)
    draft = site.write("rewrite", ASKED)
    assert draft.skeleton
    assert "elsewhere.example" not in draft.text
    assert [(step.source, step.to) for step in draft.escalations] == [("first", "second"), ("second", "skeleton")]


LONG_TALK = "Ann: We meet in the old hall again.\nBo: The room on the left is free then.\n" * 20


def test_a_long_talk_is_summarized_by_the_model_that_writes_and_refused_where_there_is_none(site: Site) -> None:
    site.add("small", size="small")
    alone = site.write("summarize", {"text": LONG_TALK})
    assert alone.is_refusal
    assert alone.text.startswith("340 words, about 2 minutes to read. A summary needs a larger model.")
    site.add("large").script("Ann and Bo meet in the old hall.")
    both = site.write("summarize", {"text": LONG_TALK})
    assert (both.text, both.model, both.is_refusal) == ("Ann and Bo meet in the old hall.", "large-model", False)
    assert not site.servers["small"].chats


def test_a_skeleton_is_better_than_the_outage_of_the_next_model(site: Site) -> None:
    site.add("first").respond = lambda _body: replies.Answer(BLOCKED)
    site.add("second").refuse_connections()
    draft = site.write("rewrite", ASKED)
    assert draft.skeleton
    assert [(step.source, step.to) for step in draft.escalations] == [("first", "second"), ("second", "skeleton")]


def test_the_fallback_is_asked_only_when_the_whole_route_is_out(site: Site) -> None:
    site.add("first").respond = lambda _body: replies.Refuse(503)
    spare = site.add("spare")
    spare.respond = lambda _body: replies.Answer(REWORDED)
    site.file = {"routes": {"default": ["first"]}, "fallback": ["spare"]}
    assert site.write("rewrite", ASKED).model == "spare-model"
    site.servers["first"].respond = lambda _body: replies.Answer(BLOCKED)
    asked = len(spare.chats)
    assert site.write("rewrite", ASKED).skeleton
    assert len(spare.chats) == asked


def test_when_all_are_out_the_error_that_a_later_try_may_help_with_is_raised(site: Site) -> None:
    site.add("first").respond = lambda _body: replies.Refuse(503, retry_after_seconds=7)
    site.add("second").respond = lambda _body: replies.Refuse(401)
    with pytest.raises(ModelOutage) as caught:
        site.write("rewrite", ASKED)
    assert caught.value.retry_after_seconds == pytest.approx(7.0)
    assert caught.value.message.endswith(" No other model of the route could answer either: second.")
    del site.entries[0]
    with pytest.raises(CredentialError) as alone:
        site.write("rewrite", ASKED)
    assert "either" not in alone.value.message


def test_what_a_person_can_mend_names_no_endpoint(site: Site) -> None:
    for name in ("first", "second"):
        site.add(name).respond = lambda _body: replies.Refuse(400, "content_filter")
    with pytest.raises(InputError) as caught:
        site.write("rewrite", ASKED)
    assert caught.value.message == "The model server refused the text for its content."


def test_what_an_endpoint_keeps_of_an_outage_is_its_own(site: Site) -> None:
    for name in ("first", "second"):
        site.add(name).refuse_connections()
    site.file = {"circuit": {"failures": 1}}
    pipeline = site.pipeline()
    for _ in range(2):
        with pytest.raises(ModelOutage) as caught:
            pipeline.generate(site.job("rewrite", ASKED), {}, site.diary)
        assert caught.value.message.count("could answer either: second.") == 1


def test_a_changed_account_is_shown_although_no_model_can_be_reached(site: Site) -> None:
    site.add("first").refuse_connections()
    pipeline = replace(site.pipeline(), embedder=WordEmbedder)
    line = "Please pay our invoice to our new bank account DE89 3704 0044 0532 0130 00"
    for _ in range(2):
        with pytest.raises(ModelOutage) as caught:
            pipeline.generate(site.job("reply", {"message": f"Hello Ann,\n\n{line}.\n\nBo"}), {}, site.diary)
        shown = for_people(caught.value.to_json())
        assert shown["message"] == "The model that writes this cannot be reached at the moment."
        assert shown["look_first"].startswith("Check this account by a number that you know")
        assert line in shown["look_first"]
    with pytest.raises(ModelOutage) as caught:
        pipeline.generate(site.job("reply", {"message": "Can you come on Friday?"}), {}, site.diary)
    assert "look_first" not in for_people(caught.value.to_json())


def test_a_server_that_asks_for_time_is_not_asked_meanwhile(site: Site) -> None:
    first = site.add("first")
    first.respond = lambda _body: replies.Refuse(429, retry_after_seconds=30)
    site.add("second").respond = lambda _body: replies.Answer(REWORDED)
    pipeline = site.pipeline()
    for number in range(3):
        draft = pipeline.generate(site.job("rewrite", {"text": f"{TEXT} {number}."}), {}, site.diary)
        assert draft.escalations[0].source == "first"
    assert len(first.chats) == 1


def test_an_endpoint_is_chosen_by_name_and_then_no_other_is_asked(site: Site) -> None:
    site.add("first")
    site.add("second").respond = lambda _body: replies.Answer(REWORDED)
    pipeline = site.pipeline()
    draft = pipeline.generate(site.job("rewrite", ASKED, model="second"), {}, site.diary)
    assert (draft.model, site.servers["first"].chats) == ("second-model", [])
    with pytest.raises(NotFoundError, match="first, second"):
        pipeline.generate(site.job("rewrite", ASKED, model="third"), {}, site.diary)


def test_a_recipe_has_a_route_of_its_own(site: Site) -> None:
    site.add("first")
    site.add("second").script(REWORDED)
    site.file = {"routes": {"default": ["first"], "rewrite": ["second"]}}
    assert site.write("rewrite", ASKED).model == "second-model"


def test_paragraphs_that_one_model_cannot_do_go_to_the_next(site: Site) -> None:
    site.add("first").respond = lambda _body: replies.Answer(f"[1] {REWORDED}\n[2] {BLOCKED}")
    site.add("second").respond = lambda _body: replies.Answer("[2] The report is due on Thursday.")
    texts = (TEXT, "The report has to be here on Thursday.")
    paragraphs = [{"id": f"p{at}", "hash": "h", "text": text} for at, text in enumerate(texts)]
    draft = site.pipeline().generate(site.job("rewrite", {}), {"paragraphs": paragraphs}, site.diary)
    assert [edit.text for edit in draft.edits or ()] == [REWORDED, "The report is due on Thursday."]
    assert [(step.source, step.to) for step in draft.escalations] == [("first", "second")]


def test_a_prompt_that_is_too_long_for_the_model_is_sent_in_smaller_pieces(site: Site) -> None:
    longest: list[int] = []

    def within(body: replies.Json) -> replies.Reply:
        chars = len(str(body["messages"][-1]["content"]))
        longest.append(chars)
        if chars > 2500:
            return replies.Refuse(400, "the request exceeds the available context size")
        return replies.Answer(str(body["messages"][-1]["content"]).partition("<<<\n")[2].partition("\n>>>")[0])

    site.add("first", window_tokens=8192).respond = within
    text = "\n\n".join(f"{TEXT} This is part {number} of a long text." for number in range(120))
    draft = site.write("rewrite", {"text": text})
    assert "part 119" in draft.text
    assert max(longest) > 2500
    assert min(longest) <= 2500


@pytest.mark.parametrize("text", ["漢字仮名交じり文です。" * 900, "🙂🙃 " * 4000, "ข้อความภาษาไทย " * 800])
def test_scripts_that_take_more_tokens_get_a_smaller_share_of_the_window(site: Site, text: str) -> None:
    server = site.add("first", window_tokens=4096)
    site.write("rewrite", {"text": text})
    most = max(len(asked.prompt) for asked in server.chats)
    assert most < 4096


def test_a_looping_answer_is_cut_off_and_the_server_is_let_go(site: Site) -> None:
    looping = replies.Answer("It goes on and on, " * 2000, seconds_per_piece=0.0005)
    site.add("first", timeout_seconds=5.0).respond = lambda _body: looping
    draft = site.write("rewrite", ASKED)
    assert draft.skeleton
    assert draft.usage.output_tokens < 200 * len(site.servers["first"].chats)


def test_an_endpoint_that_streams_nothing_but_answers_whole_is_understood(site: Site) -> None:
    body = {"choices": [{"index": 0, "message": {"role": "assistant", "content": REWORDED}, "finish_reason": "stop"}]}
    site.add("first").script(replies.Recorded(body=body))
    draft = site.write("rewrite", ASKED)
    assert draft.text == REWORDED
    assert draft.usage.output_tokens > 0


@pytest.mark.parametrize("inputs", [{}, {"text": ""}, {"text": TEXT, "no such": "input"}])
def test_inputs_that_cannot_be_used_are_no_reason_to_ask_another_model(site: Site, inputs: dict[str, Any]) -> None:
    site.add("first")
    site.add("second")
    with pytest.raises(InlaidError):
        site.write("rewrite", inputs)
    assert [server.chats for server in site.servers.values()] == [[], []]


def test_a_text_beyond_the_window_is_condensed_part_by_part_and_nothing_is_left_out(site: Site) -> None:
    def first_sentence(body: replies.Json) -> replies.Reply:
        prompt = str(body["messages"][-1]["content"])
        return replies.Answer(" ".join(re.findall(r"Part \d+ is about [a-z]+\.", prompt)[:1]))

    server = site.add("first", window_tokens=2048)
    server.respond = first_sentence
    text = "\n\n".join(
        f"Part {at} is about apples. " + "We like them very much in this house. " * 12 for at in range(30)
    )
    draft = site.write("summarize", {"text": text})
    read = "".join(chat.prompt for chat in server.chats)
    assert [at for at in range(30) if f"Part {at} is about" not in read] == []
    assert draft.text == "Part 0 is about apples."
    assert draft.notices == ()


def test_a_form_that_no_model_answers_holds_what_rules_found_and_the_next_model_is_asked(site: Site) -> None:
    site.add("first").script("Sorry, I cannot do that.")
    site.add("second").script("Neither can I.")
    draft = site.write("fill", {"brief": "Customer: Contoso\nWe spoke with Ann Lee.", "fields": "customer, contact"})
    assert {item.field: item.text for item in draft.items or ()} == {"customer": "Contoso"}
    assert [gap.question for gap in draft.gaps] == ["contact?"]
    assert (draft.skeleton, [step.to for step in draft.escalations]) == (True, ["second", "skeleton"])
