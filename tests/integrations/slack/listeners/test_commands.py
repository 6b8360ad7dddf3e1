"""From a slash command to a posted answer: the way that most people take."""

from datetime import UTC, datetime

import pytest

from core.drafts import Draft, Item
from core.recipes.loader import load_recipes
from integrations.slack.context import slack_recipes
from integrations.slack.listeners.commands import Intent, parse_intent
from integrations.slack.person import UsageFigures, read_figures
from tests.fakes.slack.world import Message
from tests.integrations.slack.conftest import Office
from tests.integrations.slack.screen import button_labels, quiet_text, shown_text

BRIEF = "tell the team that the printer on floor two is broken"
WRITTEN = "The printer on floor two is broken."


def ask(office: Office) -> Message:
    """Ask for a draft and let it be written; returns the private answer."""
    office.answers = [WRITTEN]
    assert office.ada.slash("/draft", BRIEF, channel=office.general).ok
    office.work()
    return office.last(office.ada, office.general)


def test_the_acknowledgement_is_the_first_sign_and_only_the_asker_sees_it(office: Office) -> None:
    ack = office.ada.slash("/draft", BRIEF, channel=office.general)
    assert ack.ok
    sign = office.last(office.ada, office.general)
    assert "I am on it" in sign.text
    assert sign.only_for == office.ada.id
    assert office.grace.sees(office.general) == []
    assert len(office.queued) == 1


def test_the_answer_is_private_and_has_every_button(office: Office) -> None:
    answer = ask(office)
    assert WRITTEN in shown_text(answer)
    assert answer.only_for == office.ada.id
    assert button_labels(answer) == ["Post here", "Post to…", "Edit", "Try again", "Discard"]
    assert office.slack.ledger.refusals == []


def test_posting_shows_the_text_under_the_askers_name_and_counts_as_accepted(office: Office) -> None:
    answer = ask(office)
    office.ada.click(answer, "post_here")
    posted = office.last(office.grace, office.general)
    assert WRITTEN in shown_text(posted)
    assert f"<@{office.ada.id}>" in quiet_text(posted)
    assert "drafted with Inlaid" in quiet_text(posted)
    assert office.outcomes() == [("accepted", 0.0)]
    assert "Posted" in shown_text(answer)
    assert button_labels(answer) == []


def test_five_clicks_post_once(office: Office) -> None:
    answer = ask(office)
    click = office.ada.click(answer, "post_here")
    for _ in range(4):
        office.slack.deliver_again(click)
    assert len(office.grace.sees(office.general)) == 1
    assert office.outcomes() == [("accepted", 0.0)]


def test_the_same_command_delivered_again_is_one_job(office: Office) -> None:
    ack = office.ada.slash("/draft", BRIEF, channel=office.general)
    assert office.slack.deliver_again(ack).ok
    assert office.slack.replay(ack).ok
    assert len(office.queued) == 1


def test_an_edited_text_is_shown_posted_and_measured(office: Office) -> None:
    answer = ask(office)
    office.ada.click(answer, "edit")
    assert office.ada.modal is not None
    assert WRITTEN in office.ada.modal.blocks[0]["element"]["initial_value"]
    office.ada.submit({"part0": "The printer is broken, sorry."})
    assert "sorry" in shown_text(answer)
    office.ada.click(answer, "post_here")
    assert shown_text(office.last(office.grace, office.general)).startswith("The printer is broken, sorry.")
    [(outcome, distance)] = office.outcomes()
    assert outcome == "edited"
    assert distance is not None
    assert 0.3 < distance < 0.9


def test_an_edit_that_changes_nothing_counts_as_accepted(office: Office) -> None:
    answer = ask(office)
    office.ada.click(answer, "edit")
    office.ada.submit()
    office.ada.click(answer, "post_here")
    assert office.outcomes() == [("accepted", 0.0)]


def test_a_discarded_draft_is_gone_and_may_be_explained(office: Office) -> None:
    answer = ask(office)
    office.ada.click(answer, "discard")
    assert "Discarded" in shown_text(answer)
    assert office.outcomes() == [("rejected", None)]
    office.ada.click(answer, "why")
    office.ada.submit({"reasons": ["tone"], "words": "too stiff"})
    [job] = office.store.jobs.list()
    [_bare, explained] = office.store.outcomes.acts_of([job.id])[job.id]
    assert (explained.outcome, explained.labels) == ("rejected", ("tone",))
    assert read_figures(office.store, job.workspace, job.person) == UsageFigures(rejected=1)


def test_of_several_edits_the_last_one_counts(office: Office) -> None:
    answer = ask(office)
    for text in ("Something else entirely, which nobody wrote.", WRITTEN.replace("The", "Our")):
        office.ada.click(answer, "edit")
        office.ada.submit({"part0": text})
    assert [outcome for outcome, _distance in office.outcomes()] == ["edited", "edited"]
    figures = read_figures(office.store, office.acme.team.id)
    assert figures.edited == 1
    assert 0 < figures.distance < 0.2


