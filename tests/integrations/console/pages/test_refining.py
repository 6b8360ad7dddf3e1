"""What is said about a draft on its page and refused there."""

import re

import pytest

from core.drafts import Draft
from core.errors import OutageError
from core.insight.report.counting_rules import load_counting_rules
from core.insight.report.rollup import roll_up_all
from core.insight.report.rollup_store import RollupStore
from core.people import load_people
from core.runner.refinements import Refinements
from core.writing.refining import Refinement
from tests.fakes.microsoft import FakeMicrosoft, Person
from tests.integrations.api.running import RunningWeb
from tests.integrations.console.conftest import microsoft_browser
from tests.integrations.console.pages.test_jobs import TEXT, drafted, text_of


def test_a_refused_wish_stays_in_its_field_and_makes_no_version_and_no_figure(
    shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person
) -> None:
    job, store = drafted(shared, microsoft.tenant, bob), shared.services.store
    own = TEXT.replace("Friday", "Monday")
    with microsoft_browser(shared, bob) as client:
        refused = client.post(f"/console/jobs/{job.id}/refine", data={"wish": "friendlier please", "text": own})
    assert refused.status_code == 422
    assert "Nothing was changed: “friendlier" in refused.text
    assert "takes a larger model" in refused.text
    assert 'id="wish-wrong"' in refused.text
    assert re.search(r'name="wish"[^>]*value="friendlier please"[^>]*aria-invalid="true"', refused.text)
    assert text_of(refused.text) == own
    assert 'id="versions"' not in refused.text
    assert store.jobs.list(limit=1)[0].id == job.id
    assert store.outcomes.acts_of([job.id])[job.id] == []


def test_a_replaced_draft_leads_to_its_newest_version_and_is_not_offered_for_use(
    shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person
) -> None:
    job, store = drafted(shared, microsoft.tenant, bob), shared.services.store
    with microsoft_browser(shared, bob) as client:
        assert 'id="use"' in client.get(f"/console/jobs/{job.id}").text
        client.post(f"/console/jobs/{job.id}/refine", data={"wish": "use Monday instead of Friday", "text": TEXT})
        replaced = client.get(f"/console/jobs/{job.id}").text
    (newest,) = store.jobs.list(limit=1)
    assert newest.refines == job.id
    assert 'id="versions"' in replaced
    assert f'class="button primary" href="/console/jobs/{newest.id}#draft"' in replaced
    assert 'id="use"' not in replaced
    assert 'id="refine"' not in replaced


@pytest.mark.parametrize("end", ["failed", "cancelled"])
def test_a_version_that_ended_without_a_draft_replaces_none(
    shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person, end: str
) -> None:
    first, store = drafted(shared, microsoft.tenant, bob), shared.services.store
    with microsoft_browser(shared, bob) as client:
        client.post(f"/console/jobs/{first.id}/refine", data={"wish": "use Monday instead of Friday", "text": TEXT})
        (second,) = store.jobs.list(limit=1)
        shared.finish(shared.claim(second.id), Draft(recipe="reply", text=TEXT.replace("Friday", "Monday")))
        client.post(f"/console/jobs/{second.id}/refine", data={"wish": "use Sunday instead of Monday"})
        (third,) = store.jobs.list(limit=1)
        if end == "failed":
            shared.fail(shared.claim(third.id), OutageError("The model is down."))
        else:
            client.post(f"/console/jobs/{third.id}/cancel")
        replaced, good = (client.get(f"/console/jobs/{job.id}").text for job in (first, second))
    assert (third.refines, store.jobs.get(third.id).state) == (second.id, end)
    assert f'class="button primary" href="/console/jobs/{second.id}#draft"' in replaced
    assert "A newer version has replaced this draft" not in good
    assert 'id="use"' in good
    assert 'id="refine"' in good


def test_what_is_typed_before_a_wish_is_its_basis_and_no_use(
    shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person
) -> None:
    job, store = drafted(shared, microsoft.tenant, bob), shared.services.store
    own = TEXT.replace("Friday", "Sunday")
    with microsoft_browser(shared, bob) as client:
        client.post(f"/console/jobs/{job.id}/use", data={"text": TEXT})
        client.post(f"/console/jobs/{job.id}/unuse", data={"text": TEXT})
        why = client.post(f"/console/jobs/{job.id}/refine", data={"wish": "why?", "text": own})
        assert (text_of(why.text), store.outcomes.own_text(job)) == (own, None)
        client.post(f"/console/jobs/{job.id}/refine", data={"wish": "use Monday instead of Sunday", "text": own})
        (made,) = store.jobs.list(limit=1)
        shared.fail(shared.claim(made.id), OutageError("The model is down."))
        page = client.get(f"/console/jobs/{job.id}").text
    assert [act.outcome for act in store.outcomes.acts_of([job.id])[job.id]] == ["regenerated"]
    assert (store.outcomes.used_text(job), store.outcomes.own_text(job)) == (None, own)
    refinements = Refinements(store.jobs, store.outcomes, load_people(shared.services.settings, store.records))
    refinement = refinements.of(made)
    assert isinstance(refinement, Refinement)
    assert refinement.draft.text == own
    assert ("You use this" in page, text_of(page)) == (False, own)
    roll_up_all(store, load_counting_rules(shared.services.settings, store, {}))
    assert RollupStore(store.database).used_jobs(job.workspace, job.recipe, person=None, limit=9) == []


def test_a_used_text_stays_the_one_that_was_used_whatever_is_typed_before_a_wish(
    shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person
) -> None:
    job, store = drafted(shared, microsoft.tenant, bob), shared.services.store
    with microsoft_browser(shared, bob) as client:
        client.post(f"/console/jobs/{job.id}/use", data={"text": TEXT})
        other = TEXT.replace("Friday", "Sunday")
        client.post(f"/console/jobs/{job.id}/refine", data={"wish": "use Monday instead of Sunday", "text": other})
        page = client.get(f"/console/jobs/{job.id}").text
    assert ("You use this text." in page, text_of(page)) == (True, TEXT)
    assert store.outcomes.used_text(job) == TEXT
    assert [act.outcome for act in store.outcomes.acts_of([job.id])[job.id]] == ["accepted"]
