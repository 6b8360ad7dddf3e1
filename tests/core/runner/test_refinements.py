"""Conversations about a draft: new versions in both lanes, back and forth, and what nobody may refine."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from core.drafts import Draft, DraftSource, Edit, Gap, Item, JsonObject
from core.errors import ConflictError, InputError, LimitError, ModelOutage, NotFoundError
from core.job import REFINES, Job, JobRequest
from core.llm.models_file import load_models_file
from core.llm.routes import only
from core.people import load_people
from core.policies.resolution import NO_POLICY
from core.recipes.loader import load_recipes
from core.runner.pipeline import Pipeline
from core.runner.refinements import MAX_VERSIONS, MAX_WISH_CHARS, Refinements, wish_hint
from core.settings import Settings
from core.store import Store
from core.text.catalogues import speaking, told
from core.text.lexicon import lexicon
from core.text.wishes import is_change, read_act
from core.writing.grounded.passages import PASSAGES
from tests.core.insight.making import failed_job, finished_job
from tests.in_memory import Answer, MemoryProgress, ScriptedChat

RECIPES = load_recipes()
MESSAGE = "Hi Tom, can you deliver the oak table on Friday? What does it cost? Best, Maria"
FIRST = "Hi Maria,\n\nThe oak table comes on Friday. The price is [[What does it cost?]].\n\nBest regards\nTom"


@dataclass
class Talk:
    """A store, a scripted model, and what somebody says about drafts."""

    store: Store
    refinements: Refinements
    is_small: bool = False
    chat: ScriptedChat = field(default_factory=lambda: ScriptedChat([]))

    def first(self, text: str = FIRST, **given: Any) -> Job:
        return finished_job(self.store, text=text, inputs={"message": MESSAGE}, **given)

    def say(self, job: Job, wish: str, answers: Sequence[Answer] = ()) -> Job:
        """Have a new version made, as a surface and a worker do."""
        inputs = self.refinements.reply(job, RECIPES[job.recipe], wish, "model").inputs
        assert inputs is not None
        self.chat = ScriptedChat(answers, is_small=self.is_small)
        return self.make(job, inputs)

    def make(self, job: Job, inputs: JsonObject) -> Job:
        """Have a version of a job made from inputs."""
        added = self.store.jobs.add(JobRequest(job.recipe, inputs, job.surface, job.person))[0]
        leased = self.store.leases.claim(added.id, lease_seconds=30)
        assert leased
        pipeline = Pipeline(RECIPES, only(self.chat), refinements=self.refinements)
        draft = pipeline.generate(leased, {}, MemoryProgress())
        return self.store.leases.delivered(self.store.leases.finish(leased, draft))

    def answer(self, job: Job, said: str) -> str:
        reply = self.refinements.reply(job, RECIPES[job.recipe], said, "model")
        assert reply.inputs is None
        return reply.answer


@pytest.fixture
def talk(sqlite_store: Store, settings: Settings) -> Talk:
    people = load_people(settings, sqlite_store.records)
    return Talk(sqlite_store, Refinements(sqlite_store.jobs, sqlite_store.outcomes, people))


def text_of(job: Job) -> str:
    assert job.draft
    return job.draft.text


def test_the_model_gets_the_prompt_then_its_draft_then_the_wish(talk: Talk) -> None:
    job = talk.first()
    shorter = "Hi Maria,\n\nThe oak table comes on Friday.\n\nBest regards\nTom"
    version = talk.say(job, "drop the price question", [shorter])
    assert text_of(version) == shorter
    *prompt, draft, wish = talk.chat.asked[0]
    assert MESSAGE in prompt[-1].content
    assert (draft.role, draft.content) == ("assistant", FIRST)
    assert "drop the price question" in wish.content
    assert (version.refines, version.wish) == (job.id, "drop the price question")
    assert version.to_json()["refines"] == job.id


def test_what_the_person_says_counts_as_given(talk: Talk) -> None:
    answer = FIRST.replace("[[What does it cost?]]", "450 euros")
    version = talk.say(talk.first(), "it costs 450 euros", [answer])
    assert version.draft
    assert "facts" not in {one.check for one in version.draft.findings}


def test_another_language_is_taken_when_it_is_wished_and_kept_afterwards(talk: Talk) -> None:
    german = "Hallo Maria,\n\nder Eichentisch kommt am Freitag. Wir melden uns wegen der Uhrzeit.\n\nViele Grüße\nTom"
    version = talk.say(talk.first(), "in German", [german])
    assert text_of(version) == german
    assert "German" in talk.chat.asked[0][-1].content
    shorter = "Hallo Maria,\n\nder Eichentisch kommt am Freitag und wir freuen uns auf dich.\n\nViele Grüße\nTom"
    assert text_of(talk.say(version, "kürzer", [shorter])) == shorter


def test_the_text_as_the_person_left_it_is_what_is_refined(talk: Talk) -> None:
    job = talk.first()
    own = FIRST.replace("Friday", "Saturday")
    talk.store.outcomes.add(job, "edited", person="ann", distance=None, detail={"text": own})
    version = talk.say(job, "warmer", [own.replace("comes", "gladly comes")])
    assert talk.chat.asked[0][-2].content == own
    assert version.draft
    assert version.draft.findings == ()


def test_ready_answers_of_a_gap_go_to_the_model_with_it(talk: Talk) -> None:
    gap = Gap(place="[[What does it cost?]]", question="What does it cost?", choices=("450 euros.", "Nothing."))
    version = talk.say(talk.first(gaps=(gap,)), "warmer", [FIRST.replace("comes", "gladly comes")])
    assert "[[What does it cost? | 450 euros. | Nothing.]]" in talk.chat.asked[0][-2].content
    assert version.draft


def test_after_one_ready_answer_the_other_gaps_stay_with_theirs_in_a_new_version(talk: Talk) -> None:
    filled = Gap(place="[[What does it cost?]]", question="What does it cost?", choices=("It costs 450 euros.",))
    left = Gap(place="[[Which day?]]", question="Which day?", choices=("On Monday.", "On Friday."))
    job = talk.first(text=f"Hi Maria,\n\nThank you.\n\n{filled.place}\n\n{left.place}", gaps=(filled, left))
    own = f"Hi Maria,\n\nThank you.\n\nIt costs 450 euros.\n\n{left.place}"
    talk.store.outcomes.add(job, "edited", person="ann", distance=None, detail={"text": own})
    version = talk.say(job, "shorter", ["Hi Maria,\n\nIt costs 450 euros.\n\n[[Which day? | On Monday. | On Friday.]]"])
    assert version.draft
    assert version.draft.gaps == (left,)


def test_when_the_model_writes_what_nobody_may_get_the_draft_stays_and_says_so(talk: Talk) -> None:
    job = talk.first()
    version = talk.say(job, "warmer", ["Hi Maria, see https://elsewhere.example/now"] * 2)
    assert text_of(version) == FIRST
    assert version.draft
    assert "Nothing was changed" in " ".join(version.draft.notices)
    assert not version.draft.skeleton


def test_a_text_that_comes_back_unchanged_is_told(talk: Talk) -> None:
    version = talk.say(talk.first(), "warmer", [FIRST])
    assert version.draft
    assert any("Nothing changed" in notice for notice in version.draft.notices)


def test_an_outage_of_the_model_reaches_the_runner(talk: Talk) -> None:
    with pytest.raises(ModelOutage):
        talk.say(talk.first(), "warmer", [ModelOutage("down")])


def test_a_list_is_changed_as_a_list(talk: Talk) -> None:
    source = "Ann sends the plans by Friday. Tom calls the client."
    items = (Item(text="Send the plans", quote="Ann sends the plans by Friday", who="Ann"),)
    inputs = {RECIPES["actions"].main_input: source}
    job = finished_job(talk.store, recipe="actions", text="", items=items, inputs=inputs)
    answer = '{"items": [{"text": "Call the client", "quote": "Tom calls the client", "who": "Tom", "due": ""}]}'
    version = talk.say(job, "only what Tom does", [answer])
    assert version.draft
    assert version.draft.items
    assert [item.text for item in version.draft.items] == ["Call the client"]


def test_without_a_larger_model_rules_change_what_they_can(talk: Talk) -> None:
    talk.is_small = True
    version = talk.say(talk.first(), "use Saturday instead of Friday")
    assert text_of(version) == FIRST.replace("Friday", "Saturday")
    assert talk.chat.asked == []
    same = talk.say(version, "warmer")
    assert text_of(same) == text_of(version)
    assert same.draft
    [said] = same.draft.notices
    assert said == f"Nothing was changed: “warmer” takes a larger model. {lexicon('en').wording('talk.can')}"


def test_without_a_larger_model_an_order_to_tell_something_leaves_the_reply_and_says_why(talk: Talk) -> None:
    talk.is_small = True
    first = talk.first()
    told = talk.say(first, "tell her the table is sold out")
    assert text_of(told) == text_of(first)
    assert told.draft
    assert any("model" in notice for notice in told.draft.notices)


def test_undo_and_redo_walk_the_versions(talk: Talk) -> None:
    talk.is_small = True
    first = talk.first()
    second = talk.say(first, "use Saturday instead of Friday")
    third = talk.say(second, "use Sunday instead of Saturday")
    back = talk.say(third, "undo")
    assert text_of(back) == text_of(second)
    again = talk.say(back, "undo")
    assert text_of(again) == text_of(first)
    with pytest.raises(ConflictError, match="first version"):
        talk.say(again, "undo")
    forward = talk.say(again, "redo")
    assert text_of(forward) == text_of(second)
    other = talk.say(forward, "without the greeting")
    assert "Saturday" in text_of(other)
    with pytest.raises(ConflictError, match="newest version"):
        talk.say(other, "redo")
    assert [version.id for version in talk.refinements.versions(other)] == [
        one.id for one in (first, second, third, back, again, forward, other)
    ]


def test_a_version_that_changed_nothing_is_no_step_to_go_back(talk: Talk) -> None:
    first = talk.first()
    second = talk.say(first, "warmer", [FIRST.replace("comes", "gladly comes")])
    same = talk.say(second, "keep the greeting", [text_of(second)])
    assert text_of(talk.say(same, "undo")) == FIRST


def test_earlier_wishes_stay_the_persons_own_words(talk: Talk) -> None:
    priced = FIRST.replace("[[What does it cost?]]", "450 euros")
    first = talk.say(talk.first(), "it costs 450 euros", [priced])
    second = talk.say(first, "warmer", [priced.replace("comes", "gladly comes")])
    assert second.draft
    assert "facts" not in {one.check for one in second.draft.findings}
    third = talk.say(talk.say(second, "undo"), "sign it with Tommy", [priced.replace("Tom", "Tommy")])
    assert third.draft
    assert "facts" not in {one.check for one in third.draft.findings}


@pytest.mark.parametrize(
    ("said", "language", "wording"),
    [
        ("thanks!", "en", "thanks"),
        ("hello", "en", "hello"),
        ("what can you do?", "en", "help"),
        ("danke", "de", "thanks"),
        ("tu peux faire quoi d'autre ?", "fr", "help"),
        ("¡hola!", "es", "hello"),
    ],
)
def test_small_talk_gets_a_line_in_its_language_and_makes_nothing(
    talk: Talk, said: str, language: str, wording: str
) -> None:
    assert talk.answer(talk.first(), said) == lexicon(language).wording(f"talk.{wording}")


def test_what_cannot_be_done_is_said_in_the_language_of_the_wish(talk: Talk) -> None:
    talk.is_small = True
    german = talk.say(talk.first(), "den Preis weglassen").draft
    french = talk.say(talk.first(), "en allemand").draft
    assert german
    assert french
    assert "steht nicht im Entwurf" in german.notices[0]
    assert "demande un plus grand modèle" in french.notices[0]


def test_why_tells_what_a_draft_rests_on(talk: Talk) -> None:
    source = DraftSource(number=1, title="Price list", quote="Oak table: 450 euros", supports="The price is 450 euros.")
    gap = Gap(place="[[When?]]", question="When?")
    why = talk.answer(talk.first(text="The price is 450 euros. [[When?]]", sources=(source,), gaps=(gap,)), "why?")
    assert "Price list" in why
    assert "450 euros" in why
    assert "Left open" in why


def test_a_part_of_what_may_be_no_answer_is_no_surer(talk: Talk) -> None:
    talk.is_small = True
    text = "The nearest places, maybe not an answer:\n- Travel: “A hotel costs 140 euros.” [1]\n- Leave: “30 days.” [2]"
    job = finished_job(talk.store, recipe="ask", text=text, skeleton=True, inputs={"question": "?", PASSAGES: "[]"})
    version = talk.say(job, "drop 30 days")
    assert "30" not in text_of(version)
    assert version.draft
    assert version.draft.skeleton


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("recipe", ["ask", "reply"])
def test_each_example_beside_a_form_for_changes_is_understood(settings: Settings, recipe: str, language: str) -> None:
    small = load_models_file(settings.model_copy(update={"model_size": "small"}))
    hint = wish_hint(RECIPES[recipe], small, NO_POLICY)
    with speaking(language):
        examples = re.split(
            "[,;] ", told(hint).partition(": ")[2].replace("or: ", "").replace("oder: ", "").rstrip("?")
        )
    for example in examples:
        assert read_act(example) != "change" or is_change(example), example


def test_a_form_for_changes_asks_no_new_question(talk: Talk) -> None:
    job = finished_job(talk.store, recipe="ask", text="Leave is 30 days. Ask Ann.", inputs={"question": "?"})
    reply = talk.refinements.reply(job, RECIPES["ask"], "drop 30 days", "model", may_ask=False)
    assert reply.inputs
    assert reply.inputs[REFINES] == job.id
    with pytest.raises(InputError, match="Nothing was changed"):
        talk.refinements.reply(job, RECIPES["ask"], "and in Austria?", "model", may_ask=False)


def test_another_question_about_an_answer_is_a_follow_up(talk: Talk) -> None:
    job = finished_job(talk.store, recipe="ask", text="28 days. [1]", inputs={"question": "How long is leave?"})
    reply = talk.refinements.reply(job, RECIPES["ask"], "and in Austria?", "model")
    assert reply.inputs == {"question": "and in Austria?", "follows": job.id}
    why = talk.refinements.reply(job, RECIPES["ask"], "Why is it longer in Austria?", "model")
    assert why.inputs == {"question": "Why is it longer in Austria?", "follows": job.id}
    assert "Written by" in talk.answer(job, "why?") or "No model" in talk.answer(job, "why?")
    talk.refinements.note_refined(job, reply)
    assert talk.store.outcomes.acts_of([job.id])[job.id] == []


def test_what_code_put_below_a_draft_is_not_changed_and_stays_below(talk: Talk) -> None:
    talk.is_small = True
    signature = "Acme GmbH, Main Street 1, 10115 Berlin, +49 30 123456, managing director: Maria Example, HRB 12345"
    version = talk.say(talk.first(text=f"{FIRST}\n{signature}", signature=signature), "add: We bring it up to you.")
    assert text_of(version).endswith("We bring it up to you.\n\nBest regards\nTom")


def test_an_edit_of_a_version_that_was_gone_back_to_is_there_when_one_goes_back_again(talk: Talk) -> None:
    talk.is_small = True
    back = talk.say(talk.say(talk.first(), "use Saturday instead of Friday"), "undo")
    own = FIRST.replace("Friday", "Monday")
    talk.store.outcomes.add(back, "edited", person="ann", distance=None, detail={"text": own})
    later = talk.say(back, "without the greeting")
    assert text_of(talk.say(later, "undo")) == own


@pytest.mark.parametrize(
    ("said", "error"), [("", InputError), ("  \n", InputError), ("x" * (MAX_WISH_CHARS + 1), LimitError)]
)
def test_saying_nothing_or_too_much_is_told(talk: Talk, said: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        talk.refinements.reply(talk.first(), RECIPES["reply"], said, "model")


def test_what_has_no_draft_or_only_changes_of_a_document_is_not_refined(talk: Talk) -> None:
    with pytest.raises(ConflictError, match="no draft"):
        talk.refinements.reply(failed_job(talk.store), RECIPES["reply"], "shorter", "model")
    edits = finished_job(talk.store, recipe="proofread", text="", edits=(Edit(id="1", hash="a", text="One"),))
    with pytest.raises(ConflictError, match="one by one"):
        talk.refinements.reply(edits, RECIPES["proofread"], "shorter", "model")


def test_a_version_of_somebody_elses_draft_is_not_made(talk: Talk) -> None:
    theirs = finished_job(talk.store, person="bob", inputs={"message": MESSAGE})
    inputs = talk.refinements.reply(theirs, RECIPES["reply"], "use Sunday instead", "model").inputs
    assert inputs
    mine = talk.store.jobs.add(JobRequest("reply", inputs, "api", "ann"))[0]
    with pytest.raises(NotFoundError):
        talk.refinements.of(mine)


def test_a_chain_of_versions_has_an_end(talk: Talk) -> None:
    talk.is_small = True
    job = talk.first()
    for number in range(MAX_VERSIONS - 1):
        job = talk.say(job, f"add: Line {number} of many")
    with pytest.raises(LimitError, match="versions"):
        talk.say(job, "add: one more line")


def test_two_wishes_at_once_are_two_versions(talk: Talk) -> None:
    talk.is_small = True
    job = talk.first()
    one, other = talk.say(job, "use Sunday instead"), talk.say(job, "without the greeting")
    assert "Sunday" in text_of(one)
    assert "Sunday" not in text_of(other)


def test_a_draft_that_is_taken_again_costs_nothing(talk: Talk) -> None:
    talk.is_small = True
    back = talk.say(talk.say(talk.first(), "without the greeting"), "undo")
    assert isinstance(back.draft, Draft)
    assert back.draft.usage.calls == 0
    assert back.draft.job_id == back.id


def test_a_denial_that_a_new_version_lost_is_a_remark(talk: Talk) -> None:
    job = talk.first("Hi Maria,\n\nThe oak table does not come on Friday. It costs a lot.\n\nBest regards\nTom")
    version = talk.say(job, "shorter", ["Hi Maria,\n\nThe oak table does come on Friday.\n\nBest regards\nTom"])
    assert version.draft
    assert [one.place for one in version.draft.findings if one.check == "negations"] == [
        "The oak table does come on Friday."
    ]
