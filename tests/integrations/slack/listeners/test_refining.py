"""What is said about a draft in Slack: in its thread, in the pane, and in the form behind its Change button."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.drafts import Draft, DraftSource
from core.job import Job, JobRequest
from core.llm.routes import only
from core.people import load_people
from core.runner.pipeline import Pipeline
from core.runner.refinements import Refinements
from core.store.retention import delete_jobs
from core.text.lexicon import lexicon
from integrations.slack.access import GONE
from integrations.slack.listeners.refining import NO_DRAFT
from tests.fakes.slack.acks import Ack
from tests.fakes.slack.targets import AppRequest
from tests.fakes.slack.world import Message
from tests.in_memory import ScriptedChat
from tests.integrations.slack.conftest import Office
from tests.integrations.slack.screen import button_labels, choose, shown_text

BRIEF = "draft the printer is broken and costs 400 euros"


def drafted(office: Office) -> tuple[Job, Message]:
    """Have a draft in the conversation with the app; returns its job and the message that asked."""
    office.answers = ["The printer is broken. It costs 400 euros.", "The printer is broken."]
    office.ada.writes_to_app(BRIEF)
    root = office.ada.sees(office.ada.dm)[0]
    [job] = office.work()
    return job, root


def last_text(office: Office) -> str:
    return shown_text(office.last(office.ada, office.ada.dm))


@pytest.mark.parametrize(
    "wish", ["shorter", "make it friendlier", "and drop the price", "auf Deutsch", "write who pays next to each"]
)
def test_what_is_said_in_the_thread_of_a_draft_makes_a_new_version_of_it(office: Office, wish: str) -> None:
    job, root = drafted(office)
    office.ada.writes_to_app(wish, root.ts)
    [version] = office.work()
    assert (version.refines, version.wish, version.recipe) == (job.id, wish, "compose")
    answer = office.last(office.ada, office.ada.dm)
    assert answer.thread_ts == root.ts
    assert shown_text(answer) == "The printer is broken."
    assert office.outcomes() == [("regenerated", None)]
    assert office.slack.ledger.refusals == []


def test_the_next_wish_is_about_the_newest_version(office: Office) -> None:
    _job, root = drafted(office)
    office.ada.writes_to_app("shorter", root.ts)
    [first] = office.work()
    office.ada.writes_to_app("undo", root.ts)
    [second] = office.work()
    assert second.refines == first.id


def test_in_a_thread_its_own_draft_counts_however_old(office: Office) -> None:
    job, root = drafted(office)
    for number in range(45):
        office.store.jobs.add(JobRequest("title", {"text": f"Roof {number}"}, "cli", office.ada.id, job.workspace))
    office.ada.writes_to_app("shorter", root.ts)
    version = office.work()[-1]
    assert version.refines == job.id


def test_a_wish_that_names_a_recipe_is_a_new_request(office: Office) -> None:
    _job, root = drafted(office)
    office.ada.writes_to_app("draft a note to the team", root.ts)
    [other] = office.work()
    assert (other.refines, other.inputs["brief"]) == ("", "a note to the team")


@pytest.mark.parametrize(("said", "line"), [("thanks!", "thanks"), ("hello", "hello"), ("what can you do?", "help")])
def test_small_talk_gets_a_line_and_no_letter(office: Office, said: str, line: str) -> None:
    _job, root = drafted(office)
    office.ada.writes_to_app(said, root.ts)
    assert office.queued == []
    assert last_text(office) == lexicon("en").wording(f"talk.{line}")


def _said_to(office: Office, locale: str, draft: str, said: str) -> str:
    """Return what the app answers a person of a language who says something about a draft."""
    zoe = office.acme.person("Zoë Ångström", locale=locale)
    office.answers = [draft]
    zoe.writes_to_app(BRIEF)
    root = zoe.sees(zoe.dm)[0]
    office.work()
    zoe.writes_to_app(said, root.ts)
    return shown_text(office.last(zoe, zoe.dm))


GERMAN_DRAFT = "Der Drucker ist leider kaputt. Die Reparatur kostet uns etwa 400 Euro."
ENGLISH_DRAFT = "The printer is broken. It costs 400 euros."


@pytest.mark.parametrize(
    ("locale", "draft", "said", "language", "line"),
    [
        ("en-US", ENGLISH_DRAFT, "hi", "en", "hello"),
        ("en-US", GERMAN_DRAFT, "Hi!", "en", "hello"),
        ("en-US", ENGLISH_DRAFT, "danke", "de", "thanks"),
        ("de-DE", ENGLISH_DRAFT, "hi", "de", "hello"),
        ("de-DE", ENGLISH_DRAFT, "thanks!", "de", "thanks"),
        ("fr-FR", ENGLISH_DRAFT, "merci !", "fr", "thanks"),
    ],
)
def test_a_person_is_answered_in_their_own_language_however_little_they_say(
    office: Office, locale: str, draft: str, said: str, language: str, line: str
) -> None:
    assert _said_to(office, locale, draft, said) == lexicon(language).wording(f"talk.{line}")


@pytest.mark.parametrize(
    ("locale", "said", "told"),
    [("en-US", "who are you?", "Hello, I am Inlaid"), ("de-DE", "Hi, who are you?", "Hallo, ich bin Inlaid")],
)
def test_who_asks_what_the_app_is_hears_that_beside_a_draft_too(
    office: Office, locale: str, said: str, told: str
) -> None:
    assert told in _said_to(office, locale, ENGLISH_DRAFT, said).replace("*", "")


def test_why_is_answered_in_the_thread(office: Office) -> None:
    _job, root = drafted(office)
    office.ada.writes_to_app("why?", root.ts)
    assert office.queued == []
    assert "It rests on what you gave" in last_text(office)


def test_outside_a_thread_small_talk_makes_no_letter_either(office: Office) -> None:
    office.ada.writes_to_app("thanks")
    assert office.queued == []
    assert last_text(office) == lexicon("en").wording("talk.thanks")
    office.ada.writes_to_app("undo")
    assert last_text(office) == NO_DRAFT


def test_a_change_by_rule_outside_the_thread_is_about_the_draft_of_a_moment_ago(office: Office) -> None:
    job, _root = drafted(office)
    office.ada.writes_to_app("shorter")
    [version] = office.work()
    assert version.refines == job.id


@pytest.mark.parametrize("said", ["Why was the budget cut?", "Invite the team to the party, without partners"])
def test_a_new_request_that_begins_or_ends_like_a_wish_is_one(office: Office, said: str) -> None:
    drafted(office)
    office.ada.writes_to_app(said)
    assert [job.refines for job in office.work()] == [""]


def test_a_wish_that_slack_delivers_again_is_one_version(office: Office) -> None:
    _job, root = drafted(office)
    delivery = office.ada.writes_to_app("shorter", root.ts)
    delivery.send()
    [version] = office.work()
    delivery.send()
    assert office.work() == []
    assert office.outcomes() == [("regenerated", None)]
    assert version.draft


def test_other_words_outside_the_thread_are_a_new_request(office: Office) -> None:
    drafted(office)
    office.ada.writes_to_app("the heating is broken, too")
    [other] = office.work()
    assert other.refines == ""


def test_a_mention_in_a_thread_changes_the_askers_draft_there_and_nobody_elses(office: Office) -> None:
    root = office.grace.writes("Can you come on Friday?", office.general)
    office.answers = ["Yes, on Friday."]
    office.ada.mentions_app("reply yes", office.general, root.ts)
    [job] = office.work()
    office.ada.mentions_app("use Thursday instead", office.general, root.ts)
    [version] = office.work()
    assert (version.refines, version.inputs["instruction"]) == (job.id, "yes")
    assert office.last(office.ada, office.general).only_for == office.ada.id
    office.grace.mentions_app("shorter", office.general, root.ts)
    assert [job.refines for job in office.work()] == [""]


def test_a_draft_that_is_still_written_cannot_be_changed_yet(office: Office) -> None:
    office.ada.writes_to_app(BRIEF)
    root = office.ada.sees(office.ada.dm)[0]
    office.ada.writes_to_app("shorter", root.ts)
    assert len(office.queued) == 1
    assert "has no draft" in last_text(office)


def test_the_change_button_asks_what_and_the_new_version_takes_the_drafts_place(office: Office) -> None:
    job, _root = drafted(office)
    answer = office.last(office.ada, office.ada.dm)
    assert "Change…" in button_labels(answer)
    office.ada.click(answer, "change")
    office.ada.submit({"wish": "drop the price"})
    [version] = office.work()
    assert version.refines == job.id
    shown = office.last(office.ada, office.ada.dm)
    assert (shown.ts, shown_text(shown)) == (answer.ts, "The printer is broken.")


def test_a_wish_that_cannot_be_met_is_told_beside_the_field(office: Office) -> None:
    drafted(office)
    office.ada.click(office.last(office.ada, office.ada.dm), "change")
    assert "first version" in office.ada.submit({"wish": "undo"}).errors["wish"]
    assert office.queued == []


def test_try_again_on_a_new_version_asks_the_same_once_more(office: Office) -> None:
    job, root = drafted(office)
    office.ada.writes_to_app("shorter", root.ts)
    office.work()
    choose(office.ada, office.last(office.ada, office.ada.dm), "try_again")
    [again] = office.work()
    assert (again.refines, again.wish, again.again) == (job.id, "shorter", 1)


def change_form(office: Office, answer: Message, wish: str) -> Ack:
    """Open the form of Change, and send it off."""
    office.ada.click(answer, "change")
    return office.ada.submit({"wish": wish})


def test_a_wish_of_20000_characters_is_refused_with_what_to_do_and_the_draft_stays(office: Office) -> None:
    job, root = drafted(office)
    office.ada.writes_to_app("and drop the price. " * 1000, root.ts)
    assert office.queued == []
    told = office.last(office.ada, office.ada.dm)
    assert "4,000 are taken. Say it in fewer words." in told.text
    assert office.store.jobs.get(job.id).draft == job.draft


def test_a_wish_about_a_draft_that_is_gone_says_so(office: Office) -> None:
    job, _root = drafted(office)
    answer = office.last(office.ada, office.ada.dm)
    office.ada.click(answer, "change")
    with office.store.database.write() as connection:
        delete_jobs(connection, [job.id])
    office.ada.submit({"wish": "shorter"})
    assert office.ada.modal is not None
    assert GONE in shown_text(office.ada.modal)
    office.ada.click(answer, "edit")
    assert GONE in office.last(office.ada, office.ada.dm).text
    assert office.queued == []


def test_a_wish_about_a_draft_of_somebody_else_is_refused_and_makes_nothing(office: Office) -> None:
    office.ada.slash("/draft", "the printer is broken", channel=office.general)
    office.work()
    answer = office.last(office.ada, office.general)
    ack = change_form(office, answer, "shorter")
    [mine] = office.work()
    payload = {**ack.payload, "user": {**ack.payload["user"], "id": office.grace.id}}
    answered = office.slack.deliver_again(Ack(AppRequest(ack.request.kind, payload)))
    assert GONE in str(answered.json)
    assert office.queued == []
    assert mine.person == office.ada.id


def test_a_wish_sent_off_twice_at_once_is_one_version_and_a_second_wish_is_told_to_wait(office: Office) -> None:
    job, root = drafted(office)
    ack = change_form(office, office.last(office.ada, office.ada.dm), "shorter")
    with ThreadPoolExecutor(6) as pool:
        again = [Ack(AppRequest(ack.request.kind, ack.payload)) for _ in range(6)]
        assert all(one.ok for one in pool.map(office.slack.deliver_again, again))
    office.ada.writes_to_app("drop the price", root.ts)
    [version] = office.work()
    assert (version.wish, version.refines, version.state) == ("shorter", job.id, "delivered")
    assert any("has no draft" in shown_text(message) for message in office.ada.sees(office.ada.dm))


RULE = DraftSource(number=1, title="Travel policy", quote="A hotel costs up to 140 euros.", place="s/travel")


def answered(office: Office) -> Message:
    """Have a question answered in a channel without a larger model, whose rules then go on; returns the message."""
    office.answers = [Draft(recipe="ask", text=f"{RULE.quote} [1]", sources=(RULE,))]
    office.ada.slash("/inlaid", "ask what may a hotel cost?", channel=office.general)
    office.work()
    people = load_people(office.settings, office.store.records)
    refinements = Refinements(office.store.jobs, office.store.outcomes, people)
    rules = Pipeline(office.recipes, only(ScriptedChat([], is_small=True)), refinements=refinements)
    office.generate = lambda job, _further, progress: rules.generate(job, {"passages": "[]"}, progress)
    return office.last(office.ada, office.general)


@pytest.mark.parametrize("wish", ["shorter", "more formal", "leave out the second point", "asdf", "and in London?"])
def test_an_impossible_change_is_refused_in_the_form_and_the_answer_stays_as_it_is(office: Office, wish: str) -> None:
    answer = answered(office)
    assert "Nothing was changed: " in change_form(office, answer, wish).errors["wish"]
    assert office.queued == []
    shown = office.last(office.ada, office.general)
    assert (shown.ts, shown.blocks) == (answer.ts, answer.blocks)
    assert "Sources: 1. Travel policy" in str(shown.blocks)
    assert "Post here" in button_labels(shown)


def hint_of(office: Office, answer: Message) -> str:
    office.ada.click(answer, "change")
    assert office.ada.modal
    return str(office.ada.modal.blocks)


def test_the_form_for_changes_names_only_what_works_there(make_office: Callable[..., Office]) -> None:
    rules = make_office(model_size="small")
    assert "in German" not in hint_of(rules, answered(rules))
    rules.generate = None
    rules.answers = ["Hi Tom, it comes on Friday."]
    rules.ada.slash("/inlaid", "reply Can you come on Friday?", channel=rules.general)
    rules.work()
    hint = hint_of(rules, rules.last(rules.ada, rules.general))
    assert "shorter" not in hint
    assert "without the greeting" in hint


def test_with_a_larger_model_the_form_names_what_that_can_do(office: Office) -> None:
    drafted(office)
    assert "in German" in hint_of(office, office.last(office.ada, office.ada.dm))


@pytest.mark.parametrize(
    "wish", ["translate it into German", "Übersetze das ins Englische", "schreib es kürzer", "kürze es"]
)
def test_a_wish_that_begins_with_a_recipes_word_is_about_the_draft_of_the_thread(office: Office, wish: str) -> None:
    job, root = drafted(office)
    office.ada.writes_to_app(wish, root.ts)
    assert [version.refines for version in office.work()] == [job.id]
