"""Recipes, models and what was learnt, in the console."""

import html

import pytest

from core.drafts import Draft, Escalation
from core.job import JobRequest
from core.recipes.loader import load_recipes
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


def test_a_refusal_is_no_text_to_change_and_can_be_discarded(alone: RunningWeb) -> None:
    why = "392 words. A summary needs a larger model."
    step = Escalation(source="rules", to="skeleton", reason=why)
    with comes_in(alone) as client:
        client.post("/console/recipes/summarize/try", data={"text": "Ann: Hello."}, headers=HTMX)
        job = alone.services.store.jobs.list(limit=1)[0]
        refused = Draft(recipe="summarize", text=why, skeleton=True, escalations=(step,))
        alone.finish(alone.claim(job.id), refused)
        result = client.get(f"/console/jobs/{job.id}/result", headers=HTMX).text

    assert f"<p>{why}</p>" in result
    assert f"/jobs/{job.id}/discard" in result
    assert "<textarea" not in result
    assert "needs your words" not in result


def test_what_is_missing_in_the_form_is_named(alone: RunningWeb) -> None:
    with comes_in(alone) as client:
        answer = client.post("/console/recipes/rewrite/try", data={"text": " "}, headers=HTMX)

    assert answer.headers["HX-Retarget"] == "#notice"
    assert "Text" in answer.text


def after_of(page: str) -> str:
    """Return the number of the version that the page's form says it was made from."""
    return page.partition('name="after" value="')[2].partition('"')[0]


def test_an_author_changes_a_recipe_sees_what_changed_and_takes_it_back(alone: RunningWeb) -> None:
    with comes_in(alone) as client:
        before = text_of(client.get("/console/recipes/rewrite").text)
        changed = before.replace(f'"{alone.services.recipes["rewrite"].title}"', '"Say it better"', 1)
        form = {"text": changed, "after": "0", "note": "Plainer <name>"}
        assert client.post("/console/recipes/rewrite/save", data=form).status_code == 303
        page = client.get("/console/recipes/rewrite").text
        versions = client.get("/console/recipes/rewrite/versions").text
        restored = client.post("/console/recipes/rewrite/restore", data={"number": "0", "after": after_of(page)})
        after = text_of(client.get("/console/recipes/rewrite").text)
        trail = client.get("/console/audit").text

    assert "Say it better" in page
    assert f"Version {load_recipes()['rewrite'].version + 1}, saved by" in page
    assert "<ins>+title = &#34;Say it better&#34;</ins>" in versions
    assert "Plainer &lt;name&gt;" in versions
    assert (restored.status_code, after) == (303, before)
    assert "changed a recipe" in trail
    assert "took a changed recipe back" in trail


def test_of_two_authors_the_later_sees_what_the_other_changed_and_loses_nothing(alone: RunningWeb) -> None:
    with comes_in(alone) as client:
        before = text_of(client.get("/console/recipes/rewrite").text)
        title = alone.services.recipes["rewrite"].title
        client.post(
            "/console/recipes/rewrite/save", data={"text": before.replace(f'"{title}"', '"Hers"', 1), "after": "0"}
        )
        mine = before.replace(f'"{title}"', '"Mine"', 1)
        late = client.post("/console/recipes/rewrite/save", data={"text": mine, "after": "0"})
        assert alone.services.recipes["rewrite"].title == "Hers"
        again = client.post("/console/recipes/rewrite/save", data={"text": mine, "after": after_of(late.text)})

    assert late.status_code == 409
    assert f"in between, as version {load_recipes()['rewrite'].version + 1}" in late.text
    assert "<ins>+title = &#34;Hers&#34;</ins>" in late.text
    assert text_of(late.text) == mine
    assert (again.status_code, alone.services.recipes["rewrite"].title) == (303, "Mine")


