"""The pipeline with the shipped recipes and a scripted model: what a job's draft holds, and what stops it."""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from core.drafts import ChatMessage, Draft
from core.errors import InputError, JobCancelled, ModelOutage, ModelTooSmall, NotFoundError, PolicyRefused
from core.job import Job, JobRequest
from core.llm.models_file import ModelsFile
from core.llm.routes import Models, only
from core.policies.enforcement import Policies, load_policies
from core.policies.in_force import PolicyBook
from core.policies.resolution import PersonFacts
from core.recipes.loader import load_recipes
from core.runner.conversations import SAID
from core.runner.grounds import GroundFinder
from core.runner.pipeline import Pipeline
from core.settings import Settings
from core.sources.facts import StandingFacts
from core.sources.recipients import Recipient
from core.store import Store
from core.writing.documents import OVER_THE_CAP, STEP
from core.writing.grounded.passages import passages_value
from core.writing.model_lane.numbering import ATOM
from tests.core.sources.making import add_document, make_sources
from tests.in_memory import Answer, MemoryProgress, ScriptedChat

TEXT = "The meeting is on Tuesday at 3 pm in room 4."
REWORDED = "We meet on Tuesday at 3 pm in room 4."


@dataclass
class KeepingDiary(MemoryProgress):
    """Progress that keeps what completes the draft of a cancelled job."""

    complete: Callable[[Draft], Draft] = lambda draft: draft

    def completes(self, complete: Callable[[Draft], Draft]) -> None:
        self.complete = complete


@dataclass
class Desk:
    """A pipeline, its scripted model, and a store for the jobs."""

    store: Store
    diary: MemoryProgress = field(default_factory=MemoryProgress)
    chat: ScriptedChat = field(default_factory=lambda: ScriptedChat([]))
    is_small: bool = True

    def write(self, recipe: str, inputs: dict[str, Any], answers: Sequence[Answer], **further: Any) -> Any:
        self.chat = ScriptedChat(answers, repeat_last=True, is_small=self.is_small)
        job: Job = self.store.jobs.add(JobRequest(recipe, inputs, "api", "ann"))[0]
        return Pipeline(load_recipes(), only(self.chat)).generate(job, further, self.diary)


@pytest.fixture
def desk(sqlite_store: Store) -> Desk:
    return Desk(sqlite_store, is_small=False)


def test_a_draft_names_its_job_model_and_cost(desk: Desk) -> None:
    draft = desk.write("rewrite", {"text": TEXT}, [REWORDED])
    assert (draft.text, draft.model, draft.recipe, draft.skeleton) == (REWORDED, "scripted", "rewrite", False)
    assert draft.job_id
    recipe = load_recipes()["rewrite"]
    assert (draft.recipe_version, draft.prompt_hash) == (recipe.version, recipe.prompt_hash())
    assert draft.usage.calls == 1
    assert draft.usage.output_tokens == len(REWORDED.split())
    assert "".join(desk.diary.pieces) == REWORDED


def test_invented_facts_are_told_at_their_place(desk: Desk) -> None:
    draft = desk.write("rewrite", {"text": TEXT}, ["We meet on Friday at 9 pm in room 12 with Dr. Smith."])
    assert not draft.skeleton
    assert {"Friday", "9 pm"} <= {finding.place for finding in draft.findings}
    assert {finding.severity for finding in draft.findings} == {"warn"}


def test_what_no_person_may_get_leaves_the_skeleton_that_says_why(desk: Desk) -> None:
    draft = desk.write("rewrite", {"text": TEXT}, [f"{REWORDED} See https://elsewhere.example/room."])
    assert "elsewhere" not in draft.text
    assert draft.skeleton
    assert draft.escalations[0].to == "skeleton"
    assert draft.escalations[0].reason


@pytest.mark.parametrize(("surface", "is_listed"), [("signals", True), ("cli", False)])
def test_sources_are_scanned_by_the_plan_that_the_recipe_names_for_them(
    sqlite_store: Store, surface: str, *, is_listed: bool
) -> None:
    scan = load_recipes()["scan"]
    assert (scan.plan, scan.plan_in_sources) == ("scan", "scan-messages")
    recipes = {"own": scan.model_copy(update={"name": "own", "plan": "proofread", "plan_in_sources": "scan-messages"})}
    job = sqlite_store.jobs.add(JobRequest("own", {"text": TEXT}, surface, "ann"))[0]
    draft = Pipeline(recipes, only(ScriptedChat([], is_small=True))).generate(job, {}, MemoryProgress())
    assert (draft.items is not None) is is_listed


