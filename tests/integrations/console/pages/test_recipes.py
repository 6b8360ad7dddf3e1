"""Recipes, models and what was learnt, in the console."""

import html

import pytest

from core.drafts import Draft
from core.job import JobRequest
from core.writing.lanes import too_small
from tests.fakes.microsoft import Person
from tests.integrations.api.running import RunningWeb
from tests.integrations.console.conftest import comes_in, microsoft_browser

HTMX = {"HX-Request": "true"}


def text_of(page: str) -> str:
    """Return the recipe's text as the page's form holds it."""
    return html.unescape(page.partition('class="source" name="text"')[2].partition(">")[2].partition("</textarea>")[0])


def test_a_recipe_is_tried_from_its_form(alone: RunningWeb) -> None:
    with comes_in(alone) as client:
        form = client.get("/console/recipes/rewrite").text
        begun = client.post("/console/recipes/rewrite/try", data={"text": "make it nice <b>"}, headers=HTMX).text
        job = alone.services.store.jobs.list(limit=1)[0]
        alone.finish(
            alone.claim(job.id), Draft(recipe="rewrite", text="Nicer <script>", alternatives=("Other",), skeleton=True)
        )
        result = client.get(f"/console/jobs/{job.id}/result", headers=HTMX).text

    assert "<textarea" in form
    assert "hx-trigger" in begun
    assert job.inputs["text"] == "make it nice <b>"
    assert "Nicer &lt;script&gt;" in result
    assert "needs your words" in result
    assert "Other" in result
    assert "hx-trigger" not in result


def test_what_is_missing_in_the_form_is_named(alone: RunningWeb) -> None:
    with comes_in(alone) as client:
        answer = client.post("/console/recipes/rewrite/try", data={"text": " "}, headers=HTMX)

    assert answer.headers["HX-Retarget"] == "#notice"
    assert "Text" in answer.text


def test_an_administrator_changes_a_recipe_and_takes_it_back(alone: RunningWeb) -> None:
    with comes_in(alone) as client:
        before = text_of(client.get("/console/recipes/rewrite").text)
        title = alone.services.recipes["rewrite"].title
        changed = before.replace(f'"{title}"', '"Say it better"', 1)
        assert client.post("/console/recipes/rewrite/save", data={"text": changed}).status_code == 303
        page = client.get("/console/recipes/rewrite").text
        assert client.post("/console/recipes/rewrite/restore").status_code == 303
        after = text_of(client.get("/console/recipes/rewrite").text)
        trail = client.get("/console/audit").text

    assert "Say it better" in page
    assert after == before
    assert "changed a recipe" in trail


def test_a_wrong_text_stays_in_the_form_beside_its_problem(alone: RunningWeb) -> None:
    with comes_in(alone) as client:
        wrong = text_of(client.get("/console/recipes/rewrite").text) + '\nnot_a_key = "x"\n'
        answer = client.post("/console/recipes/rewrite/save", data={"text": wrong})
        checked = client.post("/console/recipes/rewrite/check", data={"text": wrong}, headers=HTMX)

    assert answer.status_code == 422
    assert "not_a_key" in answer.text.partition("<textarea")[0] + checked.text
    assert text_of(answer.text) == wrong


def test_others_see_recipes_and_change_none(shared: RunningWeb, bob: Person) -> None:
    with microsoft_browser(shared, bob) as client:
        page = client.get("/console/recipes/rewrite").text
        refused = [
            client.post("/console/recipes/rewrite/save", data={"text": "x"}),
            client.post("/console/recipes/rewrite/restore"),
            client.post("/console/recipes/variants/variants/main", data={"decision": "pinned"}),
            client.get("/console/models"),
        ]

    assert "Save for everybody" not in page
    assert [one.status_code for one in refused] == [403] * 4


NEEDS = "“Rewrite” needs a larger model than the one that is set up."
COMMAND = "<code>inlaid model list</code>"


def test_without_a_larger_model_an_employee_reads_whom_to_ask_in_place_of_a_form(
    shared: RunningWeb, bob: Person
) -> None:
    with microsoft_browser(shared, bob) as client:
        listed = client.get("/console/recipes").text
        page = client.get("/console/recipes/rewrite").text
        other = client.get("/console/recipes/reply").text
        refused = client.post("/console/recipes/rewrite/try", data={"text": "make it nice"}, headers=HTMX)

    for shown in (listed, page):
        assert NEEDS in shown
        assert "Ask your administrator for one." in shown
        assert COMMAND not in shown
    assert "hx-post" not in page
    assert "hx-post" in other
    assert "larger model" not in other
    assert NEEDS in refused.text
    assert list(shared.services.store.jobs.list(limit=1)) == []


def test_an_administrator_reads_the_command_and_where_the_model_is_named(shared: RunningWeb, alice: Person) -> None:
    with microsoft_browser(shared, alice) as client:
        listed = client.get("/console/recipes").text
        page = client.get("/console/recipes/rewrite").text
        job, _ = shared.services.store.jobs.add(
            JobRequest("rewrite", {"text": "x"}, "word", alice.oid, workspace=alice.microsoft.tenant)
        )
        shared.fail(shared.claim(job.id), too_small(shared.services.recipes["rewrite"]))
        ended = client.get(f"/console/jobs/{job.id}").text
        overview = client.get("/console").text

    for shown in (listed, page, ended):
        assert NEEDS in shown
        assert COMMAND in shown
        assert '<a href="/console">overview</a>' in shown
        assert "Ask your administrator" not in shown
    assert "<code>inlaid model " in overview


@pytest.mark.parametrize("decision", ["promoted", "pinned", "retired"])
def test_a_variant_is_decided_about(alone: RunningWeb, decision: str) -> None:
    recipe = alone.services.recipes["variants"]
    name = next(iter(recipe.prompt.variants))
    with comes_in(alone) as client:
        client.post(f"/console/recipes/variants/variants/{name}", data={"decision": decision})
        page = client.get("/console/recipes/variants").text

    assert decision in page
