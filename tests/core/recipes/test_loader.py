from pathlib import Path

import pytest

from core.errors import RecipeError
from core.recipes.loader import load_recipe_file, load_recipes, parse_recipe, parse_written, read_recipe_files

GOOD = """
name = "greet"
title = "Greet"
main_input = "who"
checks = ["facts", { name = "length", severity = "warn" }]
skeleton = "Hello {{ who }}"
[[inputs]]
name = "who"
title = "Who"
[prompt]
user = "Greet {{ who }}"
"""


def problem(text: str) -> str:
    with pytest.raises(RecipeError) as caught:
        parse_recipe(text, "greet.toml")
    return str(caught.value)


def test_bundled_recipes_load_and_carry_their_own_names() -> None:
    recipes = load_recipes()
    assert {"reply", "compose", "rewrite", "shorten", "proofread", "summarize", "actions"} <= recipes.keys()
    assert all(name == recipe.name for name, recipe in recipes.items())


def test_only_the_main_input_of_a_bundled_recipe_is_required() -> None:
    for recipe in load_recipes().values():
        assert [one.name for one in recipe.inputs if one.required] == [recipe.main_input]


def test_a_folder_adds_recipes_and_wins_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(GOOD)
    (tmp_path / "b.toml").write_text(GOOD.replace('"greet"', '"reply"'))
    recipes = load_recipes(tmp_path)
    assert recipes["greet"].title == "Greet"
    assert recipes["reply"].title == "Greet"


def test_a_broken_file_of_a_folder_is_left_out_alone_and_told(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(GOOD.replace('"facts"', '"fact"'))
    (tmp_path / "b.toml").write_text("name =")
    (tmp_path / "c.toml").write_text(GOOD)
    read = read_recipe_files(tmp_path)
    assert read.recipes["greet"][0].title == "Greet"
    assert [error.message.partition(": c")[0] for error in read.broken] == [
        "a.toml: line 5", "b.toml is not valid TOML: Invalid value (at end of document)."
    ]  # fmt: skip
    assert read.notes == ()


def test_a_file_that_takes_the_place_of_another_recipe_is_noted(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(GOOD.replace('"greet"', '"reply"'))
    (tmp_path / "b.toml").write_text(GOOD)
    (tmp_path / "c.toml").write_text(GOOD)
    assert read_recipe_files(tmp_path).notes == (
        "a.toml takes the place of the recipe reply that comes with Inlaid.",
        "c.toml is used and b.toml is not: both have a recipe called greet.",
    )


def test_a_missing_folder_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="INLAID_RECIPES_DIR"):
        load_recipes(tmp_path / "none")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("skeleton =", "skeletton =", "unknown key; did you mean skeleton?"),
        ('title = "Who"', 'titel = "Who"', "inputs.0.titel: unknown key; did you mean title?"),
        ('user = "Greet', 'usr = "Greet', "prompt.user: missing; add it"),
        ('title = "Who"', 'title = "Who"\nsettable = true', "a form asks for it already; take settable away"),
        ('"facts"', '"fact"', "checks: there is no check fact; did you mean facts?"),
        ("{{ who }}", "{{ whom }}", "uses whom"),
        ("{{ who }}", "{{ who", "not a valid template"),
        ("{{ who }}", "{% include 'x' %}", "may not use"),
        ('main_input = "who"', 'main_input = "whom"', "did you mean who?"),
        ('title = "Greet"', 'title = "Greet"\nplan = "replly"', "did you mean reply?"),
        ('title = "Greet"', 'title = "Greet"\nplan_in_sources = "skan"', "plan_in_sources: there is no plan skan; did"),
        (
            'title = "Greet"',
            'title = "Greet"\nplan = "fill"',
            "line 4: plan: fill needs an input fields; add [[inputs]]",
        ),
        ('title = "Greet"', 'title = "Greet"\nplan = "answer"', "plan: answer needs an input passages; add"),
        ('title = "Greet"', 'title = "Greet"\nplan = "reply"', "the main input of reply is message, not who; rename"),
        ('title = "Greet"', 'title = "Greet"\nplan = "wordings"', "add [prompt.variants.NAME]"),
        ('title = "Greet"', 'title = "Greet"\nplan_in_sources = "fill"', "plan_in_sources: fill needs an input fields"),
        ('title = "Greet"', 'title = "Greet"\nlanguages = []', "languages: empty"),
        (
            'title = "Greet"',
            'title = "Greet"\nlanguages = ["en", "xx"]',
            "languages: there is no language xx; write its",
        ),
        ('title = "Greet"', 'title = "Greet"\nneeds = "rules"', "line 4: needs: direct gives nothing by rules; write"),
        ('name = "greet"', '\ufeffname = "greet"', "byte order mark, a character that nobody sees. Save it as UTF-8"),
        ('title = "Greet"', 'title = "Greet"\nversion = "1"', "version: input should be a valid integer"),
        ("[prompt]", "[output]\nmin_chars = 9\nmax_chars = 3\n[prompt]", "min_chars: 9 is more than max_chars (3)"),
        (
            "[prompt]",
            "[output]\nmin_chars = 900\n[decoding]\nmax_tokens = 100\n[prompt]",
            "more than max_tokens can write",
        ),
        ('title = "Who"', 'title = "Who"\ntype = "choice"', "choices: missing"),
        ('title = "Who"', 'title = "Who"\ntype = "choice"\nchoices = ["a", "a"]', "choices: a is there twice"),
        ('title = "Who"', 'title = "Who"\ntype = "number"\ndefault = "x"', "default: Please give a number"),
        ('name = "greet"', 'name = "greet', "not valid TOML"),
    ],
)
def test_a_problem_names_file_key_and_fix(old: str, new: str, expected: str) -> None:
    message = problem(GOOD.replace(old, new, 1) if "\ufeff" not in new else new + GOOD.replace(old, "").strip())
    assert message.startswith("greet.toml")
    assert expected in message
    assert "?." not in message
    assert ".." not in message


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ who.__class__.__mro__ }}", "access to attribute '__class__' of 'str' object is unsafe; correct the"),
        ("{% if not what %}{{ who * 9 }}{% endif %}", "a template may not calculate with *; write the result into"),
    ],
)
def test_what_only_shows_when_a_template_is_filled_is_told_to_whom_checks_the_file(
    template: str, expected: str, tmp_path: Path
) -> None:
    path = tmp_path / "greet.toml"
    second = '[[inputs]]\nname = "what"\ntitle = "What"\n[prompt]'
    path.write_text(GOOD.replace('"Greet {{ who }}"', f'"{template}"').replace("[prompt]", second))
    with pytest.raises(RecipeError) as caught:
        load_recipe_file(path)
    assert caught.value.message.startswith("greet.toml: line 14: prompt.user: ")
    assert expected in caught.value.message
    assert ".." not in str(caught.value)


