"""Policies in the console: seen and explained for everybody, changed by administrators of all, taken back."""

import html
import re

from core.job import JobRequest
from tests.fakes.microsoft import FakeMicrosoft, Person
from tests.integrations.api.running import RunningWeb
from tests.integrations.console.conftest import comes_in, microsoft_browser

HTMX = {"HX-Request": "true"}
DENY = (
    '[group.finance]\ntitle = "Finance"\nclaims = ["fin"]\nrecipes = { deny = ["summarize"] }\nask = "it@example.org"\n'
)
SENTENCE = "The recipe summarize is not allowed by the rule recipes.deny of the group Finance; ask it@example.org."


def save(client: object, text: str, after: int) -> int:
    answer = client.post("/console/policies/save", data={"text": text, "after": str(after)})  # type: ignore[attr-defined]
    return int(answer.status_code)


def test_policies_are_saved_listed_with_who_and_taken_back(alone: RunningWeb) -> None:
    with comes_in(alone) as client:
        assert "There are no policies" in client.get("/console/policies").text
        assert save(client, "[installation]\nlearning = false\n", 0) == 303
        assert save(client, '[installation]\nrecipes = { deny = ["rewrite"] }\n', 1) == 303
        page = client.get("/console/policies").text
        refused = client.post("/console/recipes/rewrite/try", data={"text": "make it nice"}, headers=HTMX).text
        assert client.post("/console/policies/restore", data={"number": "1", "after": "2"}).status_code == 303
        restored = client.get("/console/policies").text
        trail = client.get("/console/audit").text
        assert save(client, "[installation]\n", 1) == 409

    assert "Version 2 of the console is in force." in page
    assert "recipes.deny" in page
    assert "The recipe rewrite is not allowed by the rule recipes.deny of the installation" in refused
    assert alone.services.store.jobs.list(limit=5) == []
    assert "version 1 again, in force" in restored
    assert "Learning from your work is not allowed" in restored
    assert "changed the policies" in trail
    assert "was refused by a policy" in trail


def test_recipes_are_chosen_by_their_titles(alone: RunningWeb) -> None:
    with comes_in(alone) as client:
        page = client.get("/console/policies", params={"recipe": "risks"}).text
        german = client.get("/console/policies", headers={"Accept-Language": "de"}).text
    assert '<option value="risks" selected>Find risks</option>' in page
    chosen = re.findall(r'<option value="[a-z-]+">([^<]+)</option>', german.partition("</select>")[0])
    assert "Korrektur lesen" in chosen
    assert chosen == sorted(chosen, key=str.casefold)


def test_an_error_is_shown_at_its_line_and_nothing_is_saved(alone: RunningWeb) -> None:
    text = "[installation]\n\nrecipe = {}\n"
    with comes_in(alone) as client:
        answer = client.post("/console/policies/save", data={"text": text, "after": "0"})
        checked = client.post("/console/policies/check", data={"text": text}, headers=HTMX).text
        fine = client.post("/console/policies/check", data={"text": "[installation]"}, headers=HTMX).text
        warned = client.post(
            "/console/policies/save", data={"text": '[installation]\nrecipes = { deny = ["rewrit"] }\n', "after": "0"}
        )
        page = client.get("/console/policies").text
    assert answer.status_code == 422
    assert "line 3: installation.recipe: unknown key; did you mean recipes?" in answer.text
    assert "recipe = {}" in html.unescape(answer.text)
    assert "line 3" in checked
    assert "No problems found." in fine
    assert warned.status_code == 303
    assert "Line 2: installation.recipes.deny: there is no recipe rewrit; did you mean rewrite?" in page


def test_where_a_file_is_in_force_the_page_says_so(alone: RunningWeb) -> None:
    (alone.settings.home / "policies.toml").write_text('[installation]\nrecipes = { deny = ["scan"] }\n')
    with comes_in(alone) as client:
        editor = client.get("/console/policies").text.partition("<textarea")[2].partition("</textarea>")[0]
        assert "recipes = { deny = [&#34;scan&#34;] }" in editor  # what is in force, to go on from
        assert save(client, "[installation]\nlearning = false\n", 0) == 303
        page = client.get("/console/policies").text
    assert f"The file {alone.settings.home / 'policies.toml'} is in force." in page
    assert "The recipe scan is not allowed" in page
    assert "Learning from your work" not in page


def test_only_administrators_of_all_change_them_and_others_see_what_holds_for_them_alone(
    shared: RunningWeb, alice: Person, bob: Person
) -> None:
    rules = f'[group.bobs]\nmembers = ["{bob.address}"]\nsurfaces = {{ deny = ["slack"] }}\n'
    rules += 'recipes = { deny = ["title"] }\n'
    with microsoft_browser(shared, alice) as client:
        assert save(client, rules, 0) == 303
        assert "Nothing is refused." in client.get("/console/policies").text
    with microsoft_browser(shared, bob) as client:
        assert save(client, "[installation]\n", 1) == 403
        page = client.get("/console/policies").text
        assert client.get("/console/policies", params={"person": alice.address}).status_code == 404
        listed = client.get("/console/recipes").text
    with microsoft_browser(shared, alice) as client:
        about_bob = client.get("/console/policies", params={"person": bob.address, "surface": "slack"}).text
    assert "The surface slack is not allowed by the rule surfaces.deny of the group bobs" in page
    assert "Save for everybody" not in page
    assert "/console/recipes/summarize" in listed
    assert "/console/recipes/title" not in listed
    assert "The surface slack is not allowed" in about_bob
    assert f"member {bob.address}" in about_bob


def test_the_groups_of_the_sign_in_count_where_no_browser_is(
    shared: RunningWeb, microsoft: FakeMicrosoft, alice: Person, bob: Person
) -> None:
    """Bob's sign-in says his groups once; their rules then hold for his other tokens, his Slack and his mail."""
    job = {"recipe": "summarize", "inputs": {"text": "The report is due on Friday."}}
    with microsoft_browser(shared, alice) as client:
        assert save(client, DENY, 0) == 303
    with shared.client(microsoft.entra.tokens.for_api(bob)) as api:
        assert api.post("/api/v1/jobs", json=job).status_code == 202
        with shared.client(microsoft.entra.tokens.for_api(bob, groups=["fin"])) as signs_in:
            assert signs_in.get("/api/v1/jobs").status_code == 200
        shared.services.api.policies.forget()
        answer = api.post("/api/v1/jobs", json=job)
        names = [recipe["name"] for recipe in api.get("/api/v1/recipes").json()["recipes"]]
        told = api.get("/api/v1/policy/why", params={"recipe": "summarize", "surface": "slack"}).json()
        other = api.get("/api/v1/policy/why", params={"person": alice.address})
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "policy"
    assert answer.json()["error"]["message"] == SENTENCE
    assert "summarize" not in names
    assert "title" in names
    assert told["allowed"] is False
    assert told["refusals"][0]["rule"] == "group.finance.recipes.deny"
    assert told["groups"] == [{"name": "finance", "title": "Finance", "because": "claim fin"}]
    assert other.status_code == 403
    intake = shared.services.dispatcher.intake
    assert intake.policies.of(microsoft.tenant, bob.oid).recipe("summarize")
    assert intake.add(JobRequest("summarize", {"text": "x"}, "mail", alice.oid, microsoft.tenant))[1]