def test_a_new_recipe_is_offered_until_it_is_switched_off(alone: RunningWeb) -> None:
    with comes_in(alone) as client:
        copy = text_of(client.get("/console/new-recipe", params={"start": "rewrite"}).text)
        empty = text_of(client.get("/console/new-recipe").text)
        taken = client.post("/console/new-recipe", data={"text": alone.services.recipes.text("rewrite")})
        made = client.post("/console/new-recipe", data={"text": copy, "note": "Ours"})
        assert client.post("/console/new-recipe/check", data={"text": empty}, headers=HTMX).status_code == 200
        listed = client.get("/console/recipes").text
        page = client.get("/console/recipes/rewrite-2").text
        begun = client.post("/console/recipes/rewrite-2/try", data={"text": "make it nice"}, headers=HTMX)
        job = alone.services.store.jobs.list(limit=1)[0]
        assert client.post("/console/recipes/rewrite-2/off", data={"after": "1"}).status_code == 303
        off = client.get("/console/recipes").text
        gone = client.post("/console/recipes/rewrite-2/try", data={"text": "make it nice"}, headers=HTMX)
        versions = client.get("/console/recipes/rewrite-2/versions").text

    assert 'name = "rewrite-2"' in copy
    assert 'name = "my-recipe"' in empty
    assert taken.status_code == 422
    assert "called rewrite already" in taken.text
    assert made.headers["location"].endswith("/console/recipes/rewrite-2")
    assert "Rewrite (copy)" in listed
    assert "Switch it off for everybody" in page
    assert "Switch it off" not in client_page(alone, "rewrite")
    assert (begun.status_code, job.recipe) == (200, "rewrite-2")
    assert alone.services.recipes.for_job("rewrite-2")
    assert "Switched off" in off
    assert "There is no such recipe" in gone.text
    assert "switched off" in versions


def client_page(web: RunningWeb, name: str) -> str:
    with comes_in(web) as client:
        return client.get(f"/console/recipes/{name}").text


def test_a_wrong_text_stays_in_the_form_beside_its_problem(alone: RunningWeb) -> None:
    with comes_in(alone) as client:
        wrong = text_of(client.get("/console/recipes/rewrite").text) + '\nnot_a_key = "x"\n'
        answer = client.post("/console/recipes/rewrite/save", data={"text": wrong, "after": "0"})
        checked = client.post("/console/recipes/rewrite/check", data={"text": wrong}, headers=HTMX)

    assert answer.status_code == 422
    assert "not_a_key" in answer.text.partition("<textarea")[0] + checked.text
    assert text_of(answer.text) == wrong
    assert after_of(answer.text) == "0"


def test_others_see_recipes_and_change_none(shared: RunningWeb, bob: Person) -> None:
    with microsoft_browser(shared, bob) as client:
        pages = [client.get(f"/console/recipes/{name}").text for name in ("rewrite", "variants")]
        refused = [
            client.post("/console/recipes/rewrite/save", data={"text": "x", "after": "0"}),
            client.post("/console/recipes/rewrite/restore", data={"after": "0"}),
            client.post("/console/recipes/rewrite/off", data={"after": "0"}),
            client.post("/console/recipes/rewrite/trial", data={"text": "x", "after": "0"}),
            client.post("/console/new-recipe", data={"text": "x"}),
            client.get("/console/new-recipe"),
            client.get("/console/recipes/rewrite/versions"),
            client.get("/console/recipe-trials/x"),
            client.post("/console/recipes/variants/variants/main", data={"decision": "pinned"}),
            client.get("/console/models"),
        ]

    for page in pages:
        for word in ("For administrators", "TOML", "Save for everybody", "Prompt variants"):
            assert word not in page
    assert [one.status_code for one in refused] == [403] * 10


def test_what_an_author_may_change_is_folded_away_until_a_mistake_stands_in_it(
    alone: RunningWeb,
) -> None:
    with comes_in(alone) as client:
        page = client.get("/console/recipes/variants").text
        wrong = client.post("/console/recipes/variants/save", data={"text": "x", "after": "0"}).text

    form, _, folded = page.partition('<details class="card"><summary>For administrators</summary>')
    assert 'class="primary" type="submit">Run<' in form
    assert "Prompt variants" not in form
    assert "TOML" not in form
    assert "Prompt variants" in folded
    assert 'class="primary"' not in folded
    assert text_of(page)
    assert '<details class="card" open><summary>For administrators</summary>' in wrong


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
    # By rules a summary would only say how long the text is.
    assert "“Summarize” needs a larger model" in listed
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
        health = client.get("/console/health").text

    for shown in (listed, page, ended):
        assert NEEDS in shown
        assert COMMAND in shown
        assert '<a href="/console/health">Health</a>' in shown
        assert "Ask your administrator" not in shown
    assert "<code>inlaid model " in health


@pytest.mark.parametrize("decision", ["promoted", "pinned", "retired"])
def test_a_variant_is_decided_about(alone: RunningWeb, decision: str) -> None:
    recipe = alone.services.recipes["variants"]
    name = next(iter(recipe.prompt.variants))
    with comes_in(alone) as client:
        client.post(f"/console/recipes/variants/variants/{name}", data={"decision": decision})
        page = client.get("/console/recipes/variants").text

    assert decision in page