def test_trying_again_replaces_the_answer(office: Office) -> None:
    answer = ask(office)
    office.answers = ["Floor two: the printer is broken."]
    office.ada.click(answer, "try_again")
    assert "trying again" in shown_text(answer)
    [job] = office.work()
    assert job.delivery["again"] == 1
    assert "Floor two: the printer" in shown_text(answer)
    assert "Post here" in button_labels(answer)
    assert [one for one in office.ada.sees(office.general) if "Post here" in button_labels(one)] == [answer]
    assert office.outcomes() == [("regenerated", None)]


def test_posting_to_another_conversation(office: Office) -> None:
    other = office.acme.channel("floor-two", office.ada, office.grace)
    office.ada.click(ask(office), "post_to")
    office.ada.submit({"conversation": other.id})
    assert WRITTEN in shown_text(office.last(office.grace, other))
    assert office.outcomes() == [("accepted", 0.0)]


def test_where_the_app_is_not_a_member_the_person_is_told_and_may_press_again(office: Office) -> None:
    other = office.acme.channel("quiet", office.ada, kind="private", app_in=False)
    answer = ask(office)
    office.ada.click(answer, "post_to")
    office.ada.submit({"conversation": other.id})
    assert "/invite @Inlaid" in office.last(office.ada, office.ada.dm).text
    other.members.add(office.acme.bot.id)
    office.ada.click(answer, "post_to")
    office.ada.submit({"conversation": other.id})
    assert WRITTEN in shown_text(office.last(office.ada, other))


def test_the_answer_does_not_depend_on_the_response_url(office: Office) -> None:
    office.answers = [WRITTEN]
    office.ada.slash("/draft", BRIEF, channel=office.general)
    office.slack.clock.advance(31 * 60)
    office.work()
    answer = office.last(office.ada, office.general)
    assert WRITTEN in shown_text(answer)
    assert answer.only_for == office.ada.id


def test_help_explains_in_three_lines(office: Office) -> None:
    ack = office.ada.slash("/inlaid", "help", channel=office.general)
    assert len(ack.text.strip().splitlines()) == 3
    assert office.queued == []


SUMMARY = "The printer is broken. Grace will call the service tomorrow."


def talk(office: Office) -> Message:
    """Let two people talk; returns the root."""
    root = office.ada.writes("The printer is broken again.", office.general)
    text = f"<@{office.ada.id}> I will call the service tomorrow &amp; tell you."
    office.grace.writes(text, office.general, root.ts)
    return root


def thread_read(office: Office) -> str:
    return office.read[0]["text"]


def test_a_thread_is_summarized_with_names_for_ids(office: Office) -> None:
    office.answers = [SUMMARY]
    assert office.ada.shortcut("summarize_thread", talk(office)).ok
    assert "I am reading" in office.last(office.ada, office.general).text
    office.work()
    assert "Ada Lovelace: The printer is broken again." in thread_read(office)
    assert "Grace Hopper: @Ada Lovelace I will call the service tomorrow & tell you." in thread_read(office)
    answer = office.last(office.ada, office.general)
    assert SUMMARY in shown_text(answer)
    assert answer.only_for == office.ada.id
    assert office.slack.ledger.refusals == []


def test_posting_from_a_thread_stays_in_the_thread(office: Office) -> None:
    office.answers = [SUMMARY]
    root = talk(office)
    reply = office.grace.sees(office.general, root.ts)[1]
    office.ada.shortcut("summarize_thread", reply)
    office.work()
    office.ada.click(office.last(office.ada, office.general), "post_here")
    assert shown_text(office.grace.sees(office.general, root.ts)[-1]) == SUMMARY


def test_a_long_thread_is_read_whole(office: Office) -> None:
    office.slack.app.outside_marketplace = True  # 15 messages a page
    office.answers = ["Grace counted."]
    root = talk(office)
    for number in range(50):
        office.grace.writes(f"Point {number}.", office.general, root.ts)
    office.ada.shortcut("summarize_thread", root)
    office.work()
    assert len(office.slack.ledger.called("conversations.replies")) == 4
    assert all(f"Point {number}." in thread_read(office) for number in range(50))
    assert thread_read(office).count("The printer is broken again.") == 1


