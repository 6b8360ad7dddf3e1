"""Policies in force for a test, from a TOML text."""

import json

from core.people import load_people
from core.policies.enforcement import Policies, load_policies
from core.settings import Settings, load_settings
from core.sources.readers import SourceRules
from core.sources.store import SourceStore
from core.store import Store

FOR_ALL = '[group.all]\nmembers = ["*"]\n'


def policies_of(store: Store, text: str, settings: Settings | None = None) -> Policies:
    """Save policies as an administrator does in the console, and return them as an installation asks them."""
    settings = settings or load_settings()
    policies = load_policies(settings, store.records, load_people(settings, store.records))
    versions = policies.book.versions
    versions.save(text, by="Ada", after=versions.newest_number())
    policies.book.look_again()
    return policies


def rules_of(store: Store, text: str) -> SourceRules:
    """Return what such policies say of sources."""
    return SourceRules(policies_of(store, text), SourceStore(store.database, store.records.cipher))


def refusals(store: Store) -> list[tuple[str, str, str, str]]:
    """Return the refusals in the audit trail: who, through which door, of what, by which rule."""
    shown = (each for each in store.audit.walk() if each.entry.action == "policy.refused")
    return [
        (each.actor, each.entry.door, each.thing, str(json.loads(each.entry.details).get("rule"))) for each in shown
    ]
