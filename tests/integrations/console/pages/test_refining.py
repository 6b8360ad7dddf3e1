"""What is said about a draft on its page and refused there."""

import re

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
