"""What is said about the open changes of a document: decisions, other words for those that are open, and why."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from core.drafts import ChatMessage, Draft, Edit
from core.errors import ConflictError, InputError
from core.job import Job, JobRequest
from core.llm.routes import only
from core.people import load_people
from core.recipes.loader import load_recipes
from core.runner.pipeline import Pipeline
from core.runner.refinements import Refinements, RefineReply
from core.settings import Settings
from core.store import Store
from core.writing.documents import OVER_THE_CAP
from tests.core.insight.making import finished_job
from tests.in_memory import Answer, MemoryProgress, ScriptedChat

RECIPES = load_recipes()
SENTENCE = "The supplier delivers the oak table on {day} at the latest."
BEFORE, AFTER = SENTENCE.format(day="friday"), SENTENCE.format(day="Friday")
EDITS = (
    Edit(id="p0", hash="h0", before=BEFORE, text=AFTER, where="Delivery"),
    Edit(id="p1", hash="h1", before="You recieve the invoice then.", text="You receive the invoice then."),
    Edit(id="p2", hash="h2", before="It is cheap.", comment="Cheap: say the price."),
)


@dataclass
class Talk:
    """A store, a scripted model, and what somebody says about the changes of a document."""

    store: Store
    refinements: Refinements
    is_small: bool = False
    chat: ScriptedChat = field(default_factory=lambda: ScriptedChat([]))
    progress: MemoryProgress = field(default_factory=MemoryProgress)

    def first(self) -> Job:
        recipe, inputs = ("proofread", {}) if self.is_small else ("rewrite", {"tone": "polite"})
        job = finished_job(self.store, recipe=recipe, inputs=inputs, edits=EDITS)
        assert job.draft
        assert job.draft.edits
        return job

    def say(self, job: Job, wish: str, answers: Sequence[Answer] = (), open_places: Sequence[int] = (0, 1, 2)) -> Draft:
        inputs = self.refinements.reply_on_edits(job, RECIPES[job.recipe], wish, open_places, "model").inputs
        assert inputs is not None
        added = self.store.jobs.add(JobRequest(job.recipe, inputs, job.surface, job.person))[0]
        self.chat = ScriptedChat(answers, is_small=self.is_small, repeat_last=True)
        pipeline = Pipeline(RECIPES, only(self.chat), refinements=self.refinements)
        return pipeline.generate(added, {"paragraphs": []}, self.progress)


@pytest.fixture
def talk(sqlite_store: Store, settings: Settings) -> Talk:
    people = load_people(settings, sqlite_store.records)
    return Talk(sqlite_store, Refinements(sqlite_store.jobs, sqlite_store.outcomes, people))


def test_decisions_name_the_places_that_are_meant(talk: Talk) -> None:
    job = talk.first()
    assert talk.refinements.reply_on_edits(job, RECIPES[job.recipe], "accept all", [0, 2], "model") == RefineReply(
        decide="accepted", edits=(0, 2)
    )
    assert talk.refinements.reply_on_edits(
        job, RECIPES[job.recipe], "reject the ones about recieve", [0, 1, 2], "model"
    ).edits == (1,)
    assert talk.refinements.reply_on_edits(job, RECIPES[job.recipe], "undo", [0], "model").decide == "undo"
    assert "redo" in talk.refinements.reply_on_edits(job, RECIPES[job.recipe], "redo", [0], "model").answer
    unclear = talk.refinements.reply_on_edits(job, RECIPES[job.recipe], "accept no changes", [0, 1], "model")
    assert (unclear.decide, "accept all" in unclear.answer) == ("", True)
    assert (
        "“penalty”"
        in talk.refinements.reply_on_edits(
            job, RECIPES[job.recipe], "accept the ones about penalty", [0], "model"
        ).answer
    )
    assert (
        talk.refinements.reply_on_edits(job, RECIPES[job.recipe], "accept all", [], "model").answer
        == "Every change is decided already."
    )


def test_open_changes_are_said_once_more_and_decided_ones_are_not(talk: Talk) -> None:
    said = "The supplier delivers the oak table by Friday."
    draft = talk.say(talk.first(), "shorter", [said], open_places=[0, 2])
    edits = draft.edits or ()
    assert [(edit.id, edit.hash, edit.before, edit.text, edit.where) for edit in edits] == [
        ("p0", "h0", BEFORE, said, "Delivery"),
        ("p2", "h2", "It is cheap.", None, ""),
    ]
    assert draft.notices[0] == "1 of 2 open changes says it differently now."
    *prompt, written, wish = talk.chat.asked[0]
    assert BEFORE in prompt[-1].content
    assert (written.content, "shorter" in wish.content) == (AFTER, True)
    assert [edit.id for edit in talk.progress.edits] == ["p0"]


def test_rules_replace_a_word_where_it_stands_and_leave_the_rest(talk: Talk) -> None:
    talk.is_small = True
    draft = talk.say(talk.first(), "use Thursday instead of Friday")
    texts = [edit.text for edit in draft.edits or ()]
    assert texts == [SENTENCE.format(day="Thursday"), EDITS[1].text, None]


def test_what_rules_cannot_do_anywhere_is_said(talk: Talk) -> None:
    talk.is_small = True
    with pytest.raises(InputError):
        talk.say(talk.first(), "more elegant, please")


def test_what_rules_cannot_do_anywhere_is_refused_before_it_is_a_version(talk: Talk) -> None:
    talk.is_small = True
    job = talk.first()
    with pytest.raises(InputError, match="Nothing was changed: “more elegant”") as refused:
        talk.refinements.reply_on_edits(job, RECIPES[job.recipe], "more elegant, please", [0, 1], "grounded")
    assert "accept the ones about" in (refused.value.fix or "")
    wish = "use Thursday instead of Friday"
    assert talk.refinements.reply_on_edits(job, RECIPES[job.recipe], wish, [0, 1], "grounded").inputs


def test_a_model_that_says_it_as_before_leaves_no_change(talk: Talk) -> None:
    draft = talk.say(talk.first(), "as it was in the contract", [BEFORE], open_places=[0])
    assert draft.edits == ()


def test_nothing_is_said_about_what_is_decided(talk: Talk) -> None:
    with pytest.raises(ConflictError, match="No change is open"):
        talk.refinements.reply_on_edits(talk.first(), RECIPES["rewrite"], "shorter", [], "model")


def test_of_several_comments_on_a_paragraph_those_that_are_open_stay(talk: Talk) -> None:
    comments = tuple(EDITS[2].model_copy(update={"comment": f"Comment {number}."}) for number in (1, 2))
    job = finished_job(talk.store, recipe="rewrite", inputs={"tone": "polite"}, edits=(*comments, EDITS[0]))
    draft = talk.say(job, "shorter", ["The supplier delivers the oak table by Friday."], open_places=[1, 2])
    assert [edit.comment for edit in draft.edits or () if edit.text is None] == ["Comment 2."]


def test_a_cap_on_what_may_be_rewritten_holds_for_the_new_version(talk: Talk) -> None:
    job = finished_job(talk.store, recipe="rewrite", inputs={"tone": "polite", "max_change": 0.5}, edits=EDITS[:2])
    far = "The oak table comes with the supplier's van on Friday, at the very latest that day."
    near = "You get the invoice then."

    def answered(messages: Sequence[ChatMessage]) -> str:
        return far if any("oak" in message.content for message in messages) else near

    draft = talk.say(job, "warmer", [answered], open_places=[0, 1])
    assert [edit.text for edit in draft.edits or ()] == [AFTER, near]
    assert OVER_THE_CAP in draft.notices[1]


def test_a_wish_about_comments_only_is_answered_instead_of_making_the_same_again(talk: Talk) -> None:
    with pytest.raises(InputError, match="comments"):
        talk.say(talk.first(), "shorter", ["Anything."], open_places=[2])