def test_a_model_is_told_the_day_of_the_request(desk: Desk) -> None:
    desk.write("reply", {"message": "Can you come tomorrow?"}, ["Hi,\n\n[[Can you come tomorrow?]]\n\nBest regards"])
    assert f"Today: {time.strftime('%A, %-d %B %Y')}\n" in desk.chat.asked[0][-1].content


def test_who_may_not_read_what_a_mail_rests_on_is_said_beside_it_and_not_in_it(desk: Desk, settings: Settings) -> None:
    sources, records = make_sources(desk.store), desk.store.records
    add_document(sources, "Parking", "Parking costs 12 pounds a day.")
    policies = load_policies(settings, records)
    finder = GroundFinder(StandingFacts(records, sources.people, policies), policies, sources)
    pipeline = Pipeline(load_recipes(), only(ScriptedChat([], is_small=True)), sources=sources, grounds=finder)

    def written(surface: str = "api", **further: Any) -> Draft:
        job: Job = desk.store.jobs.add(JobRequest("reply", {"message": "What does parking cost?"}, surface, "ann"))[0]
        return pipeline.generate(job, further, desk.diary)

    draft = written(goes_to=[Recipient("kim@x.example", "Kim Park")])
    assert "Parking costs 12 pounds a day." in str(draft.sources)
    assert [(finding.check, finding.sentence) for finding in draft.findings] == [
        ("recipients", "Rests on “Parking”, which kim@x.example may not read.")
    ]
    assert "Kim" not in draft.text
    assert written(goes_to=[Recipient("mia@x.example", "Mia", is_inside=True)]).findings == ()
    assert written().findings == ()
    assert [finding.sentence for finding in written("mail").findings] == [
        "Rests on “Parking”, which only your organisation may read. See who gets it."
    ]


def test_an_unknown_recipe_lists_the_known_ones(desk: Desk) -> None:
    with pytest.raises(NotFoundError, match="proofread"):
        desk.write("dance", {"text": TEXT}, ["x"])


def test_a_missing_input_is_named(desk: Desk) -> None:
    with pytest.raises(InputError, match=r"[Tt]ext"):
        desk.write("rewrite", {}, ["x"])


def test_an_outage_reaches_the_runner(desk: Desk) -> None:
    with pytest.raises(ModelOutage):
        desk.write("rewrite", {"text": TEXT}, [ModelOutage("down")])


def test_a_stop_is_heard_between_two_tokens(desk: Desk) -> None:
    desk.diary.stop_after = 2
    with pytest.raises(JobCancelled):
        desk.write("rewrite", {"text": TEXT}, [REWORDED])
    assert len(desk.diary.pieces) == 3


def paragraph(number: int, text: str) -> dict[str, str]:
    return {"id": f"p{number}", "hash": f"h{number}", "text": text}


def all_reworded(asked: Sequence[ChatMessage]) -> str:
    """Return the answer of a model that says each paragraph otherwise."""
    numbers = re.findall(r"(?m)^\[(\d+)\] ", asked[-1].content)
    return "\n".join(f"[{number}] {REWORDED}" for number in numbers)


def test_a_document_gets_one_edit_for_each_changed_paragraph(desk: Desk) -> None:
    paragraphs = [paragraph(1, TEXT), paragraph(2, "  \n"), paragraph(3, TEXT)]
    draft = desk.write("rewrite", {}, [f"[1] {REWORDED}\nWhy: It is shorter.\n[2] ="], paragraphs=paragraphs)
    assert [(edit.id, edit.hash, edit.text) for edit in draft.edits] == [("p1", "h1", REWORDED)]
    assert desk.diary.steps[-1] == (STEP, 2, 2)


def test_an_edit_holds_the_paragraph_as_it_was_read(desk: Desk) -> None:
    draft = desk.write("rewrite", {}, [REWORDED], paragraphs=[paragraph(1, TEXT)])
    assert draft.edits[0].before == TEXT


def test_the_tokens_of_paragraphs_worked_on_at_the_same_time_are_not_mixed(desk: Desk) -> None:
    draft = desk.write("rewrite", {}, [all_reworded], paragraphs=[paragraph(number, TEXT) for number in range(80)])
    shown = [line for line in "".join(desk.diary.pieces).splitlines() if line]
    assert len(draft.edits) == 80
    assert set(shown) == {REWORDED}


