"""Drafts as Block Kit: everything a draft says is shown, within Slack's limits."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from core.drafts import Draft, DraftSource, Escalation, Finding, Gap, Item
from core.job import Job
from core.text.catalogues import speaking
from integrations.slack.delivery import answer
from integrations.slack.reply_target import ReplyTarget, SlackTarget
from integrations.slack.views import beside_text, draft_message
from integrations.slack.views.blocks import MAX_SECTION_CHARS, BlockMessage, note_message
from integrations.slack.views.draft_message import (
    MAX_FINDINGS,
    DraftActions,
    answer_language,
    answer_messages,
    draft_messages,
    draft_mrkdwn,
    error_message,
    posted_messages,
)
from integrations.slack.views.mrkdwn import escape
from integrations.slack.views.public_text import doubt_about
from tests.fakes.slack.blocks import faults_in_message
from tests.integrations.slack.views.test_modals import JOB, LONG

ACTIONS = DraftActions("job-1", here=True)
FULL = Draft(
    recipe="compose",
    subject="Printer *broken*",
    text="The **printer** is broken. [[Which floor?]]",
    gaps=(Gap(place="[[Which floor?]]", question="Which floor?"),),
    findings=tuple(Finding(check="facts", severity="warn", sentence=f"Remark {number}.") for number in range(6)),
    sources=(DraftSource(number=1, title="Plan", link="https://wiki.example/plan", quote="q"),),
    notices=("The oldest part was left out.",),
    alternatives=("The printer does <not> work.",),
    skeleton=True,
)


def job_with(draft: Draft) -> Job:
    target = SlackTarget(ReplyTarget("T1", channel="C1")).to_json()
    return Job(
        JOB, "T1", "U1", "slack", draft.recipe, "interactive", "ready", {}, target, "", draft, None, 1, 1, 1, False,
        0.0, 0.0, 0.0, 0.0,
    )  # fmt: skip


def everything(messages: list[BlockMessage]) -> str:
    return "\n".join(str(message.blocks) for message in messages)


def test_a_text_that_cites_its_sources_has_them_by_number_and_another_each_place_once() -> None:
    source = DraftSource(number=1, title="Plan", link="https://wiki.example/plan", quote="q")
    twice = Draft(recipe="reply", text="It is done.", sources=(source, source.model_copy(update={"number": 2})))
    assert "From: <https://wiki.example/plan|Plan>'" in everything(
        answer_messages(twice, ACTIONS, allowed_urls=frozenset())
    )
    cited = twice.model_copy(update={"text": "It is done [1]."})
    assert "Sources: Plan: <https://wiki.example/plan|1.>, <https://wiki.example/plan|2.>" in everything(
        answer_messages(cited, ACTIONS, allowed_urls=frozenset())
    )


def test_a_passage_that_several_sentences_cite_is_named_once_in_the_order_of_numbers() -> None:
    cited = [(2, "Fees"), (1, "Plan"), (2, "Fees")]
    sources = [DraftSource(number=number, title=title, quote=str(at)) for at, (number, title) in enumerate(cited)]
    draft = Draft(recipe="ask", text="It costs 5. [2] It is due. [1] It is paid. [2]", sources=tuple(sources))
    assert "Sources: 1. Plan · 2. Fees'" in everything(answer_messages(draft, ACTIONS, allowed_urls=frozenset()))


@pytest.mark.parametrize(("question", "named"), [("Wann fährt die Fähre ab?", "Quellen: "), ("Boat?", "Sources: ")])
def test_the_sources_of_an_answer_are_named_in_the_language_of_its_question(question: str, named: str) -> None:
    source = DraftSource(number=1, title="Plan", link="https://wiki.example/plan", quote="q")
    draft = Draft(recipe="ask", text="The ferry leaves at nine every morning. [1]", sources=(source,))
    job = replace(job_with(draft), inputs={"question": question})
    assert f"{named}<" in everything(draft_messages({}, job, draft))
    posted = posted_messages(draft, allowed_urls=frozenset(), user_id="U1", language=answer_language(job))
    assert f"{named}<" in everything(posted)
    with speaking("de"):  # who asks in no language is answered in their own
        assert "Quellen: <" in everything(draft_messages({}, job, draft))


def test_quotes_of_one_page_are_one_place_that_opens_at_the_first_of_them() -> None:
    page = "https://wiki.example/plan#:~:text="
    found = [DraftSource(number=1, title="Plan", link=f"{page}{words}", quote=words) for words in ("first", "second")]
    draft = Draft(recipe="reply", text="It is done.", sources=tuple(found))
    assert f"From: <{page}first|Plan>'" in everything(answer_messages(draft, ACTIONS, allowed_urls=frozenset()))


def test_a_source_without_a_link_of_its_own_opens_in_the_console_where_that_is_reached() -> None:
    found = DraftSource(number=1, title="Handbook", link="/srv/handbook.pdf", quote="q", place="7/2")
    page = DraftSource(number=2, title="Plan", link="https://wiki.example/plan", quote="q", place="8/0")
    given = DraftSource(number=3, title="Your file", link="", quote="q")
    draft = Draft(recipe="ask", text="It is 28 days [1], says [2] and [3].", sources=(found, page, given))
    job = job_with(draft)
    shown = everything(draft_messages({}, job, draft, public_url="https://inlaid.example/"))
    opened = f"https://inlaid.example/console/ask/{job.id}/passages/1"
    assert f"<{opened}|1. Handbook> · <https://wiki.example/plan|2. Plan> · 3. Your file" in shown
    for url in ("", "http://localhost:8000"):
        assert "1. Handbook · <https://wiki.example/plan" in everything(draft_messages({}, job, draft, public_url=url))
    # Nobody but its asker could open it.
    posted = posted_messages(draft, allowed_urls=frozenset(), user_id="U1")
    assert "/console/" not in everything(posted)


def test_links_of_many_long_quotes_are_never_cut() -> None:
    found = [
        DraftSource(
            number=number, title=f"Plan {number}", link=f"https://wiki.example/{number}#:~:text={'x' * 500}", quote="q"
        )
        for number in range(1, 6)
    ]
    draft = Draft(recipe="ask", text="It is done [1].", sources=tuple(found))
    shown = everything(answer_messages(draft, ACTIONS, allowed_urls=frozenset()))
    assert all(f"<https://wiki.example/{number}|{number}. Plan {number}>" in shown for number in range(1, 6))


def test_every_part_of_a_draft_is_shown() -> None:
    messages = answer_messages(FULL, ACTIONS, allowed_urls=frozenset(), notes=["A note."])
    shown = everything(messages)
    for part in (
        "*Printer broken*", "The *printer* is broken. [[Which floor?]]", "Remark 0.", "2 more remarks",
        "From: <https://wiki.example/plan|Plan>", "The oldest part was left out.", "needs your words", "A note.",
        "Or this: The printer does &lt;not&gt; work.",
    ):  # fmt: skip
        assert part in shown
    assert not any(faults_in_message(message.blocks) for message in messages)


@pytest.mark.parametrize("is_refusal", [True, False])
def test_a_refusal_says_why_once_and_has_nothing_to_post(*, is_refusal: bool) -> None:
    why = "392 words. A summary needs a larger model."
    step = Escalation(source="rules", to="skeleton", reason=why if is_refusal else "No text passed.")
    draft = Draft(recipe="summarize", text=why, skeleton=True, escalations=(step,))
    shown = everything(draft_messages({}, job_with(draft), draft))
    assert shown.count(why) == 1
    assert ("needs your words" in shown) is not is_refusal
    assert ("Post" in shown) is not is_refusal


def test_of_more_questions_than_have_buttons_it_is_said_how_many_and_where_they_are() -> None:
    ready = [
        Gap(place=f"[[Day {n}?]]", question=f"Day {n}?", choices=("Yes.",)) for n in range(beside_text.MAX_GAP_ROWS + 2)
    ]
    draft = Draft(recipe="reply", text="\n\n".join(gap.place for gap in ready), gaps=tuple(ready))
    shown = everything(answer_messages(draft, ACTIONS, allowed_urls=frozenset()))
    assert "… and 2 more: the text above has them, and they come here as you answer these." in shown


def test_a_question_of_a_text_stands_in_it_alone_and_those_of_a_form_below_it() -> None:
    own = tuple(Gap(place=f"[[Price {n}?]]", question=f"Price {n}?") for n in range(7))
    text = Draft(recipe="reply", text="\n\n".join(gap.place for gap in own), gaps=own)
    shown = everything(answer_messages(text, ACTIONS, allowed_urls=frozenset()))
    assert (shown.count("Price 6?"), "Left for you" in shown) == (1, False)
    form = text.model_copy(update={"text": "", "items": (Item(text="Kim", field="name"),)})
    assert "Left for you: Price 6?" in everything(answer_messages(form, ACTIONS, allowed_urls=frozenset()))


def test_an_alert_stands_whole_above_the_draft_in_normal_size_and_its_buttons_name_it_whole() -> None:
    said = f"Look at this first: “{'It smells of gas & burns. ' * 12}”"
    hint = Gap(place=f"[[{said}]]", question=said, is_hint=True, is_alert=True)
    asked = Gap(place=f"[[Reply: {said}]]", question=f"Reply: {said}", choices=("Yes.",), is_alert=True)
    other = Gap(place="[[Look]]", question="Look", is_hint=True)
    draft = Draft(recipe="reply", text=f"Hi\n\n{asked.place}", gaps=(other, hint, asked))
    [message] = answer_messages(draft, ACTIONS, allowed_urls=frozenset())
    first, second, third, fourth, *_ = message.blocks
    assert (first["type"], first["text"]["text"]) == ("section", f":warning: {escape(said)}")
    assert second["text"]["text"].startswith("Hi\n\n[[Reply")
    assert third["elements"][0]["text"] == ":eyes: Also in the message:\n• Look"
    assert fourth["elements"][0]["text"] == f":pencil2: {escape(asked.question)}"
    assert message.text.startswith(":warning: Look at this first")


def test_hints_are_one_block_below_the_text_in_their_order_and_no_questions() -> None:
    hints = [Gap(place=f"[[Look {n}]]", question=f"Look {n} <!here>", is_hint=True) for n in range(3)]
    asked = Gap(place="[[When?]]", question="When?")
    text = "\n\n".join(("Hi", *(gap.place for gap in (*hints, asked)), "Best"))
    draft = Draft(recipe="reply", text=text, gaps=(*hints, asked), alternatives=("Or so.",))
    [message] = answer_messages(draft, ACTIONS, allowed_urls=frozenset())
    first, second, third, *_ = message.blocks
    assert first["text"]["text"] == "Hi\n\n[[When?]]\n\nBest"
    told = [f"• Look {n} &lt;!here&gt;" for n in range(3)]
    assert second["elements"][0]["text"] == "\n".join([":eyes: Also in the message:", *told])
    assert third["elements"][0]["text"].startswith("Or this:")
    mail = beside_text.hint_blocks(draft, is_mail=True)
    assert "Also in the mail:" in str(mail)
    with speaking("de"):
        assert "Außerdem in der E-Mail:" in str(beside_text.hint_blocks(draft, is_mail=True))


@pytest.mark.parametrize("count", [9, 20, 400])
def test_any_number_of_long_hints_fits_and_the_first_is_shown(count: int) -> None:
    said = [f"{n} {'w & ord ' * 55}" for n in range(count)]
    hints = tuple(Gap(place=f"[[{one}]]", question=one, is_hint=True) for one in said)
    messages = answer_messages(Draft(recipe="reply", text="Hi", gaps=hints), OFFER, allowed_urls=frozenset())
    assert not any(faults_in_message(message.blocks) for message in messages)
    assert "• 0 w &amp; ord" in everything(messages)
    assert "• 8 w &amp; ord" in everything(messages)
    assert ("'…'" in everything(messages)) == (count > 20)


def test_many_long_gaps_stand_whole_in_the_text_and_leave_room_for_what_is_told_beside_them() -> None:
    asked = [f"{number} {'word ' * 57}" for number in range(12)]
    gaps = tuple(Gap(place=f"[[{one}]]", question=one) for one in asked)
    told = ("secret " * 70, "beside " * 70)
    draft = Draft(recipe="reply", text="\n\n".join(one.place for one in gaps), gaps=gaps, notices=told, skeleton=True)
    messages = answer_messages(draft, ACTIONS, allowed_urls=frozenset())
    shown = everything(messages)
    assert all(one.strip() in shown for one in (*asked, *told))
    assert not any(faults_in_message(message.blocks) for message in messages)


@pytest.mark.parametrize("length", [1, MAX_SECTION_CHARS - 1, MAX_SECTION_CHARS + 1, 13_000, 60_000])
def test_a_text_of_any_length_fits_slacks_limits(length: int) -> None:
    text = ("word & more. " * (length // 10 + 1))[:length]
    messages = answer_messages(Draft(recipe="x", text=text), ACTIONS, allowed_urls=frozenset())
    assert not any(faults_in_message(message.blocks) for message in messages)
    assert all(0 < len(message.text) <= 4000 for message in messages)
    assert sum("'actions'" in str(message.blocks) for message in messages) == 1
    assert "'actions'" in str(messages[-1].blocks)


def test_a_list_shows_who_when_and_the_quote() -> None:
    item = Item(text="Call <the> service", quote="I will\ncall_them", who="Ada", due="Friday")
    [message] = answer_messages(Draft(recipe="actions", items=(item,)), ACTIONS, allowed_urls=frozenset())
    assert message.blocks[0]["text"]["text"] == "• Call &lt;the&gt; service (Ada, Friday)\n> _I will call them_"


def test_an_empty_list_is_an_answer() -> None:
    [message] = answer_messages(Draft(recipe="actions", items=()), ACTIONS, allowed_urls=frozenset())
    assert message.blocks[0]["text"]["text"] == "Nothing was found."


def test_what_is_posted_has_the_text_and_the_name_and_no_buttons() -> None:
    shown = everything(posted_messages(FULL, allowed_urls=frozenset(), user_id="U1"))
    assert "<@U1> · drafted with Inlaid" in shown
    assert "Remark" not in shown
    assert "button" not in shown


def test_what_is_posted_names_the_sources_that_it_still_cites() -> None:
    sources = tuple(DraftSource(number=number, title=f"Page {number}", link="", quote="q") for number in (1, 2))
    draft = Draft(recipe="ask", text="26 days. [2]", sources=sources)
    shown = everything(posted_messages(draft, allowed_urls=frozenset(), user_id="U1"))
    assert "Sources: 2. Page 2" in shown
    assert "Page 1" not in shown
    edited = draft.model_copy(update={"text": "26 days."})
    assert "Page" not in everything(posted_messages(edited, allowed_urls=frozenset(), user_id="U1"))


def test_an_error_is_shown_as_text() -> None:
    message = error_message({"message": "It is <too> long.", "fix": "Shorten it."}, "job-1")
    assert message.blocks[0]["text"]["text"] == ":warning: It is &lt;too&gt; long. Shorten it."
    away = error_message({"message": "Away.", "look_first": "Check this account: “<x>”"}, "job-1")
    assert ":warning: Check this account: “&lt;x&gt;”" in str(away.blocks)
    assert not faults_in_message(message.blocks)


def test_entries_stand_under_their_group_with_why_they_matter() -> None:
    one = Item(text="It renews each year.", quote="It renews each year.", group="Renewal", why="Give notice in time.")
    other = Item(text="It ends.", quote="Then it ends.", group="Renewal")
    shown = draft_mrkdwn(Draft(recipe="risks", items=(one, other)), allowed_urls=frozenset())
    assert shown == "*Renewal*\n• It renews each year.\nGive notice in time.\n• It ends.\n> _Then it ends._"


def test_the_severity_of_an_entry_stands_before_its_reason() -> None:
    one = Item(text="Risk: it renews.", quote="Risk: it renews.", severity="high", severity_why="Nobody noted the day.")
    with speaking("de"):
        shown = draft_mrkdwn(Draft(recipe="scan", items=(one,)), allowed_urls=frozenset())
    assert shown == "• Risk: it renews.\nHoch: Nobody noted the day."


def test_what_is_the_same_for_a_group_is_said_once_below_it() -> None:
    items = [Item(text=text, quote=text, group="Binds", why="It has to be paid.") for text in ("One.", "Two.")]
    shown = draft_mrkdwn(Draft(recipe="risks", items=tuple(items)), allowed_urls=frozenset())
    assert shown == "*Binds*\n• One.\n• Two.\nIt has to be paid."


MAX_TEXT_CHARS = 4000  # what chat.update takes


WORD = "x" * 20_000


PLAIN = "A button shows & < > as they are. " * 1000


TABLE = "|a|b|\n|-|-|\n" + "|x|y|\n" * 900


URLS = frozenset({"https://wiki.example/" + "p" * 400})


OFFER = DraftActions(JOB, here=True, mail=True, mailbox=True, feedback=True)


def full_draft(text: str) -> Draft:
    return Draft(
        recipe="compose",
        subject=LONG,
        text=text,
        gaps=tuple(Gap(place=f"[[{WORD[:300]}]]", question=LONG, choices=(PLAIN,) * 30) for _ in range(30)),
        findings=tuple(Finding(check="facts", severity="warn", sentence=LONG) for _ in range(30)),
        sources=tuple(DraftSource(number=one, title=LONG, link=next(iter(URLS)), quote=LONG) for one in range(30)),
        notices=(LONG,) * 10,
        skeleton=True,
    )


ITEMS = Draft(recipe="actions", items=tuple(Item(text=LONG, quote=LONG, who=LONG, due=LONG) for _ in range(40)))


MESSAGES: dict[str, Callable[[], list[BlockMessage]]] = {
    "answer": lambda: draft_message.answer_messages(full_draft(LONG), OFFER, allowed_urls=URLS, notes=[LONG]),
    "answer of one word": lambda: draft_message.answer_messages(full_draft(WORD), OFFER, allowed_urls=URLS),
    "answer in code": lambda: draft_message.answer_messages(full_draft(f"```\n{LONG}\n```"), OFFER, allowed_urls=URLS),
    "answer with a table": lambda: draft_message.answer_messages(full_draft(TABLE), OFFER, allowed_urls=URLS),
    "list": lambda: draft_message.answer_messages(ITEMS, OFFER, allowed_urls=URLS),
    "post": lambda: draft_message.posted_messages(full_draft(LONG), allowed_urls=URLS, user_id="U" * 12),
    "post of a list": lambda: draft_message.posted_messages(ITEMS, allowed_urls=URLS, user_id="U" * 12),
    "note": lambda: [note_message(escape(LONG[:3900]))],
    "error": lambda: [draft_message.error_message({"message": LONG, "fix": LONG, "look_first": LONG}, JOB)],
    "doubt": lambda: [answer.maybe_shown(JOB)],
}


@pytest.mark.parametrize("kind", MESSAGES)
def test_every_message_is_within_slacks_limits(kind: str) -> None:
    for message in MESSAGES[kind]():
        assert faults_in_message(message.blocks) == []
        assert 0 < len(message.text) <= MAX_TEXT_CHARS
        assert not [bad for bad in ("<winding>", "@here") if bad in str(message)]


@pytest.mark.parametrize("text", ["We meet at [[When?]].", "We meet at nine."])
def test_a_draft_with_open_places_is_edited_first_and_posted_only_after_a_question(text: str) -> None:
    is_open = "[[" in text
    draft = Draft(recipe="reply", text=text)
    [message] = answer_messages(draft, DraftActions("job-1", True, doubt=doubt_about(draft)), allowed_urls=frozenset())
    buttons = [one for block in message.blocks if block["type"] == "actions" for one in block["elements"]]
    post = next(one for one in buttons if one["action_id"] == "post_here")
    assert ("confirm" in post, post.get("style") == "primary") == (is_open, not is_open)
    assert next(one["action_id"] for one in buttons) == ("edit" if is_open else "post_here")


def test_what_we_say_of_a_draft_is_in_the_readers_language_and_its_text_stays() -> None:
    ours = "There is no such file."
    gap = Gap(place="[[Which file?]]", question="Which file?", choices=("no", ours))
    finding = Finding(check="facts", severity="warn", sentence=ours)
    draft = Draft(recipe="reply", text=f"{ours} [[Which file?]]", gaps=(gap,), findings=(finding,))
    with speaking("de"):
        messages = answer_messages(draft, ACTIONS, allowed_urls=frozenset())
        alone = answer_messages(Draft(recipe="reply", text=ours), ACTIONS, allowed_urls=frozenset())
        failed = error_message({"message": ours, "fix": "Load the page again."}, "job-1")
    shown = everything(messages)
    for said in ("Bearbeiten", "Hier posten", "Verwerfen", ":warning: Diese Datei gibt es nicht."):
        assert said in shown
    assert f"{ours} [[Which file?]]" in shown
    assert "'text': 'no'" in shown
    assert ours in everything(alone)
    assert "Diese Datei gibt es nicht. Laden Sie die Seite neu." in everything([failed])
    assert not any(faults_in_message(message.blocks) for message in messages)


def test_where_nothing_was_found_there_is_nothing_to_post_or_to_edit() -> None:
    def labels(draft: Draft) -> list[str]:
        (message,) = draft_messages({}, job_with(draft), draft)
        (row,) = (block["elements"] for block in message.blocks if block["type"] == "actions")
        menu = [option["text"]["text"] for option in row[-1]["options"]]
        return [element["text"]["text"] for element in row[:-1]] + menu

    nothing = Draft(recipe="ask", text="Nothing was found that answers this.", skeleton=True)
    assert labels(nothing) == ["Change…", "Try again", "Discard"]
    place = DraftSource(number=1, title="Plan", quote="It is due.")
    near = nothing.model_copy(update={"sources": (place,)})
    assert labels(near) == ["Edit", "Post here", "Change…", "Post to…", "Try again", "Discard"]
    # A gap is filled in by its person.
    assert labels(nothing.model_copy(update={"recipe": "reply"}))[:2] == ["Edit", "Post here"]


def test_what_says_that_there_is_no_result_is_in_the_readers_language() -> None:
    why = "No passage answers the question."
    step = Escalation(source="rules", to="skeleton", reason=why)
    draft = Draft(recipe="ask", text=why, skeleton=True, escalations=(step,))
    with speaking("de"):
        shown = everything(draft_messages({}, job_with(draft), draft))
    assert "Keine Textstelle beantwortet die Frage." in shown
    assert why not in shown


def test_one_more_remark_is_said_as_one() -> None:
    findings = tuple(Finding(check="facts", severity="warn", sentence=f"Remark {n}.") for n in range(MAX_FINDINGS + 1))
    shown = everything(
        answer_messages(FULL.model_copy(update={"findings": findings}), ACTIONS, allowed_urls=frozenset())
    )
    assert "… and 1 more remark." in shown
