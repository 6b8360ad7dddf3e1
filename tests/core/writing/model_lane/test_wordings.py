"""Several wordings of one message."""

from core.recipes.loader import load_recipes
from core.writing.model_lane.wordings import write_wordings
from tests.core.writing.grounded.scripted_ask import ScriptedAsk

INVENTED = "From Monday the canteen opens at 6, and lunch costs 4 euros."
BRIEF = "the canteen opens at 7 from monday, coffee is free in the first week"
GOOD = (
    "Start your Monday with free coffee: the canteen opens at 7.",
    "The canteen opens at 7 from Monday. Coffee is free in the first week.",
    "Up early? From Monday the canteen opens at 7, with free coffee in the first week.",
)


def test_each_wording_names_the_variant_that_wrote_it() -> None:
    result = write_wordings(load_recipes()["variants"], {"brief": BRIEF}, ScriptedAsk(*GOOD))
    assert [(item.motive, item.text) for item in result.items or ()] == list(
        zip(("benefit", "plain", "question"), GOOD, strict=True)
    )
    assert result.notices[0] == "benefit: Opens with what the reader gains."


def test_what_invents_a_fact_or_repeats_another_gives_its_place_to_the_next() -> None:
    ask = ScriptedAsk(GOOD[0], INVENTED, GOOD[0] + "!", GOOD[1], GOOD[2])
    result = write_wordings(load_recipes()["variants"], {"brief": BRIEF}, ask)
    assert [item.motive for item in result.items or ()] == ["benefit", "action", "reason"]
    assert result.findings == ()


def test_where_no_other_is_left_a_wording_is_shown_with_what_is_said_of_it() -> None:
    result = write_wordings(load_recipes()["variants"], {"brief": BRIEF}, ScriptedAsk(GOOD[0], INVENTED, GOOD[0]))
    assert [item.text for item in result.items or ()] == [GOOD[0], INVENTED]
    assert "4 euros" in {finding.place for finding in result.findings}


def test_without_a_sound_wording_the_brief_stays() -> None:
    result = write_wordings(load_recipes()["variants"], {"brief": BRIEF}, ScriptedAsk("Come to [place name]."))
    assert result.skeleton
    assert BRIEF in result.text
