"""Documents: which language each paragraph is in, and what a small model's words never stand in."""

from typing import Any

import pytest

from core.drafts import Draft
from core.errors import ModelTooSmall
from core.jobs import JobRequest
from core.llm.routes import only
from core.llm.scripted import ScriptedChat
from core.pipeline import Pipeline
from core.recipes.loader import load_recipes
from core.recipes.model import Recipe
from core.store import Store
from core.writing.documents import NO_SENTENCE
from tests.core.test_pipeline import Diary

GERMAN = "Vielen Dank für Ihr Schreiben, das wir am Montag erhalten haben und gern beantworten."
ENGLISH = "Thank you for your letter, which we recieved on Monday and are glad to answer."
DUTCH = "Hartelijk dank voor uw brief, die wij op maandag hebben ontvangen en graag beantwoorden."
NO_DUTCH = "There are no proofreading rules for this language; it is unchanged."
SENTENCE = "We will hold the meeting in the large hall."


class Desk:
    """A pipeline with one scripted model."""

    def __init__(self, store: Store, recipes: dict[str, Recipe] | None = None) -> None:
        self.store = store
        self.recipes = recipes or load_recipes()
        self.chat = ScriptedChat([])

    def edit(
        self, recipe: str, *paragraphs: dict[str, Any], answer: str = "x", small: bool = True, **inputs: str
    ) -> Draft:
        self.chat = ScriptedChat([answer], repeat_last=True, is_small=small)
        job = self.store.jobs.add(JobRequest(recipe, dict(inputs), "api", "ann"))[0]
        placed = [{"id": f"p{place}", "hash": "h", **one} for place, one in enumerate(paragraphs)]
        return Pipeline(self.recipes, only(self.chat)).generate(job, {"paragraphs": placed}, Diary())


@pytest.fixture
def desk(sqlite_store: Store) -> Desk:
    return Desk(sqlite_store)


def changed(draft: Draft) -> list[str | None]:
    return [edit.text for edit in draft.edits or ()]


def test_a_letter_in_a_language_without_rules_is_left_alone_and_says_so_once(desk: Desk) -> None:
    draft = desk.edit("proofread", *({"text": text} for text in (DUTCH, "2 Oktober 2026", DUTCH, "in Januari")))
    assert changed(draft) == []
    assert draft.notices[1:] == (f"4 of 4 left as they are: {NO_DUTCH}",)


def test_each_correction_of_a_document_has_its_reason(desk: Desk) -> None:
    draft = desk.edit("proofread", {"text": ENGLISH})
    assert [edit.reason for edit in draft.edits or ()] == ["recieved → received: it is written “received”."]


def test_a_word_that_other_paragraphs_use_too_is_a_term_of_the_document(desk: Desk) -> None:
    assert changed(desk.edit("proofread", {"text": "We open the exibition on Friday."})) != []
    twice = ({"text": "We open the exibition on Friday."}, {"text": "The exibition is in the large hall."})
    assert changed(desk.edit("proofread", *twice)) == []


def test_a_german_letter_stays_german(desk: Desk) -> None:
    assert changed(desk.edit("proofread", *({"text": text} for text in (GERMAN, "2. Oktober 2026", "im Januar")))) == []


def test_the_mark_of_the_document_tells_where_its_text_does_not(desk: Desk) -> None:
    date = {"text": "2. Oktober 2026"}
    assert changed(desk.edit("proofread", {**date, "language": "de"})) == []


def test_a_paragraph_that_is_marked_otherwise_has_its_own_language(desk: Desk) -> None:
    marked = ({"text": GERMAN, "language": "de"}, {"text": "See you in Febuary.", "language": "en"})
    assert changed(desk.edit("proofread", *marked)) == ["See you in February."]


def test_a_mark_that_all_bear_says_nothing(desk: Desk) -> None:
    texts = ({"text": text, "language": "en"} for text in (GERMAN, GERMAN, "2. Oktober 2026"))
    assert changed(desk.edit("proofread", *texts)) == []


def test_a_long_foreign_paragraph_has_its_own_language(desk: Desk) -> None:
    draft = desk.edit("proofread", {"text": DUTCH}, {"text": DUTCH}, {"text": ENGLISH})
    assert changed(draft) == [ENGLISH.replace("recieved", "received")]
    assert draft.notices[1] == f"2 of 3 left as they are: {NO_DUTCH}"


def test_a_short_foreign_line_in_an_english_document_is_left_alone(desk: Desk) -> None:
    draft = desk.edit("proofread", {"text": ENGLISH}, {"text": "Ich habe das nicht gewust."})
    assert changed(draft) == [ENGLISH.replace("recieved", "received")]


@pytest.mark.parametrize("recipe", ["translate", "plain", "shorten", "rewrite"])
def test_what_needs_a_writer_is_refused_before_any_work(desk: Desk, recipe: str) -> None:
    with pytest.raises(ModelTooSmall, match=r"needs a larger model.*inlaid model list"):
        desk.edit(recipe, {"text": SENTENCE})
    assert desk.chat.asked == []


def test_a_larger_model_does_what_needs_a_writer(desk: Desk) -> None:
    answer = "The meeting will be in the large hall."
    assert changed(desk.edit("plain", {"text": SENTENCE}, answer=answer, small=False)) == [answer]


LABELS: list[dict[str, Any]] = [
    {"text": "Master Services Agreement"}, {"text": "4.2 Limitation of liability"}, {"text": "Tom Abiola"},
    {"text": "24 November 2026."}, {"text": "48,000"}, {"text": "Acme Ltd., 4 High Street, London."},
    {"text": "BSc in Mathematics, University of Ibadan, 2008"}, {"text": SENTENCE, "heading_level": 1},
    {"text": SENTENCE, "is_label": True},
]  # fmt: skip


def test_a_small_models_words_never_stand_where_there_is_no_sentence(desk: Desk, sqlite_store: Store) -> None:
    own = load_recipes()["plain"].model_copy(update={"name": "own", "needs": "small", "checks": ()})
    desk = Desk(sqlite_store, {"own": own})
    draft = desk.edit("own", *LABELS, {"text": SENTENCE}, answer="I am glad that you are happy with the text.")
    assert [edit.before for edit in draft.edits or ()] == [SENTENCE]
    assert f"8 of 9 left as they are: {NO_SENTENCE}" in draft.notices


def test_the_recipes_own_example_never_gets_into_a_document(desk: Desk) -> None:
    example = "We sail the regatta off the north pier on 12 June."
    draft = desk.edit("shorten", {"text": f"{SENTENCE} It is on 12 June. " * 4}, answer=example, small=False)
    assert changed(draft) == []
    assert "stands in the instructions" in draft.notices[1]
