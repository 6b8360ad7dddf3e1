"""What others read of a posted draft, and what its person is asked and told before."""

import pytest

from core.drafts import Draft, DraftSource, Gap, JsonObject
from core.job import Job
from integrations.slack.delivery import edits
from integrations.slack.delivery import posting as posting_module
from integrations.slack.delivery.posting import PENDING_KIND, Posting, post_what_waits
from tests.fakes.slack.world import Message
from tests.integrations.slack.conftest import Office
from tests.integrations.slack.delivery.test_posting import drafted, posted
from tests.integrations.slack.screen import button_labels, choose, menu_labels, quiet_text, shown_text

NOTE = "It also says: “I am in the office until 18 December.”"
LATER = "I will look into it and get back to you."


def open_draft(*questions: str) -> Draft:
    gaps = tuple(Gap(place=f"[[{question}]]", question=question, choices=(LATER, "No.")) for question in questions)
    text = "\n\n".join(["Hi Helena,", "Thank you.", *(gap.place for gap in gaps), "Best\nAda"])
    return Draft(recipe="compose", text=text, gaps=gaps)


def test_what_is_open_is_left_out_of_a_post_and_the_question_before_it_says_so(office: Office) -> None:
    office.answers = [open_draft("Your answer to Helena: “Two of the stands are late.”", NOTE)]
    answer = drafted(office)
    buttons = {block["text"]["text"]: block for block in answer.blocks[-1]["elements"] if block["type"] == "button"}
    asked = buttons["Post here"]["confirm"]
    assert asked["title"]["text"] == "Post it without what is open?"
    assert asked["text"]["text"] == "Questions to you are left out (2)."
    office.ada.click(answer, "post_here")
    [post] = posted(office)
    assert shown_text(post) == "Hi Helena,\n\nThank you.\n\nBest\nAda"
    assert "look at this too" not in str(post.blocks) + post.text


def post_all_the_same(office: Office, answer: Message) -> None:
    """Post by a button of before: an older answer may still show one."""
    assert not any("Post" in label for label in [*button_labels(answer), *menu_labels(answer)])
    [job] = office.store.jobs.list()
    posting, place = Posting.of(office.context), {"team": office.acme.id, "channel": office.general.id}
    posting.keep(job, channel=office.general.id, thread_ts="", place=place)
    posting.post(job)
    assert posted(office) == []
    assert "waits for your words" in office.last(office.ada, office.ada.dm).text


def test_a_draft_of_questions_alone_is_not_posted_and_its_person_is_told(office: Office) -> None:
    office.answers = [Draft(recipe="compose", text=f"[[{NOTE}]]")]
    post_all_the_same(office, drafted(office))


def test_a_draft_is_posted_once_something_of_it_can_be(office: Office) -> None:
    gap = Gap(place="[[When?]]", question="When?", choices=(LATER,))
    office.answers = [Draft(recipe="compose", text="Hi Helena,\n\n[[When?]]\n\nBest\nAda", gaps=(gap,))]
    answer = drafted(office)
    assert button_labels(answer) == [LATER, "Edit", "Change…"]
    assert "Post to…" not in menu_labels(answer)
    office.ada.click(answer, "fill_gap:0")
    office.ada.click(office.last(office.ada, office.general), "post_here")
    assert LATER in shown_text(posted(office)[0])


def test_hints_are_beside_the_text_and_never_in_what_is_posted(office: Office) -> None:
    hint = Gap(place=f"[[{NOTE}]]", question=NOTE, is_hint=True)
    office.answers = [Draft(recipe="compose", text=f"Hi Helena,\n\nYes.\n\n{hint.place}\n\nBest\nAda", gaps=(hint,))]
    answer = drafted(office)
    assert shown_text(answer) == "Hi Helena,\n\nYes.\n\nBest\nAda"
    assert f"Also in the message:\n• {NOTE}" in quiet_text(answer)
    assert not any(one.get("confirm") for one in answer.blocks[-1]["elements"])
    office.ada.click(answer, "post_here")
    [post] = posted(office)
    assert NOTE not in str(post.blocks) + post.text


def test_a_greeting_and_a_closing_around_a_hint_are_not_posted(office: Office) -> None:
    hint = Gap(place=f"[[{NOTE}]]", question=NOTE, is_hint=True)
    office.answers = [Draft(recipe="compose", text=f"Hi Moira,\n\n{hint.place}\n\nBest regards,\nGed", gaps=(hint,))]
    post_all_the_same(office, drafted(office))


def test_a_ready_answer_that_is_pressed_for_several_questions_is_said_once(office: Office) -> None:
    office.answers = [open_draft("When is the delivery?", "What is the price?", "Which colours?")]
    answer = drafted(office)
    for _ in range(3):
        office.ada.click(answer, "fill_gap:0")
        answer = office.last(office.ada, office.general)
    assert shown_text(answer) == f"Hi Helena,\n\nThank you.\n\n{LATER}\n\nBest\nAda"
    office.ada.click(answer, "post_here")
    assert shown_text(posted(office)[0]).count(LATER) == 1


