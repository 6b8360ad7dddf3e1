"""What a worker reads before it writes: who asks, and the thread as a recipe's inputs."""

from datetime import UTC, datetime

from core.drafts import Draft, Item
from core.writing.grounded.passages import read_passages
from integrations.registry import read_file
from integrations.slack.surface import SlackSurface
from tests.fakes.slack.changes import shares_file
from tests.integrations.slack.conftest import Office, talk
from tests.integrations.slack.screen import shown_text


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


def test_a_question_follows_those_that_its_asker_asked_in_the_same_thread(office: Office) -> None:
    office.ada.writes_to_app("How long is parental leave?")
    root = office.ada.sees(office.ada.dm)[0]
    office.work()
    office.ada.writes_to_app("Who approves it?", root.ts)
    office.ada.writes_to_app("And how much does the canteen cost?")
    office.grace.writes_to_app("And mine?")
    office.work()
    assert [inputs["earlier"] for inputs in office.read] == ["", "How long is parental leave?", "", ""]


def test_a_question_in_the_thread_of_a_channel_follows_the_answer_there_so_that_what_it_cites_is_at_hand(
    office: Office,
) -> None:
    root = talk(office)
    for question in ("How long is parental leave?", "And who approves it?"):
        office.ada.mentions_app(question, office.general, root.ts)
        office.work()
    office.grace.mentions_app("And who approves it?", office.general, root.ts)
    office.work()
    first, second, other = office.read
    jobs = office.store.jobs.list(limit=3)
    assert not first.get("follows")
    assert not other.get("follows")
    assert second["follows"] == next(job.id for job in jobs if job.inputs["question"].startswith("How long"))


def test_files_of_the_thread_are_read_for_the_reply_and_one_that_cannot_be_is_said(office: Office) -> None:
    office.surface = SlackSurface(office.recipes, read_file=read_file)
    office.answers = ["Thank you."]
    root = talk(office)
    for name, data in (("offer.txt", b"The total is 4,380 pounds."), ("broken.pdf", b"%PDF-1.7 no more")):
        message = shares_file(office.slack, office.ada, office.general, name, data)
        message.thread_ts = root.ts
    office.ada.shortcut("draft_reply", office.grace.sees(office.general, root.ts)[1])
    (job,) = office.work()
    found = read_passages(office.read[0]["attached"])
    assert [(passage.title, passage.text) for passage in found if passage.text] == [
        ("offer.txt", "The total is 4,380 pounds.")
    ]
    assert [passage.title.partition(":")[0] for passage in found if not passage.text] == ["broken.pdf"]
    assert "4,380" not in str(job.inputs)
