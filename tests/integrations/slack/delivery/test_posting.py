"""What a press of Post leads to: one post, whole, however often and by whomever it is pressed, whatever is killed."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from core.drafts import Draft, DraftSource, Gap
from core.people import load_people
from core.policies.enforcement import load_policies
from core.recipes.loader import load_recipes
from core.recipes.render import validate_inputs
from core.sources.facts import StandingFact, StandingFacts
from core.sources.model import AccessList, person_principal
from core.writing.grounded.asked import Asking
from core.writing.grounded.knowledge import Knowledge, resting_on
from core.writing.grounded.passages import GroundPassage, passages_value
from core.writing.grounded.reply import write_reply
from core.writing.model_lane.direct import write_directly
from integrations.slack.access import NOT_HERE
from integrations.slack.client.api import SlackOutage
from integrations.slack.delivery.posting import PENDING_KIND, Posting, post_what_waits
from tests.core.sources.making import add_source, fill, item_store, written
from tests.core.writing.grounded.scripted_ask import ScriptedAsk
from tests.fakes.slack import AnswerLost, Slow, Status
from tests.fakes.slack.world import Message
from tests.integrations.slack.conftest import Office
from tests.integrations.slack.screen import choose, quiet_text, shown_text


def drafted(office: Office) -> Message:
    office.ada.slash("/draft", "hello", channel=office.general)
    office.work()
    return office.last(office.ada, office.general)


def posted(office: Office) -> list[Message]:
    return [message for message in office.grace.sees(office.general) if message.bot_id and not message.only_for]


def worker_posts(office: Office) -> int:
    """Let a worker post what waits, in a process of its own."""
    return post_what_waits(Posting.of(office.context))


def time_passes(office: Office) -> None:
    """Let the time be over for which a process that was killed holds a post."""
    office.store.records.delete("once", office.acme.id)


def test_a_press_survives_the_death_of_the_process_right_after_its_acknowledgement(office: Office) -> None:
    answer = drafted(office)
    office.is_killed = True
    assert office.ada.click(answer, "post_here").status == 200
    assert posted(office) == []
    assert [worker_posts(office), worker_posts(office)] == [1, 0]
    assert len(posted(office)) == 1
    assert "Posted in" in shown_text(answer)
    assert office.outcomes() == [("accepted", 0.0)]


@pytest.mark.parametrize("killed_after", ["chat.postMessage", "the record"])
def test_a_process_killed_around_the_post_leaves_one_post(office: Office, killed_after: str) -> None:
    answer = drafted(office)
    posting = Posting.of(office.context)
    [job] = office.store.jobs.list()
    place = {"team": office.acme.id, "channel": office.general.id}
    posting.keep(job, channel=office.general.id, thread_ts="", place=place)
    if killed_after == "chat.postMessage":
        office.slack.faults.add("chat.postMessage", AnswerLost())
        with pytest.raises(SlackOutage):
            posting.post(job)
    else:
        posting.post(job)
        posting._put(
            job, {"channel": office.general.id, "thread_ts": "", "place": place, "asked_at": 1e12, "began": 1.0}
        )
    time_passes(office)
    assert worker_posts(office) == 1
    assert len(posted(office)) == 1
    assert office.store.records.list(PENDING_KIND) == []
    assert answer.only_for == office.ada.id


def test_while_slack_is_away_a_press_waits_and_is_posted_when_it_is_back(office: Office) -> None:
    answer = drafted(office)
    with office.slack.down():
        assert office.ada.click(answer, "post_here").status == 200
        assert worker_posts(office) == 0
    assert posted(office) == []
    assert worker_posts(office) == 1
    assert len(posted(office)) == 1
    assert office.outcomes() == [("accepted", 0.0)]


def test_a_post_that_waited_an_hour_is_given_up_and_its_person_is_told(office: Office) -> None:
    answer = drafted(office)
    with office.slack.down():
        office.ada.click(answer, "post_here")
    [record] = office.store.records.list(PENDING_KIND)
    late = {**record.data, "asked_at": record.data["asked_at"] - 3700.0}
    office.store.records.put(PENDING_KIND, record.workspace, record.key, late, person=office.ada.id)
    office.slack.faults.add("chat.postMessage", Status(503))
    worker_posts(office)
    assert posted(office) == []
    assert "was not posted" in office.last(office.ada, office.general).text
    assert worker_posts(office) == 0


def test_what_was_posted_before_a_post_was_given_up_is_not_posted_again(office: Office) -> None:
    answer = drafted(office)
    office.slack.faults.add("chat.postMessage", AnswerLost())
    office.ada.click(answer, "post_here")
    [record] = office.store.records.list(PENDING_KIND)
    late = {**record.data, "asked_at": record.data["asked_at"] - 3700.0}
    office.store.records.put(PENDING_KIND, record.workspace, record.key, late, person=office.ada.id)
    with office.slack.down():
        worker_posts(office)
    office.ada.click(answer, "post_here")
    assert len(posted(office)) == 1
    assert office.outcomes() == [("accepted", 0.0)]


def test_a_draft_that_is_discarded_while_it_waits_is_not_posted(office: Office) -> None:
    answer = drafted(office)
    with office.slack.down():
        office.ada.click(answer, "post_here")
    choose(office.ada, answer, "discard")
    assert worker_posts(office) == 0
    assert posted(office) == []


def test_nothing_is_posted_where_its_person_is_no_more(office: Office) -> None:
    board = office.acme.channel("board", office.ada, office.grace, kind="private")
    office.ada.slash("/draft", "hello", channel=board)
    office.work()
    board.members.remove(office.ada.id)
    office.ada.opens_home()
    assert office.ada.home is not None
    office.ada.click(office.ada.home, "open_draft")
    assert office.ada.modal is not None
    office.ada.click(office.ada.modal, "continue_draft")
    office.ada.click(office.last(office.ada, office.ada.dm), "post_here")
    assert office.grace.sees(board) == []
    assert "You are not in this conversation any more." in shown_text(office.last(office.ada, office.ada.dm))
    assert office.outcomes() == []


def test_nothing_is_posted_where_inlaid_was_switched_off(office: Office) -> None:
    answer = drafted(office)
    office.is_killed = True
    office.ada.click(answer, "post_here")
    settings = office.settings.model_copy(update={"slack_channels": ("C_ELSEWHERE",)})
    post_what_waits(replace(Posting.of(office.context), settings=settings))
    assert posted(office) == []
    assert NOT_HERE in shown_text(office.last(office.ada, office.general))


def test_a_name_within_a_longer_one_or_an_address_mentions_nobody(office: Office) -> None:
    ann = office.acme.person("Ann")
    office.general.members.add(ann.id)
    answer = drafted(office)
    office.ada.click(answer, "edit")
    office.ada.submit({"part0": "@Anna knows it, so does joe@Ann. Ask @Ann!"})
    office.ada.click(office.last(office.ada, office.general), "post_here")
    shown = shown_text(posted(office)[-1])
    assert shown.count(f"<@{ann.id}>") == 1
    assert f"Ask <@{ann.id}>!" in shown


def test_a_reply_to_a_message_without_a_thread_is_posted_under_it(office: Office) -> None:
    root = office.grace.writes("Can you come on Friday?", office.general)
    office.answers = ["Yes, gladly."]
    office.ada.shortcut("draft_reply", root)
    office.work()
    office.ada.click(office.last(office.ada, office.general), "post_here")
    assert [shown_text(message) for message in office.grace.sees(office.general, root.ts)[1:]] == ["Yes, gladly."]


def test_whom_the_person_typed_an_at_before_is_mentioned_and_whom_the_model_wrote_is_not(office: Office) -> None:
    office.answers = ["The printer is broken, says @Ada Lovelace."]
    answer = drafted(office)
    office.ada.click(answer, "edit")
    text = (
        "The *printer* is broken, says @Ada Lovelace. @Grace Hopper, can you call? See https://wiki.example/p, @channel"
    )
    office.ada.submit({"part0": text})
    office.ada.click(office.last(office.ada, office.general), "post_here")
    shown = shown_text(posted(office)[-1])
    assert f"<@{office.grace.id}>, can you call?" in shown
    assert f"says <@{office.ada.id}>" not in shown
    assert "*printer*" in shown
    assert "<https://wiki.example/p|" in shown
    assert "@channel" not in shown


def test_a_draft_that_still_asks_something_is_confirmed_before_it_is_posted_here_or_elsewhere(office: Office) -> None:
    gap = Gap(place="[[What is the price?]]", question="What is the price?")
    office.answers = [Draft(recipe="compose", text="The price is [[What is the price?]].", gaps=(gap,))]
    answer = drafted(office)
    buttons = {block["text"]["text"]: block for block in answer.blocks[-1]["elements"] if block["type"] == "button"}
    assert buttons["Post here"]["confirm"]["confirm"]["text"] == "Post anyway"
    assert buttons["Edit"]["style"] == "primary"
    choose(office.ada, answer, "post_to")
    assert office.ada.modal is not None
    assert "everybody would read its question" in quiet_text(office.ada.modal)


def test_a_post_whose_answer_got_lost_is_found_by_the_next_click(office: Office) -> None:
    office.ada.slash("/draft", "hello", channel=office.general)
    office.work()
    answer = office.last(office.ada, office.general)
    office.slack.faults.add("chat.postMessage", AnswerLost())
    office.ada.click(answer, "post_here")
    office.ada.click(answer, "post_here")
    assert len([message for message in office.grace.sees(office.general) if message.bot_id]) == 1
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
    posted = [message for message in office.grace.sees(office.general) if message.bot_id]
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
    assert (
        len([message for message in office.grace.sees(office.general) if message.bot_id and not message.only_for]) == 1
    )
    assert office.outcomes() == [("accepted", 0.0)]


REPLY = load_recipes()["reply"]
QUOTE = "Everybody has 28 days of leave."


def cite(office: Office, *readers: str) -> None:
    """Have the next answer cite a passage that these principals may read."""
    access = AccessList("some", frozenset(readers))
    source = add_source(office.store)
    fill(office.store, source, [written("memo", QUOTE, access="some")], [access])
    item = item_store(office.store).known(source, ["memo"])["memo"]
    cited = DraftSource(number=1, title="Memo", quote=QUOTE, supports=QUOTE, place=f"{item.id}/0")
    office.answers = [Draft(recipe="ask", text=f"{QUOTE} [1]", sources=(cited,))]


@pytest.mark.parametrize("lane", ["grounded", "model"])
def test_a_reply_stays_private_where_somebody_may_not_read_what_it_rests_on(office: Office, lane: str) -> None:
    cite(office, person_principal(office.acme.id, office.ada.id))
    [answer] = office.answers
    assert isinstance(answer, Draft)
    passage = GroundPassage(1, "Memo", "", QUOTE, place=answer.sources[0].place)
    asked = "How many days of leave does everybody have?"
    said = Knowledge(passages_value([passage])).answer(asked, Asking("en"))
    assert said
    sources = said.sources if lane == "grounded" else resting_on(QUOTE, [passage], asked)
    office.answers = [Draft(recipe="reply", text=QUOTE, sources=sources)]
    root = office.grace.writes(asked, office.general)
    office.ada.shortcut("draft_reply", root)
    office.work()
    office.ada.click(office.last(office.ada, office.general), "post_here")
    assert QUOTE not in str([shown_text(message) for message in office.grace.sees(office.general, root.ts)])
    assert office.outcomes() == []


def offering(lane: str, place: str) -> tuple[str, Draft]:
    """Return a ready answer, and a draft of a lane that offers it for a gap because of a passage."""
    said, asked = "Parking costs 15 pounds.", "What does parking cost?"
    # Of two that differ neither is said unasked.
    known = [said, "Parking costs 25 pounds."] if lane == "grounded" else [said]
    passages = passages_value([GroundPassage(at, "Memo", "", one, place=place) for at, one in enumerate(known)])
    given = {"message": asked, "passages": passages}
    ask = ScriptedAsk(f"Hello,\n\nthank you. [[{asked} | {said} | I will look.]]\n\nBest regards")
    values = validate_inputs(REPLY, given)
    result = write_directly(REPLY, values, ask) if lane == "model" else write_reply(REPLY, values, ask)
    return said, Draft(recipe="reply", text=result.text, gaps=result.gaps, sources=result.sources)


@pytest.mark.parametrize(("lane", "is_taken"), [("grounded", True), ("model", True), ("model", False)])
def test_a_ready_answer_is_posted_only_where_everybody_may_read_its_passage(
    office: Office, lane: str, is_taken: bool
) -> None:
    cite(office, person_principal(office.acme.id, office.ada.id))
    [answer] = office.answers
    assert isinstance(answer, Draft)
    said, draft = offering(lane, answer.sources[0].place)
    office.answers = [draft]
    root = office.grace.writes("How much is it?", office.general)
    office.ada.shortcut("draft_reply", root)
    office.work()
    office.ada.click(office.last(office.ada, office.general), f"fill_gap:{0 if is_taken else 1}")
    shown = office.last(office.ada, office.general)
    assert (said in shown_text(shown)) == is_taken
    office.ada.click(shown, "post_here")
    assert len(posted(office)) == (0 if is_taken else 1)
    assert said not in str([shown_text(message) for message in office.grace.sees(office.general, root.ts)])


@pytest.mark.parametrize(
    ("title", "recipe", "is_posted"),
    [
        ("Memo", "reply", False),
        ("booking link", "reply", True),
        ("Your answer to Cars (2026-03)", "reply", True),
        ("An answer of yours", "reply", True),
        ("Memo", "ask", True),
    ],
)
def test_an_old_draft_that_may_rest_on_a_source_stays_private_but_not_what_is_its_persons_own(
    office: Office, title: str, recipe: str, is_posted: bool
) -> None:
    people = load_people(office.settings, office.store.records)
    facts = StandingFacts(office.store.records, people, load_policies(office.settings, office.store.records, people))
    facts.put(facts.identity(office.acme.id, office.ada.id), StandingFact("booking link", "https://x.example/b"))
    # As drafts were stored before the place and the kind of a source were noted.
    old = DraftSource.model_validate({"number": 1, "title": title, "quote": QUOTE, "supports": QUOTE})
    office.answers = [Draft(recipe=recipe, text=QUOTE, sources=(old,))]
    root = office.grace.writes("How many days?", office.general)
    if recipe == "reply":
        office.ada.shortcut("draft_reply", root)
    else:
        office.ada.slash("/inlaid", "ask How many days?", channel=office.general)
    office.work()
    office.ada.click(office.last(office.ada, office.general), "post_here")
    assert bool(office.outcomes()) == is_posted
    if not is_posted:
        assert "too old to tell who may read “Memo”" in shown_text(office.last(office.ada, office.general))


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
