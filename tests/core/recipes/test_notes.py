from core.recipes.loader import load_recipes, parse_recipe
from core.recipes.notes import notes_on

MINE = """
name = "mine"
title = "Mine"
main_input = "letter"
skeleton = "[[What?]]"
[[inputs]]
name = "letter"
title = "Letter"
type = "text"
[prompt]
user = "Sum it up: {{ letter }}"
"""


def notes(text: str) -> list[str]:
    return list(notes_on(parse_recipe(text, "mine.toml")))


def test_the_author_of_a_prompt_is_told_which_texts_stand_in_it_without_a_fence() -> None:
    (note,) = notes(MINE)
    assert note.startswith("The prompt holds letter without a fence")
    assert notes(MINE.replace("{{ letter }}", "{% if letter %}{{ letter | fenced }}{% endif %}")) == []
    assert notes(MINE.replace("{{ letter }}", "{{ letter | fenced }} {{ letter | upper }}")) == [note]
    assert notes(MINE.replace('type = "text"', 'type = "line"')) == []


def test_the_author_is_told_what_is_got_where_no_model_reads_the_prompt() -> None:
    first, _ = notes(MINE.replace("skeleton", 'plan = "risks"\nskeleton'))
    assert first.endswith(
        "people get what the plan risks gives, the terms of an agreement, quoted, and how long another text is to read."
    )
    assert notes(MINE.replace("skeleton", 'plan = "risks"\nneeds = "large"\nskeleton'))[0].startswith("The prompt")


def test_of_what_comes_with_inlaid_only_what_a_person_says_stands_without_a_fence() -> None:
    told = {note for recipe in load_recipes().values() for note in notes_on(recipe) if "fence" in note}
    assert [note.partition(" without")[0] for note in told] == ["The prompt holds instruction"]


def test_a_surface_that_is_nearly_one_is_asked_about() -> None:
    recipe = MINE.replace("{{ letter }}", "{{ letter | fenced }}").replace("skeleton", 'surfaces = ["slak"]\nskeleton')
    assert notes(recipe) == ["surfaces: there is no surface slak; did you mean slack?"]
