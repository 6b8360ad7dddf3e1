"""Recipes tried on past work: whose, of what, and that nothing of it counts."""

import json
from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from core.drafts import Draft, Edit, Item
from core.errors import InputError, NotFoundError
from core.insight.report.counting_rules import load_counting_rules
from core.insight.report.rollup import EXPIRE_SECONDS, expire_drafts, roll_up_all
from core.job import SPOKEN, TRIAL, Job, JobRequest, ParagraphsTarget
from core.llm.routes import only
from core.people import People, load_people
from core.recipes.book import RecipeBook
from core.recipes.trials import Trial, Trials, text_of
from core.runner.pipeline import Pipeline
from core.settings import Settings
from core.store import Store
from core.store.tables import jobs as job_table
from core.store.tables.insight import tallies
from core.text.catalogues import speaking
from tests.core.insight.making import finished_job
from tests.in_memory import MemoryProgress, ScriptedChat

ANN = ("local", "ann")
TEXT = "The meeting is on Tuesday at 3 pm in room 4."
OLD, NEW = "Tuesday at 3 pm, room 4.", "We meet on Tuesday at 3 pm in room 4."


@dataclass
class Bench:
    """A book, its trials, and a worker that is called by hand."""

    store: Store
    people: People

    def __post_init__(self) -> None:
        store = self.store
        self.book = RecipeBook(None, store.records)
        self.trials = Trials(store.records, store.jobs, store.effects, self.people)

    def begin(self, text: str = "", count: int = 5, who: tuple[str, str] = ANN, name: str = "rewrite") -> Trial:
        text = text or self.book.text(name)
        recipe = self.book.check(name, text)
        submit = lambda request: self.store.jobs.add(request)[0]  # noqa: E731 - as the web process gives it
        return self.trials.begin(who, recipe, text, after=0, count=count, submit=submit)

    def work(self, trial: Trial, answer: str = NEW) -> ScriptedChat:
        chat = ScriptedChat([answer], repeat_last=True, is_small=False)
        pipeline = Pipeline(self.book, only(chat))
        for _past, job_id in trial.jobs:
            job = self.store.leases.claim(job_id, lease_seconds=60)
            assert job
            draft = pipeline.generate(job, {}, MemoryProgress())
            self.store.leases.finish(job, draft, is_delivered=True)
        return chat

    def past(self, text: str = TEXT, person: str = "ann", **given: object) -> Job:
        asked = {"recipe": "rewrite", "inputs": {"text": text}, **given}
        return finished_job(self.store, person=person, text=OLD, **asked)


@pytest.fixture
def bench(sqlite_store: Store, settings: Settings) -> Bench:
    return Bench(sqlite_store, load_people(settings, sqlite_store.records))


def changed(bench: Bench) -> str:
    return bench.book.text("rewrite").replace('[prompt]\nsystem = """\n', '[prompt]\nsystem = """\nTRIED.\n', 1)


def test_past_work_is_done_once_more_with_the_new_text_and_compared(bench: Bench) -> None:
    past = [bench.past(f"{TEXT} Number {number}.") for number in range(3)]
    text = changed(bench)
    assert "TRIED." in text
    trial = bench.begin(text, count=2)
    assert [old for old, _new in trial.jobs] == [past[2].id, past[1].id]  # the newest
    waiting = bench.store.jobs.get(trial.jobs[0][1])
    assert (waiting.surface, waiting.queue, waiting.state) == (TRIAL, "bulk", "queued")
    assert waiting.work_id == past[2].id  # whose result is no example for it
    chat = bench.work(trial)
    assert all("TRIED." in messages[0].content for messages in chat.asked)
    result = bench.trials.results(bench.trials.get(ANN, trial.id))[0]
    assert (result.old_text, result.new_text, result.is_same) == (OLD, NEW, False)
    assert "Number 2" in result.source
    assert "TRIED." not in bench.book.text("rewrite")  # nothing is in force


def test_only_the_authors_own_work_is_tried_and_the_trial_is_theirs(bench: Bench) -> None:
    bench.past(person="bob")
    with pytest.raises(InputError, match="None of your past jobs of rewrite"):
        bench.begin()
    bench.past()
    trial = bench.begin()
    assert len(trial.jobs) == 1
    with pytest.raises(NotFoundError):
        bench.trials.get(("local", "bob"), trial.id)
    assert bench.store.jobs.get(trial.jobs[0][1]).person == "ann"


def test_work_of_all_doors_of_a_person_is_theirs(bench: Bench) -> None:
    bench.people.enter("local", "ann", "local", vouched_by="token")
    bench.people.enter("T1", "U1", "slack")
    bench.people.merge(bench.people.find("local/ann"), bench.people.find("T1/U1"))
    bench.past(person="U1", workspace="T1")
    assert len(bench.begin().jobs) == 1


