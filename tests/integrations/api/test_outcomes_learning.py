"""What the Word add-in tells of single changes, by the API that it uses, and what is learnt from it."""

import httpx

from core.drafts import Draft, Edit
from core.insight.learning.rule_store import RuleStore
from core.insight.learning.style_rules import StyleRule
from core.insight.report.counting_rules import CountingRules
from core.insight.report.rollup import roll_up_all
from core.people import People
from tests.integrations.api.running import RunningWeb
from tests.integrations.api.test_routes_paragraphs import asked

RULES = CountingRules(team=lambda *_: "", goals={}, saved_usd=lambda _: 0.0, is_small=lambda _: False)
PLACES = ("hall", "kitchen", "office", "cellar", "garden", "library")


def test_a_change_that_is_always_rejected_becomes_a_wish_and_an_accepted_one_does_not(
    web: RunningWeb, client: httpx.Client
) -> None:
    before = [f"We utilise the {place}, wich is large." for place in PLACES]
    after = [text.replace("utilise", "use").replace("wich", "which") for text in before]
    given = [{"id": f"P{at}", "hash": f"h{at}", "text": text} for at, text in enumerate(before)]
    job = web.claim(asked(client, *given).json()["id"])
    edits = tuple(
        Edit(id=f"P{at}", hash=f"h{at}", before=old, text=new)
        for at, (old, new) in enumerate(zip(before, after, strict=True))
    )
    web.finish(job, Draft(recipe="proofread", edits=edits))
    path = f"/api/v1/jobs/{job.id}/outcome"
    for at, new in enumerate(after):
        # The person takes the correction and puts their own word back.
        form = {"outcome": "edited", "edit": str(at), "text": new.replace("use", "utilise")}
        assert client.post(path, json=form).status_code == 200
    store = web.services.store
    roll_up_all(store, RULES)
    people = People(store.records, believes_slack=False)
    learned = RuleStore(store, people)
    offered = learned.find(people.identity(job.workspace, job.person))
    assert [one.rule for one in offered] == [StyleRule("keep", "utilise", "use")]
    assert (offered[0].evidence.worse, offered[0].surfaces) == (0, ("word",))


def test_an_undone_acceptance_counts_as_a_rejection(web: RunningWeb, client: httpx.Client) -> None:
    given = {"id": "P", "hash": "h", "text": "Teh report."}
    job = web.claim(asked(client, given).json()["id"])
    web.finish(
        job, Draft(recipe="proofread", edits=(Edit(id="P", hash="h", before="Teh report.", text="The report."),))
    )
    for outcome in ("accepted", "rejected"):
        assert client.post(f"/api/v1/jobs/{job.id}/outcome", json={"outcome": outcome, "edit": "0"}).status_code == 200
    (change,) = web.services.store.outcomes.changes_of(web.services.store.jobs.get(job.id))
    assert (change.used, change.is_refused) == ("Teh report.", True)
