"""Mentions, direct messages and the AI pane: the same requests, private answers, text that grows, a stop that stops."""

import pytest

from integrations.slack.listeners.messages import suggested_prompts
from tests.fakes.slack.world import Message
from tests.integrations.slack.conftest import Office
from tests.integrations.slack.screen import action_ids, button_labels, shown_text


def answer_in_messages(office: Office) -> Message:
    return office.last(office.ada, office.ada.dm)


def test_a_direct_message_is_answered_in_its_thread(office: Office) -> None:
    office.answers = ["The printer is broken."]
    office.ada.writes_to_app("draft the printer is broken")
    root = office.ada.sees(office.ada.dm)[0]
    assert office.ada.status_line(office.ada.dm, root.ts) == "is writing…"
    [job] = office.work()
    assert (job.recipe, office.read[0]["brief"]) == ("compose", "the printer is broken")
    answer = answer_in_messages(office)
    assert answer.thread_ts == root.ts
    assert shown_text(answer) == "The printer is broken."
    assert {"edit", "more", "feedback"} <= set(action_ids(answer))
    assert office.ada.status_line(office.ada.dm, root.ts) == ""
    assert office.slack.ledger.refusals == []


def test_a_mention_in_a_thread_is_about_the_thread_and_answered_privately(office: Office) -> None:
    root = office.grace.writes("The service comes on Friday.", office.general)
    office.answers = ["The service comes on Friday."]
    office.ada.mentions_app("please summarize this thread", office.general, root.ts)
    office.work()
    assert office.read[0]["text"] == "Grace Hopper: The service comes on Friday."
    answer = office.last(office.ada, office.general)
    assert answer.only_for == office.ada.id
    assert "Post here" in button_labels(answer)
    assert [message for message in office.grace.sees(office.general) if message.bot_id] == []


def test_a_thread_is_told_in_the_language_that_is_asked_for(office: Office) -> None:
    root = office.grace.writes("The service comes on Friday, and the crane stays where it is.", office.general)
    office.answers = ["Der Wartungsdienst kommt am Freitag, und der Kran bleibt, wo er ist."]
    office.ada.mentions_app("fasse diesen Thread auf Deutsch zusammen", office.general, root.ts)
    [job] = office.work()
    assert (office.read[0]["wished_language"], office.read[0].get("focus", "")) == ("German", "")
    assert job.draft
    assert "Der Wartungsdienst" in job.draft.text


def test_a_mail_is_made_of_the_thread_as_the_menu_of_a_message_does(office: Office) -> None:
    root = office.grace.writes("The service comes on Friday.", office.general)
    office.answers = ["Subject: Service\n\nThe service comes on Friday."]
    wish = "turn this into an email to Ms Fournier"
    office.ada.mentions_app(wish, office.general, root.ts)
    [job] = office.work()
    read = office.read[0]
    assert (job.recipe, job.is_mail, read["from_thread"], read["asked_for"]) == ("compose", True, "yes", wish)
    assert read["brief"] == "Grace Hopper: The service comes on Friday."


def test_a_question_in_a_thread_is_asked_with_what_was_said_there(office: Office) -> None:
    root = office.grace.writes("We decided to wait until Friday.", office.general)
    office.grace.writes("@Ada Lovelace is that long?", office.general, root.ts)
    office.ada.mentions_app("what did we decide?", office.general, root.ts)
    [job] = office.work()
    assert (job.recipe, office.read[-1]["question"]) == ("ask", "what did we decide?")
    assert office.read[-1]["said"].startswith("Grace Hopper: We decided to wait until Friday.\n")
    assert "We decided to wait until Friday." in office.read[-1]["attached"]
    assert "Friday" not in str(job.inputs)


def test_who_may_not_ask_gets_what_the_thread_says_to_a_question(office: Office) -> None:
    rules = '[group.sales]\ntitle = "Sales"\nmembers = ["*"]\nrecipes = { deny = ["ask"] }\n'
    office.context.policies.book.versions.save(rules, by="Ada", after=0)
    office.context.policies.forget()
    root = office.grace.writes("We decided to wait until Friday.", office.general)
    office.ada.mentions_app("what did we decide?", office.general, root.ts)
    [job] = office.work()
    assert (job.recipe, office.read[-1]["focus"]) == ("summarize", "what did we decide?")
    assert office.read[-1]["text"] == "Grace Hopper: We decided to wait until Friday."