def test_what_somebody_else_said_of_themselves_is_posted_with_their_name(office: Office) -> None:
    quote = "I will call Ms Brandt of legal today."
    said = DraftSource(
        number=8, title="Ada Lovelace", link="https://acme.slack.com/archives/C1/p1", quote=quote, supports=quote
    )
    page = DraftSource(
        number=3, title="Travel", link="https://wiki.example/t", quote="We pay it.", supports="We pay it."
    )
    office.answers = [Draft(recipe="ask", text=f"{quote} [8]\nWe pay it. [3]", sources=(said, page))]
    office.grace.slash("/inlaid", "ask who calls Ms Brandt?", channel=office.general)
    office.work()
    office.grace.click(office.last(office.grace, office.general), "post_here")
    [post] = [message for message in office.ada.sees(office.general) if message.bot_id and not message.only_for]
    said_there = f"Ada Lovelace: “{quote}” [1]\nWe pay it. [2]"
    assert shown_text(post).startswith(f"*who calls Ms Brandt?*\n\n{said_there}")
    assert "|1. Ada Lovelace> · <https://wiki.example/t|2. Travel>" in quiet_text(post)


def test_an_answer_that_may_be_none_is_called_that_before_it_is_posted(office: Office) -> None:
    source = DraftSource(number=4, title="Leave", quote="30 days.")
    text = "The nearest places, maybe not an answer:\n- Leave: “30 days.” [4]"
    office.answers = [Draft(recipe="ask", text=text, sources=(source,), skeleton=True)]
    answer = drafted(office)
    asked = next(one["confirm"] for one in answer.blocks[-1]["elements"] if one.get("confirm"))
    assert asked["title"]["text"] == "Post an answer that is not sure?"
    assert "surely answers" in asked["text"]["text"]
    choose(office.ada, answer, "post_to")
    assert office.ada.modal is not None
    assert "surely answers" in quiet_text(office.ada.modal)


ANSWER = Draft(recipe="ask", text="30 days. [1]", sources=(DraftSource(number=1, title="Leave", quote="30 days."),))


def test_an_answer_has_its_question_as_its_title_here_in_the_post_and_on_the_home_tab(office: Office) -> None:
    office.answers = [ANSWER, ANSWER]
    for question in ("How long is leave?", "And parental leave?"):
        office.ada.slash("/inlaid", f"ask {question}", channel=office.general)
        office.work()
    answer = office.last(office.ada, office.general)
    assert shown_text(answer) == "*And parental leave?*\n\n30 days. [1]"
    office.ada.click(answer, "post_here")
    assert shown_text(posted(office)[0]) == "*And parental leave?*\n\n30 days. [1]"
    office.ada.opens_home()
    assert office.ada.home is not None
    rows = shown_text(office.ada.home)
    assert "How long is leave?" in rows
    assert "And parental leave?" in rows


def test_below_the_message_that_asks_no_question_is_repeated(office: Office) -> None:
    office.answers = [ANSWER]
    office.ada.mentions_app("How long is leave?", office.general)
    office.work()
    answer = office.last(office.ada, office.general)
    assert shown_text(answer) == "30 days. [1]"
    office.ada.click(answer, "post_here")
    assert shown_text(posted(office)[0]) == "30 days. [1]"


def test_at_the_top_of_the_conversation_of_its_question_an_answer_repeats_it(office: Office) -> None:
    office.answers = [ANSWER]
    office.ada.mentions_app("How long is leave?", office.general)
    office.work()
    choose(office.ada, office.last(office.ada, office.general), "post_to")
    office.ada.submit({"conversation": office.general.id})
    [post] = [message for message in posted(office) if not message.thread_ts]
    assert shown_text(post) == "*How long is leave?*\n\n30 days. [1]"


@pytest.mark.parametrize("moment", ["while the readers are looked up", "as it begins", "taken up again"])
def test_what_is_discarded_while_its_post_is_on_its_way_is_not_posted(
    office: Office, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    answer = drafted(office)
    [job] = office.store.jobs.list()
    put = Posting._put

    def discard(*_args: object) -> None:
        edits.keep_discarded(office.store, job)
        Posting.of(office.context).take_back(job)
        if moment == "taken up again":
            edits.take_up(office.store, job)

    def discard_before(posting: Posting, job: Job, wanted: JsonObject) -> None:
        if "began" in wanted:
            discard()
        put(posting, job, wanted)

    if moment == "as it begins":
        monkeypatch.setattr(Posting, "_put", discard_before)
    else:
        monkeypatch.setattr(posting_module, "require_readable", discard)
    office.ada.click(answer, "post_here")
    assert [posted(office), office.outcomes(), office.store.records.list(PENDING_KIND)] == [[], [], []]
    assert post_what_waits(Posting.of(office.context)) == 0


def test_own_words_that_wait_are_never_left_out_of_a_post(office: Office) -> None:
    told = "Your words, to put right: “agree, but not before Thursday.”"
    own = Gap(place=f"[[{told}]]", question=told, is_own=True)
    office.answers = [Draft(recipe="compose", text=f"Hi Helena,\n\n{own.place}\n\nYes, gladly.", gaps=(own,))]
    answer = drafted(office)
    assert "put your own words right" in quiet_text(answer)
    assert not any("Post" in label for label in [*button_labels(answer), *menu_labels(answer)])
    [job] = office.store.jobs.list()
    posting, place = Posting.of(office.context), {"team": office.acme.id, "channel": office.general.id}
    posting.keep(job, channel=office.general.id, thread_ts="", place=place)
    posting.post(job)
    assert posted(office) == []
    assert told in office.last(office.ada, office.ada.dm).text
    office.ada.click(answer, "edit")
    office.ada.submit({"part0": "Hi Helena,\n\nYes, but not before Thursday."})
    office.ada.click(office.last(office.ada, office.general), "post_here")
    assert shown_text(posted(office)[0]) == "Hi Helena,\n\nYes, but not before Thursday."
