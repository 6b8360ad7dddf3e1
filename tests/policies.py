"""Policies in force for a test, from a TOML text."""

from core.people import load_people
from core.policies.enforcement import Policies, load_policies
from core.settings import Settings, load_settings
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
