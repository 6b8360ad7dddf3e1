"""From a slash command to a posted answer: the way that most people take."""

from integrations.slack.history import UsageFigures, read_figures
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
