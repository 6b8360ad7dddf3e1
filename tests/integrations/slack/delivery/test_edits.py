"""What a press of Post leads to: one post, whole, however often and by whomever it is pressed."""

from concurrent.futures import ThreadPoolExecutor

from core.drafts import Draft, DraftSource, Gap
from core.sources.model import AccessList, person_principal
from integrations.slack.delivery import edits
from tests.core.sources.making import add_source, fill, item_store, written
from tests.fakes.slack import AnswerLost, Slow, Status
from tests.integrations.slack.conftest import Office
from tests.integrations.slack.screen import button_labels, shown_text


def test_a_post_whose_answer_got_lost_is_found_by_the_next_click(office: Office) -> None:
    office.ada.slash("/draft", "hello", channel=office.general)
    office.work()
    answer = office.last(office.ada, office.general)
    office.slack.faults.add("chat.postMessage", AnswerLost())
    office.ada.click(answer, "post_here")
    office.ada.click(answer, "post_here")
    assert len([one for one in office.grace.sees(office.general) if one.bot_id]) == 1
    assert office.outcomes() == [("accepted", 0.0)]


def test_a_long_post_keeps_to_one_message_a_second(office: Office) -> None:
    office.answers = ["\n\n".join("Words and words. " * 20 for _ in range(45))]
    office.ada.writes_to_app("draft long")
    office.work()
    office.slack.rate_limits.enforced = True
    office.ada.click(office.last(office.ada, office.ada.dm), "post_to")
    office.ada.submit({"conversation": office.general.id})
    posted = office.grace.sees(office.general)
    assert len(posted) == 2
    assert posted[1].thread_ts == posted[0].ts


def test_a_long_post_that_broke_off_is_completed_by_the_next_click(office: Office) -> None:
    office.answers = ["\n\n".join(f"Part {number}. " + "Words and words. " * 20 for number in range(45))]
    office.ada.writes_to_app("draft long")
    office.work()
    answer = office.last(office.ada, office.ada.dm)
    for fault in (True, False):
        office.ada.click(answer, "post_to")
        if fault:
            office.slack.faults.add("chat.postMessage", Slow(0.0))  # the first message gets through
            office.slack.faults.add("chat.postMessage", Status(503))
        office.ada.submit({"conversation": office.general.id})
    posted = [one for one in office.grace.sees(office.general) if one.bot_id]
    assert len(posted) == 2
    assert all(f"Part {number}." in "".join(map(shown_text, posted)) for number in range(45))
    assert office.outcomes() == [("accepted", 0.0)]


def test_presses_at_the_same_moment_post_once(office: Office) -> None:
    office.ada.slash("/draft", "hello", channel=office.general)
    office.work()
    click = office.ada.click(office.last(office.ada, office.general), "edit")
    action = {**click.payload["actions"][0], "action_id": "post_here"}
    mine = {**click.payload, "actions": [action]}
    hers = {**mine, "user": {**mine["user"], "id": office.grace.id}}
    presses = [type(click)(type(click.request)(click.request.kind, payload)) for payload in [mine, hers] * 3]
    with ThreadPoolExecutor(6) as pool:
        assert all(ack.status == 200 for ack in pool.map(office.slack.deliver_again, presses))
    assert len([one for one in office.grace.sees(office.general) if one.bot_id and not one.only_for]) == 1
    assert office.outcomes() == [("accepted", 0.0)]


def test_a_ready_answer_fills_its_gap_in_place_and_the_next_one_stays(office: Office) -> None:
    gaps = (
        Gap(place="[[Which day?]]", question="Which day?", choices=("Tuesday works for me.", "I will ask.")),
        Gap(place="[[Who comes?]]", question="Who comes?", choices=("I come alone.",)),
    )
    office.answers = [Draft(recipe="reply", text="[[Which day?]]\n\n[[Who comes?]]", gaps=gaps, skeleton=True)]
    office.ada.slash("/draft", "lunch", channel=office.general)
    office.work()
    answer = office.last(office.ada, office.general)
    assert {"Tuesday works for me.", "I will ask.", "I come alone."} <= set(button_labels(answer))
    office.ada.click(answer, "fill_gap:0")
    filled = office.last(office.ada, office.general)
    assert shown_text(filled) == "Tuesday works for me.\n\n[[Who comes?]]"
    assert "I come alone." in button_labels(filled)
    assert "Tuesday works for me." not in button_labels(filled)
    office.ada.click(filled, "fill_gap:0")
    assert shown_text(office.last(office.ada, office.general)) == "Tuesday works for me.\n\nI come alone."
    assert office.slack.ledger.refusals == []


QUOTE = "Everybody has 28 days of leave."


def cite(office: Office, *readers: str) -> None:
    """Have the next answer cite a passage that these principals may read."""
    access = AccessList("some", frozenset(readers))
    source = add_source(office.store)
    fill(office.store, source, [written("memo", QUOTE, access="some")], [access])
    item = item_store(office.store).known(source, ["memo"])["memo"]
    cited = DraftSource(number=1, title="Memo", quote=QUOTE, supports=QUOTE, place=f"{item.id}/0")
    office.answers = [Draft(recipe="ask", text=f"{QUOTE} [1]", sources=(cited,))]


def ask_and_post(office: Office) -> str:
    """Return what stands last in the channel for everybody."""
    office.ada.slash("/inlaid", "ask How many days?", channel=office.general)
    office.work()
    office.ada.click(office.last(office.ada, office.general), "post_here")
    return shown_text(office.last(office.grace, office.general)) if office.grace.sees(office.general) else ""


def test_an_answer_is_posted_where_everybody_may_read_what_it_cites(office: Office) -> None:
    people = [person_principal(office.acme.id, person.id) for person in (office.ada, office.grace)]
    cite(office, *people)
    assert QUOTE in ask_and_post(office)


def test_an_answer_stays_private_where_somebody_may_not_read_what_it_cites(office: Office) -> None:
    cite(office, person_principal(office.acme.id, office.ada.id))
    assert QUOTE not in ask_and_post(office)
    told = str([shown_text(message) for message in office.ada.sees(office.ada.dm) + office.ada.sees(office.general)])
    assert "stays private: not everybody in the conversation may read “Memo”" in told
    assert office.outcomes() == []


def test_what_the_person_took_out_of_the_text_holds_nothing_back(office: Office) -> None:
    cite(office, person_principal(office.acme.id, office.ada.id))
    office.ada.slash("/inlaid", "ask How many days?", channel=office.general)
    [job] = office.work()
    edits.keep_edit(office.store, job, "Please ask the people team.")
    office.ada.click(office.last(office.ada, office.general), "post_here")
    assert "people team" in shown_text(office.last(office.grace, office.general))