def test_every_recipe_that_comes_with_inlaid_passes_the_check_of_authors() -> None:
    for recipe, text in read_recipe_files().recipes.values():
        assert parse_written(text, recipe.name) == recipe


def test_a_language_beside_those_of_the_rules_is_one(tmp_path: Path) -> None:
    assert parse_recipe(GOOD.replace("checks =", 'languages = ["tr"]\nchecks ='), "greet.toml").languages == ("tr",)


def test_a_recipe_whose_plan_gives_nothing_by_rules_needs_a_writer_unless_it_says_less() -> None:
    assert parse_recipe(GOOD, "greet.toml").needs == "large"
    assert parse_recipe(GOOD.replace("checks =", 'needs = "small"\nchecks ='), "greet.toml").needs == "small"
    assert parse_recipe(GOOD.replace("checks =", 'plan = "scan"\nchecks ='), "greet.toml").needs == "rules"


def test_what_a_plan_needs_cannot_be_its_main_input() -> None:
    text = GOOD.replace("who", "fields").replace('title = "Greet"', 'title = "Greet"\nplan = "fill"')
    assert "line 4: plan: fill needs a main input besides fields; add one" in problem(text)


def test_all_problems_of_a_file_are_listed() -> None:
    message = problem(GOOD.replace('"facts"', '"fact"').replace('skeleton = "Hello {{ who }}"', 'skeleton = "{{ x }}"'))
    lines = message.split("\n  - ")
    assert lines[0].strip() == "greet.toml:"
    assert any(line.startswith("line 5: checks: there is no check fact") for line in lines)
    assert any(line.startswith("line 6: skeleton: uses x") for line in lines)


def test_a_fault_of_an_input_is_told_with_its_line_and_only_once() -> None:
    one = GOOD.replace('title = "Who"', 'title = "Who"\ntype = "lime"')
    second = GOOD.replace("[prompt]", '[[inputs]]\nname = "what"\ntitle = "What"\n{}\n[prompt]')

    assert problem(one).startswith("greet.toml: line 10: inputs.0.type: input should be")
    assert problem(second.replace("{}", 'type = "lime"')).startswith("greet.toml: line 13: inputs.1.type: input")
    assert problem(second.replace("{}", "settable = true")).startswith("greet.toml: line 13: inputs.what.settable: a")


def test_inputs_that_are_no_tables_are_told() -> None:
    assert "inputs: " in problem(GOOD[: GOOD.index("[[inputs]]")] + 'inputs = 3\n[prompt]\nuser = "x"\n')


def test_unreadable_files_are_refused_with_their_name(tmp_path: Path) -> None:
    latin = tmp_path / "latin.toml"
    latin.write_bytes(b"title = '\xe4'")
    huge = tmp_path / "huge.toml"
    huge.write_text("# " + "x" * 300_000)
    for path, words in ((tmp_path / "no.toml", "cannot be read"), (latin, "UTF-8"), (huge, "larger than")):
        with pytest.raises(RecipeError, match=words):
            load_recipe_file(path)


def test_a_prompt_without_the_main_input_is_refused_where_it_is_written() -> None:
    bare = GOOD.replace('user = "Greet {{ who }}"', 'user = "Greet them"')
    variant = (
        f'{GOOD}[prompt.variants.warm]\nuser = "Greet them warmly"\n[prompt.variants.brief]\nsystem = "Be brief"\n'
    )
    for text, key in ((bare, "line 11: prompt.user"), (variant, "line 13: prompt.variants.warm.user")):
        with pytest.raises(RecipeError) as caught:
            parse_written(text, "greet.toml")
        assert caught.value.message == (
            f"greet.toml: {key}: the model would not see who, the main input; add {{{{ who | fenced }}}}."
        )
        assert parse_recipe(text, "greet.toml").name == "greet"  # what is in use stays
    parse_written(bare.replace("[prompt]", '[prompt]\nsystem = "Greet {{ who }}"'), "greet.toml")