@pytest.mark.parametrize("question", ["what happens if we are late?", ""])
def test_a_scan_in_a_thread_reads_the_thread_with_the_question_as_its_focus(office: Office, question: str) -> None:
    root = office.grace.writes("Who is late pays 200 EUR a day.", office.general)
    office.ada.mentions_app(f"scan: {question}", office.general, root.ts)
    [job] = office.work()
    assert (job.recipe, office.read[-1]["text"]) == ("scan", "Grace Hopper: Who is late pays 200 EUR a day.")
    assert office.read[-1].get("focus", "") == question


def test_a_text_of_several_sentences_is_what_is_scanned_in_a_thread_too(office: Office) -> None:
    root = office.grace.writes("Hello.", office.general)
    text = "The supplier pays 200 EUR a day. The agreement ends in May."
    office.ada.mentions_app(f"scan: {text}", office.general, root.ts)
    assert office.work()[0].inputs == {"text": text}


def test_who_names_ask_in_a_thread_asks_the_sources_and_does_not_wait_for_the_thread(office: Office) -> None:
    root = office.grace.writes("How long is it?", office.general)
    before = len(office.slack.ledger.called("conversations.replies"))
    office.ada.mentions_app("ask how many days of leave do interns have?", office.general, root.ts)
    [job] = office.work()
    assert (job.recipe, office.read[-1]["question"]) == ("ask", "how many days of leave do interns have?")
    assert len(office.slack.ledger.called("conversations.replies")) == before


def test_words_after_reply_guide_the_reply(office: Office) -> None:
    root = office.grace.writes("Can you come on Friday?", office.general)
    office.answers = ["Yes, gladly."]
    office.ada.mentions_app("reply yes but after lunch", office.general, root.ts)
    office.work()
    assert (office.read[0]["message"], office.read[0]["instruction"]) == (
        "Can you come on Friday?",
        "yes but after lunch",
    )


def test_a_mention_with_text_works_on_the_text(office: Office) -> None:
    office.answers = ["Please send it."]
    office.ada.mentions_app("rewrite: send it now", office.general)
    office.work()
    assert office.read[0]["text"] == "send it now"


def test_a_message_without_a_wish_is_answered_with_help(office: Office) -> None:
    office.ada.writes_to_app("help")
    assert "/draft" in answer_in_messages(office).text
    assert office.queued == []


def test_a_message_delivered_four_times_is_one_job(office: Office) -> None:
    delivery = office.ada.writes_to_app("draft hello")
    for _ in range(3):
        delivery.send()
    assert len(office.queued) == 1


def test_the_apps_own_messages_and_changes_are_left_alone(office: Office) -> None:
    message = Message(
        office.slack.world.new_ts(), office.ada.dm, office.acme.bot.id, "hi", bot_id=office.acme.bot.bot_id
    )
    office.ada.tells_app(message)
    office.acme.event(
        {"type": "message", "subtype": "message_changed", "channel": office.ada.dm.id, "channel_type": "im"}
    )
    assert office.queued == []


def test_the_agent_pane_suggests_prompts_from_the_recipes(office: Office) -> None:
    office.ada.opens_home("messages")
    [call] = office.slack.ledger.called("assistant.threads.setSuggestedPrompts")
    assert "thread_ts" not in call.args
    assert office.slack.ledger.refusals == []


def test_the_pane_suggests_first_what_its_person_uses_most(office: Office) -> None:
    for words in ("shorten one", "title two", "shorten three"):
        office.ada.slash("/inlaid", words, channel=office.general)
    office.ada.opens_home("messages")
    office.grace.opens_home("messages")
    [hers, his] = [call.args["prompts"] for call in office.slack.ledger.called("assistant.threads.setSuggestedPrompts")]
    assert [prompt["title"] for prompt in hers][:2] == ["Shorten", "Title"]
    assert his == suggested_prompts(office.context.recipes)
    assert office.slack.ledger.refusals == []


def test_the_older_pane_suggests_prompts_in_its_thread_and_answers_there(office: Office) -> None:
    office.slack.app.pane = "assistant"
    office.ada.opens_assistant(office.general)
    [call] = office.slack.ledger.called("assistant.threads.setSuggestedPrompts")
    thread_ts = call.args["thread_ts"]
    office.answers = ["The printer is broken."]
    office.ada.writes_to_app("draft the printer is broken", thread_ts)
    office.work()
    assert answer_in_messages(office).thread_ts == thread_ts
    assert office.slack.ledger.refusals == []


def test_a_mention_is_answered_and_posted_where_it_was_made(office: Office) -> None:
    office.ada.mentions_app("draft hello", office.general)
    [question] = office.ada.sees(office.general)
    assert office.ada.status_line(office.general, question.ts) == "is writing…"
    office.work()
    assert office.ada.status_line(office.general, question.ts) == ""
    office.ada.click(office.last(office.ada, office.general), "post_here")
    assert office.grace.sees(office.general)[-1].thread_ts == question.ts


