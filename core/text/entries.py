"""What is said below an entry of a list: how grave it is, and why it matters."""

from core.drafts import Entry
from core.text.catalogues import gettext


def reasons(entry: Entry) -> tuple[str, ...]:
    """Return the lines below an entry, for people: its severity with the reason of that, and why it matters."""
    level = gettext(entry.severity).capitalize() if entry.severity else ""
    return tuple(filter(None, (": ".join(filter(None, (level, entry.severity_why))), entry.why)))
