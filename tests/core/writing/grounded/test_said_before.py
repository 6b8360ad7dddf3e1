"""What was written before is offered where the sender recalls it, and said where that is safe; greetings follow it."""

import pytest

from core.embeddings import WordEmbedder, load_embedder
from core.recipes.loader import load_recipes
from core.recipes.render import validate_inputs
from core.settings import Settings
from core.writing.plans import PLANS
from core.writing.result import PlanOptions
from tests.core.writing.grounded.scripted_ask import ScriptedAsk
from tests.core.writing.grounded.test_reply import reply

RECIPE = load_recipes()["reply"]


def test_the_owner_s_own_words_are_offered_where_the_sender_recalls_them() -> None:
    earlier = "Anita Bose:\nHi Colm,\n\nNote we charge £20 for changes less than 48 hours before.\n\nAnita"
    asked = "Hi Anita,\n\nYou did say there's a £20 charge for changing inside 48 hours, is that so?\n\nColm"
    result = reply(message=asked, thread=earlier, sender_name="Colm Hegarty", owner_name="Anita Bose")
    offered = [choice for one in result.gaps for choice in one.choices if choice.startswith("As I wrote")]
    assert offered == ["As I wrote: “Note we charge £20 for changes less than 48 hours before.”"]
    assert "As I wrote" not in result.text


def test_who_complains_is_not_told_again_what_was_promised() -> None:
    earlier = "Tim Slade:\nI've asked the plumbers to come on Wednesday between 8 and 12."
    asked = "Nobody came and I am fed up. When are the plumbers to come?\n\nM. Okonjo"
    result = reply(message=asked, thread=earlier, sender_name="M. Okonjo", owner_name="Tim Slade")
    assert "As I wrote" not in result.text
    assert any("between 8 and 12" in choice for one in result.gaps for choice in one.choices)


def test_beside_notes_nothing_is_said_that_was_written_before() -> None:
    earlier = "Tim Slade:\nThe plumbers come on Wednesday between 8 and 12."
    asked = "When do the plumbers come? What does it cost?\n\nKim"
    told = "plumbers fri 9. cost nothing. dont say why"
    result = reply(message=asked, thread=earlier, instruction=told, sender_name="Kim Lee", owner_name="Tim Slade")
    assert "Wednesday" not in result.text
    assert any("plumbers fri 9" in one.question for one in result.gaps)


def test_a_known_person_with_a_firm_in_the_name_is_no_part_of_what_another_wrote() -> None:
    earlier = (
        "Tilly Marsh:\nHi, what is the price?\n\nØ. Haugland, Garn AS:\nDear Ms Marsh, our price is £22.40 per kg."
    )
    people = {"sender_name": "Ø. Haugland, Garn AS", "owner_name": "Tilly Marsh"}
    result = reply(message="Dear Ms Marsh, what was the price per kg?", thread=earlier, **people)
    assert "As I wrote" not in result.text


def test_who_was_greeted_before_in_the_thread_is_greeted_so_again() -> None:
    earlier = "Arndt Voss:\nGuten Tag Frau Matthes,\n\nder Stein kostet 2.380 Euro.\n\nArndt Voss"
    asked = "Guten Tag Herr Voss,\n\nändert das den Preis?\n\nIngeborg Matthes"
    result = reply(message=asked, thread=earlier, sender_name="Ingeborg Matthes", owner_name="Arndt Voss")
    assert result.text.startswith("Guten Tag Frau Matthes,")


def test_a_question_without_its_mark_is_one_and_what_only_tells_is_no_gap() -> None:
    embedder = load_embedder(Settings())
    if isinstance(embedder, WordEmbedder):
        pytest.skip("no embedded model here")
    asked = (
        "We are home late on Thursdays. And is it all right to bring her own harp or can that wait, they cost as much "
        "as a car. I take it that the first term is free. What is the price?"
    )
    given = validate_inputs(RECIPE, {"message": asked})
    gaps = PLANS[RECIPE.plan](RECIPE, given, ScriptedAsk(""), PlanOptions(embedder=lambda: embedder)).gaps
    questions = " ".join(one.question for one in gaps)
    assert "own harp" in questions
    assert "first term" in questions
    assert "Thursdays" not in questions
