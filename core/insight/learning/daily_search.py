"""Looks through the recent work of everybody who edits or refuses, once a day for each person, for wishes to offer."""

import sqlalchemy as sa

from core.insight.learning.rule_store import Learned
from core.insight.report.cube import day_of
from core.people import People
from core.store import Store
from core.store.insight_tables import tallies

ONCE_SECONDS = 20 * 3600.0
RECENT_DAYS = 2
MOST_PEOPLE = 50


def offer_wishes(store: Store, people: People) -> int:
    """Offer the wishes that recent edits prove, and return how many are new.

    Raises:
        StoreOutage: the database cannot be used.
    """
    columns = tallies.c
    recent = day_of(store.database.now_seconds()) - RECENT_DAYS
    statement = (
        sa.select(columns.workspace, columns.person)
        .where(columns.outcome.in_(("edited", "rejected")), columns.day >= recent)
        .distinct()
    )
    with store.database.read() as connection:
        found = connection.execute(statement).all()
    learned, offered, looked = Learned(store, people), 0, 0
    for who in {people.identity(workspace, person) for workspace, person in found}:
        if looked == MOST_PEOPLE:
            break
        if store.records.first_time(who.workspace, f"learn:{who.person}", within_seconds=ONCE_SECONDS):
            looked += 1
            offered += len(learned.find(who))
    return offered