def test_numbers_and_reasons_of_paragraphs_are_not_shown_while_they_are_written(desk: Desk) -> None:
    paragraphs = [paragraph(number, TEXT) for number in range(3)]
    answer = f"[1] {REWORDED}\n**Warum:** Kürzer.\n\n[2] =\n[3] {REWORDED} [2]\nWhy: It is shorter."
    desk.write("rewrite", {}, [answer], paragraphs=paragraphs)
    assert [line for line in "".join(desk.diary.pieces).splitlines() if line] == [REWORDED, f"{REWORDED} [2]"]


def test_a_paragraph_without_a_sound_version_stays_and_is_counted(desk: Desk) -> None:
    draft = desk.write("rewrite", {}, ["See [room name] for more."], paragraphs=[paragraph(1, TEXT)])
    assert draft.edits == ()
    assert draft.notices[1].startswith("1 of 1 left as they are")


def test_a_picture_in_a_paragraph_is_never_lost(desk: Desk) -> None:
    draft = desk.write("rewrite", {}, [REWORDED], paragraphs=[paragraph(1, f"{TEXT} {ATOM}")])
    assert draft.edits == ()
    assert draft.notices


def test_a_paragraph_is_tried_again_after_a_fault(desk: Desk) -> None:
    draft = desk.write("rewrite", {}, [ModelOutage("hiccup"), REWORDED], paragraphs=[paragraph(1, TEXT)])
    assert [edit.text for edit in draft.edits] == [REWORDED]


def test_a_model_that_stays_down_fails_the_document(desk: Desk) -> None:
    with pytest.raises(ModelOutage):
        desk.write("rewrite", {}, [ModelOutage("down")], paragraphs=[paragraph(1, TEXT)])


def test_the_share_rewritten_is_told_and_capped(desk: Desk) -> None:
    paragraphs = [paragraph(1, TEXT), paragraph(2, "This stays as it is, and is long enough to count. " * 4)]
    free = desk.write("rewrite", {}, [REWORDED], paragraphs=paragraphs[:1])
    assert 0 < free.edits[0].share < 0.5
    assert "1 of 1 paragraphs changed" in free.notices[0]
    capped = desk.write("rewrite", {"max_change": 0.01}, [REWORDED], paragraphs=paragraphs[:1])
    assert capped.edits == ()
    assert OVER_THE_CAP in capped.notices[1]


def test_what_a_cancelled_document_leaves_names_its_job_model_and_recipe(desk: Desk) -> None:
    desk.diary = diary = KeepingDiary()
    whole = desk.write("rewrite", {}, [REWORDED], paragraphs=[paragraph(1, TEXT)])
    left = diary.complete(Draft(recipe="rewrite", edits=tuple(diary.edits)))
    assert (left.job_id, left.model, left.prompt_hash) == (whole.job_id, "scripted", whole.prompt_hash)
    assert (left.recipe_version, left.usage.calls) == (load_recipes()["rewrite"].version, 1)


@pytest.mark.parametrize("cap", ["much", 0, 2, None])
def test_a_cap_that_makes_no_sense_is_refused(desk: Desk, cap: object) -> None:
    with pytest.raises(InputError, match="max_change"):
        desk.write("rewrite", {"max_change": cap}, [REWORDED], paragraphs=[paragraph(1, TEXT)])


def test_a_stop_ends_a_document_before_its_last_paragraph(desk: Desk) -> None:
    desk.diary.stop_after = 20
    with pytest.raises(JobCancelled):
        desk.write("rewrite", {}, [REWORDED], paragraphs=[paragraph(number, TEXT) for number in range(200)])
    assert len(desk.chat.asked) < 100


def test_the_share_of_each_paragraph_and_of_the_whole_are_told(desk: Desk) -> None:
    other = "This stays as it is, and is long enough to count. " * 4
    paragraphs = [paragraph(1, TEXT), paragraph(2, other)]
    draft = desk.write("rewrite", {}, [f"[1] {REWORDED}\n[2] {other}"], paragraphs=paragraphs)
    (edit,) = draft.edits
    changed = edit.share * len(TEXT)
    assert draft.notices[0] == f"1 of 2 paragraphs changed, {changed / (len(TEXT) + len(other)):.1%} of the text."


