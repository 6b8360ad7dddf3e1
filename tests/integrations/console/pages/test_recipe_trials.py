"""A recipe's text tried on past work, in the console."""

import pytest

from core.drafts import Draft, Finding
from core.errors import ModelOutage
from core.job import Job, JobRequest
from integrations.console.pages.recipe_trials import MAX_MARKED_WORDS, marked
from tests.integrations.api.running import RunningWeb
from tests.integrations.console.conftest import comes_in
from tests.integrations.console.pages.test_recipes import text_of

HTMX = {"HX-Request": "true"}


def past(web: RunningWeb, text: str, result: str) -> Job:
    owner = web.settings.local_person
    job = web.services.store.jobs.add(JobRequest("rewrite", {"text": text}, "api", owner))[0]
    web.finish(web.claim(job.id), Draft(recipe="rewrite", text=result))
    return web.services.store.jobs.get(job.id)


def test_old_and_new_results_stand_side_by_side_and_the_text_is_saved_from_there(alone: RunningWeb) -> None:
    for number in range(3):
        past(alone, f"We meet <{number}> at three.", f"Meet {number} at three.")
    with comes_in(alone) as client:
        text = text_of(client.get("/console/recipes/rewrite").text).replace('title = "Rewrite"', 'title = "Tried"', 1)
        form = {"text": text, "after": "0", "count": "3"}
        begun = client.post("/console/recipes/rewrite/trial", data=form)
        address = begun.headers["location"]
        waiting = client.get(address).text
        jobs = [job for job in alone.services.store.jobs.list(limit=9) if job.surface == "trial"]
        first, second, third = jobs
        finding = Finding(check="facts", severity="warn", sentence="“noon” is not in the text.")
        alone.finish(alone.claim(first.id), Draft(recipe="rewrite", text="Meet at noon.", findings=(finding,)))
        alone.fail(alone.claim(second.id), ModelOutage("The model is out.", fix="Try later."))
        half = client.get(f"{address}/results", headers=HTMX).text
        client.post(f"{address}/cancel")
        over = client.get(address).text
        saved = client.post("/console/recipes/rewrite/save", data={"text": text_of(over), "after": "0"})

    assert begun.status_code == 303
    assert "<h1>Trial of “Rewrite”</h1>" in waiting
    assert "0 of 3 done" in waiting
    assert "hx-trigger" in waiting
    assert "We meet &lt;" in waiting
    assert "2 of 3 done" in half
    assert "<ins>noon.</ins>" in half
    assert "is not in the text" in half
    assert "The model is out." in half
    assert alone.services.store.jobs.get(third.id).state == "cancelled"
    assert "3 of 3 done" in over
    assert "hx-trigger" not in over
    assert (saved.status_code, alone.services.recipes["rewrite"].title) == (303, "Tried")


def test_a_trial_without_past_work_or_with_a_wrong_text_says_so_beside_the_text(alone: RunningWeb) -> None:
    with comes_in(alone) as client:
        text = text_of(client.get("/console/recipes/rewrite").text)
        nothing = client.post("/console/recipes/rewrite/trial", data={"text": text, "after": "0"})
        wrong = client.post("/console/recipes/rewrite/trial", data={"text": "x = 1", "after": "0"})
        assert client.get("/console/recipe-trials/none").status_code == 404
    assert nothing.status_code == wrong.status_code == 422
    assert "None of your past jobs of rewrite can be done again" in nothing.text
    assert text_of(wrong.text) == "x = 1"


@pytest.mark.parametrize(
    ("old", "new", "left", "right"),
    [
        ("a b", "a x", [("same", "a "), ("old", "b")], [("same", "a "), ("new", "x")]),
        ("at 2. Then", "at 2.", [("same", "at 2."), ("old", " Then")], [("same", "at 2.")]),
        ("", "a", [], [("new", "a")]),
        ("a", "a", [("same", "a")], [("same", "a")]),
    ],
)
def test_words_that_only_one_has_are_marked(
    old: str, new: str, left: list[tuple[str, str]], right: list[tuple[str, str]]
) -> None:
    assert marked(old, new) == (left, right)


def test_long_texts_are_shown_without_marks() -> None:
    text = "word " * (MAX_MARKED_WORDS + 1)
    assert marked(text, "b") == ([("same", text)], [("same", "b")])