def test_a_reply_answers_the_message_with_the_rest_as_background(office: Office) -> None:
    office.answers = ["Thank you for calling the service."]
    office.ada.user.title = "Head of  Printing"
    root = talk(office)
    message = office.grace.sees(office.general, root.ts)[1]
    office.ada.shortcut("draft_reply", message)
    office.work()
    [inputs] = office.read
    assert inputs["message"] == "@Ada Lovelace I will call the service tomorrow & tell you."
    assert inputs["thread"] == "Ada Lovelace: The printer is broken again."
    assert (inputs["sender_name"], inputs["owner_name"]) == ("Grace Hopper", "Ada Lovelace")
    assert inputs["owner_role"] == "Head of Printing"
    assert inputs["sent_on"] == datetime.fromtimestamp(float(message.ts), UTC).date().isoformat()


def test_without_a_title_none_is_passed(office: Office) -> None:
    office.answers = ["Thank you for calling the service."]
    office.ada.shortcut("draft_reply", talk(office))
    office.work()
    assert not office.read[0].get("owner_role")


def test_action_items_are_listed_with_their_quotes(office: Office) -> None:
    quote = "I will call the service tomorrow"
    item = Item(text="Call the service", quote=quote, who="Grace Hopper", due="tomorrow")
    office.answers = [Draft(recipe="actions", items=(item,))]
    office.ada.shortcut("find_actions", talk(office))
    office.work()
    shown = shown_text(office.last(office.ada, office.general))
    assert "• Call the service (Grace Hopper, tomorrow)" in shown
    assert quote in shown


def test_where_the_app_is_not_a_member_the_message_alone_is_used_and_that_is_said(office: Office) -> None:
    secret = office.acme.channel("secret", office.ada, office.grace, kind="private", app_in=False)
    message = office.grace.writes("The service comes on Friday at noon, please be there.", secret)
    office.answers = ["The service comes on Friday."]
    office.ada.shortcut("summarize_thread", message)
    office.work()
    answer = office.last(office.ada, secret)
    assert "Friday" in shown_text(answer)
    assert "only read this message" in quiet_text(answer)


def test_whoever_left_a_private_channel_gets_nothing_from_it(office: Office) -> None:
    secret = office.acme.channel("secret", office.ada, office.grace, kind="private")
    message = office.grace.writes("Nobody else may know that the code is 4711.", secret)
    office.ada.shortcut("summarize_thread", message)
    secret.members.discard(office.ada.id)
    [job] = office.work()
    assert job.state == "failed"
    assert office.read == []
    assert not any("4711" in str(shown) for shown in office.ada.was_shown() if shown.via != "person")


def test_an_email_comes_with_a_mail_file_and_the_way_to_connect_a_mailbox(office: Office) -> None:
    office.answers = ["The printer is broken again. Grace will call the service tomorrow."]
    office.ada.shortcut("turn_into_email", talk(office))
    [job] = office.work()
    assert job.state == "delivered"
    answer = office.last(office.ada, office.general)
    assert "connect your mailbox on my Home tab" in quiet_text(answer)
    assert "Get it as a mail file" in button_labels(answer)
    office.ada.click(answer, "email_file")
    [upload] = office.last(office.ada, office.ada.dm).files
    assert upload["name"].endswith(".eml")
    assert office.slack.ledger.refusals == []


def test_the_global_shortcut_opens_the_list_and_answers_in_the_apps_messages(office: Office) -> None:
    office.answers = ["The printer is broken."]
    office.ada.shortcut("write_something")
    assert office.ada.modal is not None
    office.ada.click(office.ada.modal, "choose_recipe:compose")
    office.ada.submit({"brief": "the printer is broken"})
    assert "messages with me" in shown_text(office.ada.modal)
    office.work()
    answer = office.last(office.ada, office.ada.dm)
    assert "The printer is broken." in shown_text(answer)
    assert "Post here" not in button_labels(answer)
    assert "Post to…" in button_labels(answer)


RECIPES = slack_recipes(load_recipes())


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("draft a note to the team", Intent("compose", "a note to the team")),
        ("Please summarize: the text", Intent("summarize", "the text")),
        ("email the landlord about the heating", Intent("compose", "the landlord about the heating", mail=True)),
        ("rewrite: send it", Intent("rewrite", "send it")),
        ("shorten this text here", Intent("shorten", "this text here")),
        ("tell everybody that lunch is at noon", Intent("compose", "tell everybody that lunch is at noon")),
        ("where is the printer?", Intent("ask", "where is the printer?")),
        ("help", Intent("")),
        ("?", Intent("")),
        ("", Intent("")),
    ],
)
def test_words_choose_a_recipe(text: str, intent: Intent) -> None:
    assert parse_intent(text, RECIPES) == intent


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("summarize this thread please", Intent("summarize")),
        ("reply yes, but on Friday", Intent("reply", "yes, but on Friday")),
        ("action items", Intent("actions")),
        ("", Intent("summarize")),
        ("what did we decide?", Intent("summarize", "what did we decide?")),
    ],
)
def test_in_a_thread_bare_words_are_about_the_thread(text: str, intent: Intent) -> None:
    assert parse_intent(text, RECIPES, in_thread=True) == intent
