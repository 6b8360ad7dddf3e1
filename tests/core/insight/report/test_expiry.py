"""Drafts that nobody did anything with, on whatever surface."""

import sqlalchemy as sa

from core.insight.report.expiry import EXPIRE_SECONDS, expire_drafts
from core.store import Store
from core.store.tables import jobs, records
from tests.core.insight.making import finished_job


def test_what_nobody_touched_for_a_week_expires_once_and_what_was_used_does_not(store: Store) -> None:
    waiting, used = finished_job(store, surface="word"), finished_job(store, surface="mail")
    store.outcomes.add(used, "accepted", person="ann", distance=0.0, detail={})
    finished_job(store)
    with store.database.write() as connection:
        earlier = jobs.c.delivered_at - EXPIRE_SECONDS - 10
        old = sa.update(jobs).where(jobs.c.id.in_([waiting.id, used.id])).values(delivered_at=earlier)
        connection.execute(old)
    assert expire_drafts(store) == 1
    assert [act.outcome for act in store.outcomes.acts_of([waiting.id])[waiting.id]] == ["expired"]
    assert expire_drafts(store) == 0
    with store.database.write() as connection:
        connection.execute(sa.delete(records).where(records.c.key == "expiry"))
    assert expire_drafts(store) == 0
