"""From a slash command to a posted answer: the way that most people take."""

import pytest

from core.recipes.loader import load_recipes
from integrations.slack.context import slack_recipes
from integrations.slack.listeners.commands import Intent, parse_intent
from tests.fakes.slack import payloads
from tests.fakes.slack.acks import deliver
from tests.fakes.slack.targets import AppRequest
from tests.fakes.slack.world import Message
from tests.integrations.slack.conftest import Office
from tests.integrations.slack.screen import button_labels, menu_labels, shown_text

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
    assert button_labels(answer) == ["Post here", "Edit", "Change…"]
    assert menu_labels(answer) == ["Post to…", "Try again", "Discard"]
    assert answer.blocks[0]["expand"]
    assert office.slack.ledger.refusals == []


def test_the_same_command_delivered_again_is_one_job(office: Office) -> None:
    ack = office.ada.slash("/draft", BRIEF, channel=office.general)
    assert office.slack.deliver_again(ack).ok
    assert office.slack.replay(ack).ok
    assert len(office.queued) == 1


def test_commands_that_nothing_tells_apart_are_jobs_of_their_own(office: Office) -> None:
    for _ in range(2):
        fields = payloads.slash_command(office.slack, office.ada.user, "/draft", BRIEF, office.general)
        fields.pop("trigger_id")
        assert deliver(office.slack, AppRequest("slash_commands", fields)).ok
    assert len(office.queued) == 2


def test_the_answer_does_not_depend_on_the_response_url(office: Office) -> None:
    office.answers = [WRITTEN]
    office.ada.slash("/draft", BRIEF, channel=office.general)
    office.slack.clock.advance(31 * 60)
    office.work()
    answer = office.last(office.ada, office.general)
    assert WRITTEN in shown_text(answer)
    assert answer.only_for == office.ada.id


def test_help_explains_in_a_few_lines(office: Office) -> None:
    ack = office.ada.slash("/inlaid", "help", channel=office.general)
    assert len(ack.text.strip().splitlines()) <= 5
    assert office.queued == []


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
    assert "Post to…" in [*button_labels(answer), *menu_labels(answer)]


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
        ("draft a reply: yes, that is fine", Intent("reply", "yes, that is fine")),
        ("please write an answer to Grace: yes", Intent("reply", "to Grace: yes")),
        ("draft reply", Intent("reply")),
        ("draft reply cards for the guests", Intent("compose", "reply cards for the guests")),
        ("action items", Intent("actions")),
        ("", Intent("summarize")),
        ("what did we decide?", Intent("ask", "what did we decide?")),
        ("that is all", Intent("summarize", "that is all")),
    ],
)
def test_in_a_thread_bare_words_are_about_the_thread(text: str, intent: Intent) -> None:
    assert parse_intent(text, RECIPES, in_thread=True) == intent


def test_the_chooser_leads_to_every_recipe_for_slack(office: Office) -> None:
    office.ada.slash("/inlaid", channel=office.general)
    assert office.ada.modal is not None
    assert len(button_labels(office.ada.modal)) == len(office.context.recipes)
    for name in office.context.recipes:
        office.ada.slash("/inlaid", channel=office.general)
        office.ada.click(office.ada.modal, f"choose_recipe:{name}")
        assert office.ada.modal.title == office.recipes[name].title[:24]
    assert office.slack.ledger.refusals == []


def test_words_after_inlaid_choose_the_recipe(office: Office) -> None:
    office.ada.slash("/inlaid", "rewrite send it now", channel=office.general)
    [job] = office.work()
    assert (job.recipe, office.read[0]["text"]) == ("rewrite", "send it now")


def test_a_question_becomes_a_job_without_a_form(office: Office) -> None:
    office.ada.slash("/ask", "where is the printer?", channel=office.general)
    [job] = office.work()
    assert (job.recipe, job.inputs["question"]) == ("ask", "where is the printer?")