def test_a_large_model_is_told_what_stands_around_a_paragraph(desk: Desk) -> None:
    paragraphs: list[dict[str, Any]] = [
        {**paragraph(1, "Meetings"), "heading_level": 1},
        paragraph(2, "The weekly talk (the “Talk”) is for everybody."),
        paragraph(3, "The Talk is on Tuesday at 3 pm in room 4."),
    ]
    desk.write("rewrite", {}, ["The Talk takes place on Tuesday at 3 pm in room 4."], paragraphs=paragraphs)
    told = desk.chat.asked[0][-1].content
    assert "Under the heading: Meetings" in told
    assert "<<<\nMeetings\n\n[2] The weekly talk (the “Talk”) is for everybody.\n\n[3] The Talk is on Tuesday" in told


@pytest.mark.parametrize(("recipe", "changed"), [("shorten", 0), ("rewrite", 0), ("plain", 0), ("proofread", 1)])
def test_a_heading_is_corrected_but_never_said_otherwise(desk: Desk, recipe: str, changed: int) -> None:
    heading = {**paragraph(1, "What we has done on Tuesday"), "heading_level": 2}
    draft = desk.write(recipe, {}, ["What we did on Tuesday"], paragraphs=[heading])
    assert len(draft.edits) == changed


def test_a_lost_term_of_a_document_is_told_beside_its_paragraph(desk: Desk) -> None:
    paragraphs = [paragraph(1, "The weekly talk (the “Talk”) is for all."), paragraph(2, "The Talk is on Tuesday.")]
    draft = desk.write("rewrite", {}, ["[1] =\n[2] The session is on Tuesday."], paragraphs=paragraphs)
    [edit] = [edit for edit in draft.edits if edit.id == "p2"]
    assert "“Talk”" in edit.findings[0].sentence


def test_a_recipe_for_whole_texts_comments_on_a_document(desk: Desk) -> None:
    paragraphs = [paragraph(1, "The lift is broken."), paragraph(2, "It is repaired on Friday.")]
    draft = desk.write("summarize", {}, ["The lift is broken until Friday."], paragraphs=paragraphs)
    assert [(edit.id, edit.text, edit.comment) for edit in draft.edits] == [
        ("p1", None, "The lift is broken until Friday.")
    ]
    desk.is_small = True
    with pytest.raises(ModelTooSmall, match="larger model"):
        desk.write("summarize", {}, [], paragraphs=paragraphs)


@pytest.mark.parametrize("recipe", ["summarize", "proofread", "reply"])
def test_a_text_beyond_the_window_is_split_or_cut_with_notice(desk: Desk, recipe: str) -> None:
    text = "\n\n".join(f"{TEXT} This is part {number} of a very long text." for number in range(500))
    main = load_recipes()[recipe].main_input
    desk.is_small = True
    draft = desk.write(recipe, {main: text}, ["Fine."])
    assert draft.text or draft.items is not None
    assert all(len(message.content) < 30_000 for asked in desk.chat.asked for message in asked)


def routed(store: Store, tmp_path: Path, rules: str) -> tuple[Pipeline, dict[str, ScriptedChat]]:
    """Return a pipeline over a model here, one in the EU and one in the US, under policies for everybody."""
    entries = [
        {"name": "here", "url": "http://127.0.0.1:1/v1", "size": "large"},
        {"name": "eu", "url": "https://eu.example/v1", "size": "large", "region": "eu"},
        {"name": "us", "url": "https://us.example/v1", "size": "large", "region": "us"},
    ]
    routes = {"default": ["us", "eu"], "translate": ["us"]}
    file = ModelsFile.model_validate({"endpoints": entries, "routes": routes, "fallback": ["here"]})
    chats = {name: ScriptedChat([REWORDED], repeat_last=True, is_small=False) for name in ("here", "eu", "us")}
    book = PolicyBook(tmp_path / "policies.toml", store.records)
    book.versions.save(f"[installation]\n{rules}\n", by="Ada", after=0)
    policies = Policies(book, lambda workspace, _person: PersonFacts(workspace))
    models = Models(file, lambda entry: chats[entry.name])
    return Pipeline(load_recipes(), models, policies=policies), chats


