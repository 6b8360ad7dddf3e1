"""A template ends quickly and in little memory, whatever somebody wrote into it; and a wrong one is told as such."""

import time

import pytest

from core.errors import RecipeError
from core.recipes.templates import MAX_SECONDS, MAX_STEPS, FillBudget, fill, template_problem

MANY = ["word"] * 300
NAMES = frozenset({"text", "items"})


@pytest.mark.parametrize(
    "template",
    [
        "{% for a in items %}{% for b in items %}{% for c in items %}{% endfor %}{% endfor %}{% endfor %}",
        "{% for a in items %}{% for b in items if false %}{% endfor %}{% endfor %}",
        "{% for a in text %}{% for b in text %}{% if b == 'y' %}{% endif %}{% endfor %}{% endfor %}",
        "{% set a = text %}" + "{% set a = a ~ a %}" * 60,
        "{% set a = text %}" + "{% set a = a + a %}" * 60,
        "{% set a = items %}" + "{% set a = a + a %}" * 60,
        "{{ text|join(text)|join(text) }}",
        "{% set a = text|join(text) %}{{ a|join(a) }}",
    ],
)
def test_a_template_that_works_without_end_is_stopped(template: str) -> None:
    began = time.monotonic()
    with pytest.raises(RecipeError):
        fill(template, {"text": "x" * 20_000, "items": MANY})
    assert time.monotonic() - began < MAX_SECONDS + 1


def test_the_steps_of_all_loops_count_together_and_so_does_time() -> None:
    budget = FillBudget(clock=lambda: 0.0)
    for _ in range(MAX_STEPS):
        budget.spend()
    with pytest.raises(RecipeError, match="loops too long"):
        budget.spend()
    now = [0.0]
    slow = FillBudget(clock=lambda: now[0])
    now[0] = MAX_SECONDS + 0.1
    with pytest.raises(RecipeError, match="loops too long"):
        slow.spend()


def test_what_recipes_need_still_works() -> None:
    template = "{% for a in items %}{{ a ~ '!' }}{% endfor %}"
    assert fill(template, {"items": ["a", "b"]}) == "a!b!"
    assert fill("{{ items|join('; ') }}{{ 1 + 2 }}{{ 'a' + text }}", {"items": ["a", "b"], "text": "b"}) == "a; b3ab"
    for _ in range(3):  # each filling has steps of its own
        assert fill("{% for a in items %}{{ a }}{% endfor %}", {"items": ["a"] * MAX_STEPS}) == "a" * MAX_STEPS


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        ("{{ text|attr('x') }}", "not a valid template"),
        ("{{ items|map('upper') }}", "not a valid template"),
        ("{% if text is nonsense %}{% endif %}", "not a valid template"),
        ("{% if text|attr('x') %}{% endif %}", "not a valid template"),
        ("{% set a %}{{ text }}{% endset %}", "may not use"),
        ("{% filter upper %}{{ text }}{% endfilter %}", "may not use"),
        ("{{ " + "(" * 5000 + "text" + ")" * 5000 + " }}", "nested too deeply"),
        ("{% if text %}" * 1000 + "{% endif %}" * 1000, ""),
    ],
)
def test_a_wrong_template_is_a_problem_in_the_check_and_an_error_when_it_is_filled(template: str, problem: str) -> None:
    told = template_problem(template, NAMES)
    assert problem in told
    if told and "may not use" not in told:
        with pytest.raises(RecipeError):
            fill(template, {"text": "x", "items": MANY})
