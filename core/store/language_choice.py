"""In which language a person wants to be spoken to, where they have said so; else each surface goes by its own.

It is about texts of ours, not about the language of drafts: those are written in that of their sources.
"""

from core.errors import InputError
from core.store.people.rows import Identity
from core.store.records import RecordStore
from core.text.catalogues import locales

KIND = "language_choice"


def chosen_language(records: RecordStore, home: Identity) -> str:
    """Return the language that somebody chose, or "" for that of their browser, Slack or Office."""
    record = records.get(KIND, home.workspace, home.person)
    language = record.data.get("language", "") if record else ""
    return language if language in locales() else ""


def choose_language(records: RecordStore, home: Identity, language: str) -> None:
    """Note a choice; "" takes it back.

    Raises:
        InputError: there is no catalogue for it.
    """
    if not language:
        records.delete(KIND, home.workspace, home.person)
        return
    if language not in locales():
        raise InputError("This language is not there.", fix="Choose one of the list.")
    records.put(KIND, home.workspace, home.person, {"language": language}, person=home.person)
