"""What people do with a draft: post, edit, discard, try again."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import pytest

from core.drafts import Draft, DraftSource
from integrations.slack.listeners import draft_actions
from integrations.slack.person import UsageFigures, read_figures
from tests.fakes.slack import Error
from tests.integrations.slack.client.test_conversations import SUMMARY
from tests.integrations.slack.conftest import Office, talk
from tests.integrations.slack.listeners.test_commands import WRITTEN, ask
from tests.integrations.slack.listeners.test_messages import answer_in_messages
from tests.integrations.slack.screen import button_labels, choose, quiet_text, shown_text


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
    choose(office.ada, answer, "discard")
    assert "Discarded" in shown_text(answer)
    assert office.outcomes() == [("rejected", None)]
    office.ada.click(answer, "why")
    office.ada.submit({"reasons": ["tone"], "words": "too stiff"})
    [job] = office.store.jobs.list()
    [_bare, explained] = office.store.outcomes.acts_of([job.id])[job.id]
    assert (explained.outcome, explained.labels) == ("rejected", ("tone",))
    assert read_figures(office.store, job.workspace, job.person) == UsageFigures(rejected=1)


@pytest.mark.parametrize("press", ["post_here", "post_to"])
def test_a_discarded_draft_that_another_window_shows_still_is_not_posted_from_there(office: Office, press: str) -> None:
    answer = ask(office)
    elsewhere = answer.blocks
    choose(office.ada, answer, "discard")
    answer.blocks = elsewhere
    if press == "post_here":
        office.ada.click(answer, press)
    else:
        choose(office.ada, answer, press)
        office.ada.submit({"conversation": office.general.id})
    assert "This draft was discarded." in shown_text(office.last(office.ada, office.general))
    assert [office.grace.sees(office.general), office.outcomes()] == [[], [("rejected", None)]]


def test_a_discarded_draft_may_be_taken_up_again(office: Office) -> None:
    choose(office.ada, ask(office), "discard")
    office.ada.opens_home()
    assert office.ada.home is not None
    office.ada.click(office.ada.home, "open_draft")
    assert office.ada.modal is not None
    office.ada.click(office.ada.modal, "continue_draft")
    office.ada.click(office.last(office.ada, office.ada.dm), "post_here")
    assert len(office.grace.sees(office.general)) == 1


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
    choose(office.ada, answer, "try_again")
    assert "trying again" in shown_text(answer)
    [job] = office.work()
    assert job.delivery["again"] == 1
    assert "Floor two: the printer" in shown_text(answer)
    assert "Post here" in button_labels(answer)
    assert [message for message in office.ada.sees(office.general) if "Post here" in button_labels(message)] == [answer]
    assert office.outcomes() == [("regenerated", None)]


def test_posting_to_another_conversation(office: Office) -> None:
    other = office.acme.channel("floor-two", office.ada, office.grace)
    choose(office.ada, ask(office), "post_to")
    office.ada.submit({"conversation": other.id})
    assert WRITTEN in shown_text(office.last(office.grace, other))
    assert office.outcomes() == [("accepted", 0.0)]


def test_where_the_app_is_not_a_member_the_person_is_told_and_may_press_again(office: Office) -> None:
    other = office.acme.channel("quiet", office.ada, kind="private", app_in=False)
    answer = ask(office)
    choose(office.ada, answer, "post_to")
    office.ada.submit({"conversation": other.id})
    assert "/invite @Inlaid" in office.last(office.ada, office.general).text
    other.members.add(office.acme.bot.id)
    choose(office.ada, answer, "post_to")
    office.ada.submit({"conversation": other.id})
    assert WRITTEN in shown_text(office.last(office.ada, other))


def test_posting_from_a_thread_stays_in_the_thread(office: Office) -> None:
    office.answers = [SUMMARY]
    root = talk(office)
    reply = office.grace.sees(office.general, root.ts)[1]
    office.ada.shortcut("summarize_thread", reply)
    office.work()
    office.ada.click(office.last(office.ada, office.general), "post_here")
    assert shown_text(office.grace.sees(office.general, root.ts)[-1]) == SUMMARY


@pytest.mark.parametrize("url", ["", "https://inlaid.example.com"])
def test_where_to_connect_a_mailbox_is_said_alike_with_a_draft_and_on_the_home_tab(
    make_office: Callable[..., Office], url: str
) -> None:
    office = make_office(public_url=url)
    office.ada.shortcut("turn_into_email", talk(office))
    office.work()
    office.ada.opens_home()
    assert office.ada.home is not None
    said, home = quiet_text(office.last(office.ada, office.general)), str(office.ada.home.blocks)
    assert ("ask your administrator" in said, f"{url}/console" in said) == (not url, bool(url))
    assert ("ask your administrator" in home, f"{url}/console" in home) == (not url, bool(url))
    assert "Home tab" not in said
    assert office.slack.ledger.refusals == []


def test_an_email_comes_with_a_mail_file_and_the_way_to_connect_a_mailbox(office: Office) -> None:
    office.answers = ["The printer is broken again. Grace will call the service tomorrow."]
    office.ada.shortcut("turn_into_email", talk(office))
    [job] = office.work()
    assert job.state == "delivered"
    answer = office.last(office.ada, office.general)
    assert "ask your administrator to connect your mailbox" in quiet_text(answer)
    assert "Get it as a mail file" in button_labels(answer)
    office.ada.click(answer, "email_file")
    assert office.read[0]["from_thread"] == "yes"
    [upload] = office.last(office.ada, office.ada.dm).files
    assert upload["name"].endswith(".eml")
    assert office.slack.ledger.refusals == []


def test_a_mail_file_is_addressed_to_whom_the_form_names_and_its_gap_is_told(office: Office) -> None:
    office.answers = ["The printer is broken. [[Since when?]]"]
    office.ada.slash("/email", channel=office.general)
    office.ada.submit({"brief": "printer", "recipient_name": office.grace.id})
    office.work()
    office.ada.click(office.last(office.ada, office.general), "email_file")
    assert "still asks you something" in office.last(office.ada, office.general).text
    assert "still asks you something" in office.last(office.ada, office.ada.dm).text
    [upload] = office.last(office.ada, office.ada.dm).files
    mail = office.slack.uploads.by_id[upload["id"]].data
    assert mail is not None
    assert mail.startswith(b"To: Grace Hopper <grace")
    assert office.slack.ledger.refusals == []


def test_a_mail_file_that_slack_refuses_is_said_and_presses_in_a_row_bring_one(office: Office) -> None:
    office.answers = ["The printer is broken again."]
    office.ada.slash("/email", "the printer is broken again", channel=office.general)
    office.work()
    answer = office.last(office.ada, office.general)
    office.slack.faults.add("files.getUploadURLExternal", Error("file_uploads_disabled"))
    office.ada.click(answer, "email_file")
    assert (
        "Files are switched off in this workspace. Copy the text instead."
        in office.last(office.ada, office.general).text
    )
    for _ in range(3):
        office.ada.click(answer, "email_file")
    assert len([message for message in office.ada.sees(office.ada.dm) if message.files]) == 1
    assert "The mail file is in your messages" in office.last(office.ada, office.general).text


@pytest.mark.parametrize("fails", [False, True])
def test_a_mail_file_is_said_to_be_there_only_once_it_is(
    office: Office, monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    office.answers = ["The printer is broken again."]
    office.ada.slash("/email", "the printer is broken again", channel=office.general)
    office.work()
    answer, send = office.last(office.ada, office.general), draft_actions._send_mail_file
    said_early: list[str] = []

    def send_while_pressed_again(*given: Any) -> None:
        monkeypatch.setattr(draft_actions, "_send_mail_file", send)
        office.ada.click(answer, "email_file")
        said_early.append(office.last(office.ada, office.general).text)
        if fails:
            raise ConnectionError
        send(*given)

    monkeypatch.setattr(draft_actions, "_send_mail_file", send_while_pressed_again)
    with pytest.raises(ConnectionError) if fails else nullcontext():
        office.ada.click(answer, "email_file")
    assert "The mail file is in your messages" not in said_early[0]
    office.ada.click(answer, "email_file")
    assert len([message for message in office.ada.sees(office.ada.dm) if message.files]) == 1
    assert "The mail file is in your messages" in office.last(office.ada, office.general).text


def test_thumbs_up_counts_as_accepted_and_down_asks_why(office: Office) -> None:
    office.ada.writes_to_app("draft hello")
    office.work()
    answer = answer_in_messages(office)
    office.ada.click(answer, "feedback", "negative")
    office.ada.submit({"reasons": ["wrong"]})
    assert office.ada.modal
    assert "Thank you" in shown_text(office.ada.modal)
    office.ada.click(answer, "feedback", "positive")
    assert "Thank you" in office.last(office.ada, office.ada.dm).text
    assert office.outcomes() == [("rejected", None), ("accepted", 0.0)]


def test_a_text_longer_than_a_field_is_edited_in_parts(office: Office) -> None:
    text = "\n\n".join(f"Paragraph {number}. " + "Words and words. " * 20 for number in range(60)).strip()
    office.answers = [text]
    office.ada.writes_to_app("draft long")
    office.work()
    first = next(message for message in office.ada.sees(office.ada.dm) if message.bot_id)
    last = office.last(office.ada, office.ada.dm)
    assert first is not last
    office.ada.click(last, "edit")
    assert office.ada.modal is not None
    parts = [block["element"]["initial_value"] for block in office.ada.modal.blocks if block["type"] == "input"]
    assert "".join(parts) == text
    office.ada.submit()
    assert office.outcomes() == []
    assert office.slack.ledger.refusals == []


def test_somebody_elses_button_does_nothing(office: Office) -> None:
    office.ada.slash("/draft", "hello", channel=office.general)
    office.work()
    click = choose(office.ada, office.last(office.ada, office.general), "discard")
    payload = {**click.payload, "user": {**click.payload["user"], "id": office.grace.id}}
    office.store.records.delete("once", office.acme.id)
    office.slack.deliver_again(type(click)(type(click.request)(click.request.kind, payload)))
    assert office.outcomes() == [("rejected", None)]


def test_two_people_cannot_post_one_draft_twice(office: Office) -> None:
    office.ada.writes_to_app("draft hello")
    office.work()
    answer = office.last(office.ada, office.ada.dm)
    office.ada.click(answer, "post_to")
    first = office.ada.submit({"conversation": office.general.id})
    office.slack.deliver_again(first)
    assert len([message for message in office.grace.sees(office.general) if message.bot_id]) == 1


@pytest.mark.parametrize("broken", [{"actions": []}, {"actions": "x"}, {"user": None}, {"container": 3}, {"team": []}])
def test_an_action_with_broken_parts_is_acknowledged(office: Office, broken: dict[str, object]) -> None:
    office.ada.slash("/draft", "hello", channel=office.general)
    office.work()
    click = choose(office.ada, office.last(office.ada, office.general), "discard")
    payload = {**click.payload, **broken}
    again = office.slack.deliver_again(type(click)(type(click.request)(click.request.kind, payload)))
    assert again.status in {200, 400}


def test_what_a_person_typed_into_an_edit_keeps_its_link_and_its_bold(office: Office) -> None:
    office.answers = ["The printer is broken, see https://elsewhere.example/x."]
    office.ada.slash("/draft", "the printer is broken", channel=office.general)
    office.work()
    answer = office.last(office.ada, office.general)
    office.ada.click(answer, "edit")
    office.ada.submit(
        {"part0": "The *printer* is broken, see https://wiki.example/printer and https://elsewhere.example/x."}
    )
    shown = shown_text(office.last(office.ada, office.general))
    assert "*printer*" in shown
    assert "<https://wiki.example/printer|" in shown
    assert "<https://elsewhere.example/x|" not in shown
    office.ada.opens_home()
    assert "https://wiki.example/printer" in str(office.ada.home.to_json() if office.ada.home else "")


NOTED = Draft(
    recipe="proofread",
    text="The printer is broken.",
    notices=("teh → the",),
    sources=(DraftSource(number=1, title="Jana Köhler", quote="Teh printer"),),
)


def test_an_edit_by_hand_takes_away_what_was_said_of_the_former_text(office: Office) -> None:
    office.answers = [NOTED]
    office.ada.writes_to_app("proofread teh printer is broken")
    office.work()
    answer = answer_in_messages(office)
    assert "teh → the" in quiet_text(answer)
    assert "From: Jana Köhler" in quiet_text(answer)
    office.ada.click(answer, "edit")
    office.ada.submit({"part0": "Something else entirely."})
    assert shown_text(answer) == "Something else entirely."
    assert quiet_text(answer) == ""
    office.ada.writes_to_app("why?", answer.thread_ts)
    assert "Köhler" not in shown_text(answer_in_messages(office))


def test_a_draft_that_was_edited_changed_on_and_posted_counts_once(office: Office) -> None:
    answer = ask(office)
    office.ada.click(answer, "edit")
    office.ada.submit({"part0": "Our printer on floor two is broken."})
    office.ada.click(answer, "change")
    office.ada.submit({"wish": "shorter"})
    office.work()
    office.ada.click(answer, "post_here")
    assert read_figures(office.store, office.acme.team.id, office.ada.id) == UsageFigures(accepted=1)


def test_an_edited_draft_that_was_posted_before_it_was_changed_on_stays_one_that_was_used(office: Office) -> None:
    office.answers = [WRITTEN]
    office.ada.mentions_app("draft the printer is broken", office.general)
    office.work()
    answer = office.last(office.ada, office.general)
    office.ada.click(answer, "edit")
    office.ada.submit({"part0": "Our printer on floor two is broken."})
    office.ada.click(answer, "post_here")
    office.ada.mentions_app("shorter", office.general, answer.thread_ts)
    assert [job.wish for job in office.work()] == ["shorter"]
    assert read_figures(office.store, office.acme.team.id, office.ada.id).edited == 1


def test_who_posts_into_a_read_only_channel_is_told_what_it_is_and_what_to_do(office: Office) -> None:
    answer = ask(office)
    office.general.read_only = True
    office.ada.click(answer, "post_here")
    said = " ".join(f"{message.text} {shown_text(message)}" for message in office.ada.sees(office.general))
    assert "read-only" in said
    assert "choose another channel" in said
    assert "restricted_action" not in said


def test_a_mail_file_comes_with_a_word_in_the_language_of_its_reader(office: Office) -> None:
    zoe = office.acme.person("Zoë Ångström", locale="de-DE")
    office.general.members.add(zoe.id)
    office.answers = ["Der Drucker ist kaputt."]
    zoe.slash("/email", channel=office.general)
    zoe.submit({"brief": "Drucker"})
    office.work()
    zoe.click(office.last(zoe, office.general), "email_file")
    assert "nicht gesendeter Entwurf" in office.last(zoe, zoe.dm).text