def test_a_stranger_who_mentions_the_app_is_refused_politely(office: Office) -> None:
    stranger = office.slack.workspace("Other", installed=False).person("Sam Stranger")
    shared = office.acme.channel("shared", office.ada, stranger)
    stranger.mentions_app("draft hello", shared)
    assert office.read == []
    assert all(job.state == "failed" for job in office.work())
    assert "members of the workspace" in str([(message.text, message.blocks) for message in stranger.sees(shared)])


def test_stop_in_a_thread_ends_what_its_presser_asked_for_and_is_said_to_them_alone(office: Office) -> None:
    root = office.grace.writes("Which hall do we take?", office.general)
    for person in (office.ada, office.grace):
        person.mentions_app("summarize", office.general, root.ts)
    client = office.context.connections.client(office.acme.id)
    client.chat_startStream(
        channel=office.general.id,
        thread_ts=root.ts,
        markdown_text="At work",
        recipient_user_id=office.ada.id,
        recipient_team_id=office.acme.id,
    )
    office.ada.stops(office.ada.sees(office.general, root.ts)[-1])
    states = {job.person: job.state for job in office.store.jobs.list()}
    assert states == {office.ada.id: "cancelled", office.grace.id: "queued"}
    told = office.last(office.ada, office.general)
    assert "Stopped." in told.text
    assert told.only_for == office.ada.id


def test_a_stop_is_said_in_the_language_of_its_presser(office: Office) -> None:
    zoe = office.acme.person("Zoë Ångström", locale="de-DE")
    hall = office.acme.channel("hall", office.grace, zoe)
    root = office.grace.writes("Which hall do we take?", hall)
    zoe.mentions_app("summarize", hall, root.ts)
    client = office.context.connections.client(office.acme.id)
    client.chat_startStream(
        channel=hall.id,
        thread_ts=root.ts,
        markdown_text="At work",
        recipient_user_id=zoe.id,
        recipient_team_id=office.acme.id,
    )
    zoe.stops(zoe.sees(hall, root.ts)[-1])
    told = office.last(zoe, hall)
    assert "Angehalten. Fertig wurde nichts." in told.text
    assert button_labels(told) == ["Noch einmal"]


def test_a_suggested_prompt_is_whole_at_its_click_or_asks_for_its_text_in_words(office: Office) -> None:
    office.answers = ["Please send it."]
    own = ("shorten", "translate", "title", "actions")
    for prompt in (*suggested_prompts(office.context.recipes), *suggested_prompts(office.context.recipes, own)):
        office.ada.writes_to_app(prompt["message"])
        assert office.queued == []
        asked = shown_text(answer_in_messages(office))
        assert "the word" not in asked
        assert asked.endswith((".", "?"))
    office.ada.writes_to_app("Rewrite")
    office.ada.writes_to_app("send it now")
    [job] = office.work()
    assert (job.recipe, job.inputs["text"]) == ("rewrite", "send it now")
    office.ada.writes_to_app("the heating is broken")
    assert [job.recipe for job in office.work()] == ["compose"]


def test_a_thread_that_is_not_here_is_asked_for_in_its_menu(office: Office) -> None:
    office.ada.writes_to_app("summarise the thread above")
    assert "Summarize thread" in shown_text(answer_in_messages(office))
    assert office.queued == []
    root = office.grace.writes("The service comes on Friday.", office.general)
    office.ada.mentions_app("summarise the thread above", office.general, root.ts)
    office.work()
    assert office.read[0]["text"] == "Grace Hopper: The service comes on Friday."


def test_the_language_is_kept_for_the_text_that_is_asked_for(office: Office) -> None:
    office.ada.writes_to_app("translate into Dutch")
    office.ada.writes_to_app("We meet at the harbour")
    [job] = office.work()
    assert (job.recipe, job.inputs) == ("translate", {"text": "We meet at the harbour", "target_language": "Dutch"})


def test_who_asks_for_an_email_in_messages_gets_a_mail(office: Office) -> None:
    office.ada.writes_to_app("Write an email to Mr Brandt about the roof")
    [job] = office.work()
    assert (job.recipe, job.delivery["mail"], job.is_mail) == ("compose", True, True)


def test_the_wish_for_an_email_is_kept_for_the_text_that_is_asked_for(office: Office) -> None:
    office.ada.writes_to_app("email")
    office.ada.writes_to_app("Mr Brandt: the roof is new")
    [job] = office.work()
    assert (job.recipe, job.delivery["mail"], job.inputs["brief"]) == ("compose", True, "Mr Brandt: the roof is new")