@pytest.mark.parametrize(
    ("rules", "asked"),
    [
        ("", "us"),
        ('models = { regions = ["eu"] }', "eu"),
        ("models = { local_only = true }", "here"),
        ('models = { deny = ["us"] }', "eu"),
        ('models = { allow = ["here"] }', "here"),
    ],
)
def test_only_models_that_the_person_may_use_are_asked(
    sqlite_store: Store, tmp_path: Path, rules: str, asked: str
) -> None:
    pipeline, chats = routed(sqlite_store, tmp_path, rules)
    job = sqlite_store.jobs.add(JobRequest("rewrite", {"text": TEXT}, "api", "ann"))[0]
    pipeline.generate(job, {}, MemoryProgress())
    assert [name for name, chat in chats.items() if chat.asked] == [asked]


def test_a_job_that_waited_while_its_models_were_forbidden_asks_none(sqlite_store: Store, tmp_path: Path) -> None:
    pipeline, chats = routed(sqlite_store, tmp_path, 'models = { deny = ["*"] }')
    for model in ("", "us"):
        job = sqlite_store.jobs.add(JobRequest("rewrite", {"text": TEXT}, "api", "ann", model=model))[0]
        with pytest.raises(PolicyRefused, match=r"rule models\.deny of the installation"):
            pipeline.generate(job, {}, MemoryProgress())
    assert not any(chat.asked for chat in chats.values())


@pytest.mark.parametrize(("rules", "is_told"), [("", True), ('recipes = { deny = ["summarize"] }', False)])
def test_who_may_not_summarize_gets_the_answer_without_what_was_said(
    sqlite_store: Store, tmp_path: Path, rules: str, *, is_told: bool
) -> None:
    policies = routed(sqlite_store, tmp_path, rules)[0].policies
    pipeline = Pipeline(load_recipes(), only(ScriptedChat([], is_small=True)), policies=policies)
    inputs = {"question": "When does the hall open?", "passages": "The hall opens at nine on Mondays."}
    job: Job = sqlite_store.jobs.add(JobRequest("ask", inputs, "api", "ann"))[0]
    said = (
        "From: Bo\nDate: 3 May 2026\n\nThe lift is broken again.\n\n"
        "From: Eve\nDate: 4 May 2026\n\nWe decided to wait until Friday, and to take the other offer then.\n"
    )
    draft = pipeline.generate(job, {SAID: said}, MemoryProgress())
    assert "opens at nine" in draft.text
    assert ("wait until Friday" in draft.text) is is_told


def test_sources_are_numbered_in_the_order_in_which_an_answer_cites_them(sqlite_store: Store) -> None:
    texts = ["Bread is baked at five.", "The hall opens at nine on Mondays.", "Tea is served at four."]
    passages = passages_value((f"Page {number}", "", text) for number, text in enumerate(texts, start=1))
    inputs = {"question": "When does the hall open?", "passages": passages}
    job = sqlite_store.jobs.add(JobRequest("ask", inputs, "api", "ann"))[0]
    progress = MemoryProgress()
    draft = Pipeline(load_recipes(), only(ScriptedChat([], is_small=True))).generate(job, {}, progress)
    assert draft.text == "The hall opens at nine on Mondays. [1]"
    assert [(source.number, source.title) for source in draft.sources] == [(1, "Page 2")]


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("Thanks!", "You are welcome."),
        ("Danke schön", "Gern geschehen."),
        ("Bonne journée !", "Au revoir."),
        ("Hola", "Hola. ¿Qué desea saber?"),
    ],
)
@pytest.mark.parametrize("is_small", [True, False])
def test_for_a_thank_you_nothing_is_looked_up_and_no_model_is_asked(
    sqlite_store: Store, said: str, heard: str, *, is_small: bool
) -> None:
    passages = "Thanks to Bob the hall opens at nine. Hola and danke are said at the door."
    jobs, chat = sqlite_store.jobs, ScriptedChat([], is_small=is_small)
    before = jobs.add(JobRequest("ask", {"question": "When does the hall open?"}, "api", "ann"))[0]
    inputs = {"question": said, "follows": before.id, "passages": passages}
    job = jobs.add(JobRequest("ask", inputs, "api", "ann"))[0]
    draft = Pipeline(load_recipes(), only(chat)).generate(job, {SAID: passages}, MemoryProgress())
    assert (draft.text, draft.sources, draft.skeleton) == (heard, (), False)
    assert not chat.asked
