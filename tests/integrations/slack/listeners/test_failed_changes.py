"""A change of a draft in Slack that fails leaves the draft; one that is made can be taken back with a button."""

from typing import cast

from core.drafts import Draft
from core.errors import InputError
from core.job import Job
from core.people import load_people
from core.runner.refinements import Refinements
from integrations.slack.delivery.edits import keep_discarded
from tests.integrations.slack.conftest import Office
from tests.integrations.slack.delivery.test_answer import kill_worker
from tests.integrations.slack.listeners.test_refining import change_form, drafted
from tests.integrations.slack.screen import button_labels, choose, shown_text


def fails_once(office: Office) -> list[Job]:
    """Have the next job fail."""

    def generate(*_rest: object) -> Draft:
        raise InputError("The text is odd.", fix="Say it otherwise.")

    office.generate = generate
    done = office.work()
    office.generate = None
    return done


def test_a_change_that_fails_leaves_the_draft_with_its_buttons_below_why_and_try_again(office: Office) -> None:
    job, _root = drafted(office)
    answer = office.last(office.ada, office.ada.dm)
    labels = button_labels(answer)
    change_form(office, answer, "drop the price")
    [version] = fails_once(office)
    kept = office.last(office.ada, office.ada.dm)
    assert kept.ts == answer.ts
    assert "the draft is as it was: The text is odd. Say it otherwise." in shown_text(kept)
    assert "The printer is broken." in shown_text(kept)
    assert button_labels(kept) == ["Try again", *labels]
    office.answers = ["The printer works."]
    office.ada.click(kept, "try_again")
    [again] = office.work()
    assert (again.refines, again.wish, again.again) == (job.id, "drop the price", 1)
    assert shown_text(office.last(office.ada, office.ada.dm)) == "The printer works."
    assert version.draft is None


def test_a_change_in_a_channel_that_fails_twice_leaves_what_its_person_made_of_the_draft(office: Office) -> None:
    office.ada.slash("/draft", "the printer is broken", channel=office.general)
    office.work()
    answer = office.last(office.ada, office.general)
    office.ada.click(answer, "edit")
    office.ada.submit({"part0": "The printer is fine."})
    change_form(office, office.last(office.ada, office.general), "shorter")
    fails_once(office)
    office.ada.click(office.last(office.ada, office.general), "try_again")
    fails_once(office)
    kept = office.last(office.ada, office.general)
    assert "The printer is fine." in shown_text(kept)
    assert "the draft is as it was" in shown_text(kept)
    assert "Post here" in button_labels(kept)


def test_another_draft_that_cannot_be_made_leaves_the_one_that_is_there(office: Office) -> None:
    drafted(office)
    answer = office.last(office.ada, office.ada.dm)
    labels = button_labels(answer)
    choose(office.ada, answer, "try_again")
    fails_once(office)
    assert button_labels(office.last(office.ada, office.ada.dm)) == ["Try again", *labels]


def test_undo_is_a_button_after_a_change_as_after_an_edit(office: Office) -> None:
    job, _root = drafted(office)
    answer = office.last(office.ada, office.ada.dm)
    assert "Undo" not in button_labels(answer)
    office.answers = ["Broken."]
    change_form(office, answer, "shorter")
    office.work()
    changed = office.last(office.ada, office.ada.dm)
    assert "Undo" in button_labels(changed)
    rules = Refinements(office.store.jobs, office.store.outcomes, load_people(office.settings, office.store.records))
    office.generate = lambda job, _further, _progress: cast("Draft", rules.of(job))
    office.ada.click(changed, "undo")
    office.work()
    back = office.last(office.ada, office.ada.dm)
    assert (back.ts, shown_text(back)) == (answer.ts, job.draft.text if job.draft else "")
    assert "Undo" not in button_labels(back)


def test_a_draft_whose_change_failed_counts_as_no_replaced_one_and_takes_the_next_wish(office: Office) -> None:
    office.answers = ["The roof leaks."]
    office.ada.writes_to_app("draft the roof leaks")
    [roof] = office.work()
    printer, _root = drafted(office)
    answer = office.last(office.ada, office.ada.dm)
    change_form(office, answer, "drop the price")
    fails_once(office)
    choose(office.ada, office.last(office.ada, office.ada.dm), "try_again")
    fails_once(office)
    assert office.outcomes() == []
    office.ada.writes_to_app("shorter")
    [version] = office.work()
    assert (version.refines, version.wish) == (printer.id, "shorter")
    assert office.outcomes() == [("regenerated", None)]
    assert office.store.outcomes.acts_of([roof.id])[roof.id] == []


def test_a_wish_in_a_thread_that_fails_leaves_its_draft_without_an_outcome(office: Office) -> None:
    job, root = drafted(office)
    office.ada.writes_to_app("shorter", root.ts)
    fails_once(office)
    assert office.store.outcomes.acts_of([job.id])[job.id] == []


def test_another_draft_counts_the_one_that_it_replaces_once_though_the_worker_dies(office: Office) -> None:
    drafted(office)
    choose(office.ada, office.last(office.ada, office.ada.dm), "try_again")
    assert office.outcomes() == []
    kill_worker(office, "before confirming answer")
    office.work()
    assert office.outcomes() == [("regenerated", None)]


def test_a_draft_that_was_discarded_while_another_one_was_made_stays_so(office: Office) -> None:
    drafted(office)
    answer = office.last(office.ada, office.ada.dm)
    choose(office.ada, answer, "try_again")
    job = office.store.jobs.list(limit=2)[-1]
    keep_discarded(office.store, job)
    office.work()
    assert office.outcomes() == []


def test_of_a_long_draft_whose_change_failed_only_the_last_message_is_put_back(office: Office) -> None:
    pieces = [f"Part {number}. " + "The printer is broken. " * 120 for number in range(6)]
    office.answers = ["\n\n".join(pieces)]
    office.ada.writes_to_app("draft long")
    office.work()
    before = [(shown.ts, shown_text(shown)) for shown in office.ada.sees(office.ada.dm)]
    answer = office.last(office.ada, office.ada.dm)
    labels = button_labels(answer)
    change_form(office, answer, "drop the price")
    fails_once(office)
    after = [(shown.ts, shown_text(shown)) for shown in office.ada.sees(office.ada.dm)]
    assert after[:-1] == before[:-1]
    assert after[-1][0] == before[-1][0]
    assert after[-1][1].endswith(before[-1][1])
    assert "the draft is as it was: The text is odd. Say it otherwise." in after[-1][1]
    kept = office.last(office.ada, office.ada.dm)
    assert button_labels(kept) == ["Try again", *labels]
    assert sum("Part 0." in text for _ts, text in after) == 1