def test_what_cannot_be_done_again_is_left_out(bench: Bench) -> None:
    bench.past(inputs={})  # a worker read the text, or it was deleted
    bench.past(recipe="shorten")
    failed = bench.store.jobs.add(JobRequest("rewrite", {"text": TEXT}, "api", "ann"))[0]
    bench.store.jobs.request_cancel(failed.id)
    with pytest.raises(InputError, match="can be done again"):
        bench.begin()
    with pytest.raises(InputError, match="1 to 20"):
        bench.begin(count=21)


def test_paragraphs_of_a_document_are_done_once_more(bench: Bench) -> None:
    paragraphs = [{"id": "p1", "hash": "h", "text": TEXT}]
    files = {ParagraphsTarget.PARAGRAPHS_FILE: json.dumps(paragraphs).encode()}
    request = JobRequest("rewrite", {}, "word", "ann", target=ParagraphsTarget(), blobs=files)
    job = bench.store.leases.claim(bench.store.jobs.add(request)[0].id, lease_seconds=60)
    assert job
    edits = (Edit(id="p1", hash="h", before=TEXT, text=OLD),)
    bench.store.leases.delivered(bench.store.leases.finish(job, Draft(recipe="rewrite", edits=edits)))
    trial = bench.begin()
    assert bench.store.jobs.get(trial.jobs[0][1]).inputs["paragraphs"] == paragraphs
    assert bench.trials.results(trial)[0].old_text == OLD


def test_nothing_of_a_trial_counts(bench: Bench, settings: Settings) -> None:
    store = bench.store
    bench.past()
    trial = bench.begin()
    bench.work(trial)
    new = store.jobs.get(trial.jobs[0][1])
    assert new.state == "delivered"
    roll_up_all(store, load_counting_rules(settings, store, bench.book))
    with store.database.read() as connection:
        assert connection.execute(sa.select(tallies.c.job_id)).scalars().all() == [trial.jobs[0][0]]
    with pytest.raises(InputError, match="draft of a trial"):
        store.outcomes.add(new, "accepted", person="ann", distance=None, detail={})
    with pytest.raises(InputError, match="draft of a trial"):
        store.outcomes.add_event(new, "sale", 1.0)
    with store.database.write() as connection:
        connection.execute(job_table.update().values(delivered_at=job_table.c.delivered_at - EXPIRE_SECONDS - 60))
    assert expire_drafts(store) == 1  # the past job alone
    assert store.outcomes.acts_of([new.id])[new.id] == []
    ended = store.outcomes.finished_jobs("local", "ann", from_seconds=0, to_seconds=2e9)
    assert new.id not in {job.id for job in ended}


def test_a_trial_is_stopped_and_its_past_work_may_be_deleted(bench: Bench) -> None:
    for number in range(3):
        bench.past(f"{TEXT} {number}")
    trial = bench.begin()
    stopped = bench.trials.cancel(trial)
    assert {job.state for job in stopped} == {"cancelled"}
    assert bench.trials.cancel(trial) == []
    with bench.store.database.write() as connection:
        connection.execute(job_table.delete().where(job_table.c.id == trial.jobs[0][0]))
    first = bench.trials.results(trial)[0]
    assert (first.past, first.old_text) == (None, "")


def test_a_past_job_is_done_again_in_the_language_in_which_its_person_was_spoken_to(bench: Bench) -> None:
    with speaking("de"):
        bench.past()
    with speaking("fr"):
        trial = bench.begin()
    new = bench.trials.results(trial)[0].new
    assert new is not None
    assert new.delivery[SPOKEN] == "de"


def test_a_trial_that_is_over_ends_its_jobs_with_what_to_do(bench: Bench) -> None:
    bench.past()
    trial = bench.begin()
    bench.store.records.delete("recipe_trial", "local", trial.id)
    with pytest.raises(NotFoundError, match="is over"):
        bench.work(trial)
    with pytest.raises(NotFoundError, match="no longer"):
        bench.trials.get(ANN, trial.id)


@pytest.mark.parametrize(
    ("draft", "said"),
    [
        (Draft(recipe="x", text="Hello"), "Hello"),
        (Draft(recipe="x", subject="Hi", text="Hello"), "Subject: Hi\n\nHello"),
        (
            Draft(recipe="x", items=(Item(text="Do it", quote="do it"), Item(text="Or not"))),
            "- Do it “do it”\n- Or not",
        ),
        (Draft(recipe="x", edits=(Edit(id="1", hash="h", text="A"), Edit(id="2", hash="h"))), "A"),
        (None, ""),
    ],
)
def test_drafts_of_every_form_are_compared(draft: Draft | None, said: str) -> None:
    assert text_of(draft) == said
