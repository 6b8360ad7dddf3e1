"""What is kept of people is listed, whole: a table or a kind of record that nobody listed fails here."""

import ast
import importlib
from collections.abc import Iterator
from types import ModuleType

from core.audit.actions import AUDITED_RECORDS, UNAUDITED_RECORDS
from core.store.inventory import RECORDS, TABLES, StoredKind
from core.store.tables import metadata
from tests.test_structure import MIGRATIONS, ROOT, SOURCES, module_name

# Where the kind of a record is not written at the call: each with all kinds that it may be.
CHOSEN_ELSEWHERE = {
    "integrations/mail/mailbox/account.py": {"mailbox", "graph_mailbox", "gmail_mailbox"},
    "integrations/mail/mailbox/connection_status.py": {"mailbox_standing", "graph_standing", "gmail_standing"},
    "integrations/mail/mailbox/pending_drafts.py": {"mailbox_awaiting", "graph_awaiting", "gmail_awaiting"},
    "integrations/mail/mailbox/surface.py": {"mailbox_new_draft", "graph_new_draft", "gmail_new_draft"},
    "integrations/mail/mailbox/triage_records.py": {"mailbox_decision", "graph_decision", "gmail_decision"},
    "integrations/mail/mailbox/visits.py": {"mailbox_rest", "mail_server_rest"},
}
# Kept by earlier versions only.
OF_EARLIER_VERSIONS = {
    "audit",
    "source",
    "person_address",
    "person_link",
    "person_name",
    "person_names_listed",
    "recipe",
}
PLACES: dict[str, StoredKind] = {**TABLES, **{f"records of kind {kind}": place for kind, place in RECORDS.items()}}


def stored_kinds() -> Iterator[tuple[str, str | None]]:
    """Yield the file and the kind of each call that stores a record; None where the call does not say the kind."""
    for path in SOURCES:
        if path in MIGRATIONS or "records" not in path.read_text():
            continue
        module = importlib.import_module(module_name(path))
        for call in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
                continue
            # RecordStore.put takes kind, workspace, key and data; no other `put` takes as many.
            if (
                call.func.attr not in {"put", "_take"}
                or sum(2 if isinstance(a, ast.Starred) else 1 for a in call.args) < 4
            ):
                continue
            file = str(path.relative_to(ROOT))
            yield file, _kind_named(module, call.args[0])


def _kind_named(module: ModuleType, kind: ast.expr) -> str | None:
    """Return the kind that an expression of a module names: a string, a constant of it or of a module it imports."""
    if isinstance(kind, ast.Constant):
        return str(kind.value)
    if isinstance(kind, ast.Attribute) and isinstance(kind.value, ast.Name):
        value = getattr(getattr(module, kind.value.id, None), kind.attr, None)
    else:
        value = getattr(module, kind.id, None) if isinstance(kind, ast.Name) else None
    return value if isinstance(value, str) else None


def test_every_table_is_listed() -> None:
    assert TABLES.keys() == metadata.tables.keys()


def test_every_kind_of_record_that_the_code_stores_is_listed() -> None:
    found = set(stored_kinds())
    assert {file for file, kind in found if kind is None} == CHOSEN_ELSEWHERE.keys()
    stored = {kind for _, kind in found if kind} | set().union(*CHOSEN_ELSEWHERE.values()) | OF_EARLIER_VERSIONS
    assert len(stored) > 40
    assert stored == RECORDS.keys()
    assert RECORDS.keys() == AUDITED_RECORDS.keys() | UNAUDITED_RECORDS


def test_what_is_left_out_or_kept_says_why() -> None:
    for name, place in PLACES.items():
        assert all((place.what, place.kept)), name
        assert bool(place.why) == (place.exported == "not"), name
        assert bool(place.secrets) == (place.exported == "without secrets"), name
        # What is exported is somebody's own, so that a purge takes it, or takes their name off it.
        assert place.exported == "not" or place.purged != "not theirs", name
        assert not place.is_of_mailbox or place.purged == "deleted", name
