"""All that is kept of a person is in their export, nothing of anybody else, and after a purge nothing is left."""

import io
import json
import random
import tracemalloc
import zipfile

import pytest

from core.errors import LimitError
from core.job import JobRequest
from core.privacy.encryption import new_key
from core.settings import Settings
from core.store import Store, open_store
from core.store.inventory import RECORDS, TABLES
from core.store.person_export import PersonExport, export_of
from core.store.purge import purge_person
from tests.core.insight.making import finished_job
from tests.core.store.leaving_traces import NOT_PUT, PASSWORD, leave_everything, rows_of

# The file of an export that holds the rows of a table.
FILES = {
    "job": "jobs.jsonl", "effect": "jobs.jsonl", "outcome": "jobs.jsonl", "blob": "files/JOB/NAME",
    "record": "records/preference.jsonl", "model_call": "model_calls.jsonl", "person": "people.jsonl",
    "sign_in": "sign_ins.jsonl", "audit_entry": "audit.jsonl", "audit_name": "audit.jsonl",
    "api_token": "api_tokens.jsonl", "insight_tally": "report.jsonl", "insight_trial": "trials.jsonl",
    "signal_scan": "scans.jsonl", "signal": "signals.jsonl", "signal_quote": "signals.jsonl",
    "source": "sources.jsonl", "source_item": "source_items.jsonl", "source_block": "source_items.jsonl",
    "source_upload": "uploads/NUMBER/NAME",
}  # fmt: skip
# Tables that need not hold anything after somebody left something everywhere.
EMPTY = {"schema_compatibility", "write_probe", "insight_mark", "audit_pending"}
LEFT = (
    "asked by", "drafted for", "placed by", "used by", "document of", "known by", "uploaded by",
    "looked for by", "quoted for",
)  # fmt: skip
MEGABYTE = 2**20
DOCUMENTS = 96
MAX_HELD_MEGABYTES = 16
Name = tuple[str, str]


def archive_of(made: PersonExport) -> dict[str, str]:
    """Return the files of an export by their names."""
    data = b"".join(made.chunks())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


def random_world(seed: int) -> dict[str, list[Name]]:
    """Return the names of some people: the same key may be one's here, and another's there."""
    chosen = random.Random(seed)
    places = [f"T{number}" for number in range(4)]
    free = [(place, key) for place in places for key in ("U1", "U11", "ann@example.com")]
    chosen.shuffle(free)
    return {f"mark-{number}-{seed}": [free.pop() for _ in range(chosen.randint(1, 3))] for number in range(3)}


@pytest.mark.parametrize("seed", range(3))
def test_each_person_gets_all_of_their_own_and_a_purge_leaves_none_of_it(store: Store, seed: int) -> None:
    world = random_world(seed)
    for mark, names in world.items():
        leave_everything(store, names, mark)
    before = {name: len(rows) for name, rows in rows_of(store).items()}
    assert {name for name, count in before.items() if not count} <= EMPTY
    mine, names = random.Random(seed).choice([*world.items()])
    others = [mark for mark in world if mark != mine]

    files = archive_of(PersonExport(store.records, names, {}))
    everything = "\n".join(files.values())
    manifest = json.loads(files["manifest.json"])
    counts = {listed["file"]: listed["count"] for listed in manifest["files"]}
    for kind, place in RECORDS.items():
        if kind not in NOT_PUT:
            has_mark = f"{kind} of {mine}" in files.get(f"records/{kind}.jsonl", "")
            assert has_mark == (place.exported != "not"), kind
    for table, place in TABLES.items():
        assert place.exported == "not" or counts[FILES[table]] >= len(names), table
    assert f"kept by an extension for {mine}" in files["records/weather.jsonl"]
    for text in LEFT:
        assert everything.count(f"{text} {mine}") >= len(names), text
    assert counts["sessions.jsonl"] == counts["api_tokens.jsonl"] == counts["files/JOB/NAME"] == len(names)
    assert not [mark for mark in others if mark in everything]
    assert PASSWORD not in everything
    assert all(listed["kept"] and listed["what"] for listed in manifest["files"])

    done = purge_person(store.records, names)
    assert done.jobs == len(names)
    left = rows_of(store)
    assert not {table: rows for table, found in left.items() if (rows := [row for row in found if mine in row])}
    assert not archive_of(PersonExport(store.records, names, {}))["jobs.jsonl"]
    for mark in others:
        for table, rows in left.items():
            assert TABLES[table].exported == "not" or [row for row in rows if mark in row or table in _UNMARKED], table
    assert store.audit.verify().problems == []


# Their rows hold keys and numbers alone.
_UNMARKED = {"person", "sign_in", "audit_entry", "audit_name", "insight_tally", "model_call"}


def test_an_export_is_written_down_and_not_made_twice_at_once(store: Store) -> None:
    leave_everything(store, [("local", "ann")], "mark")
    made = PersonExport(store.records, [("local", "ann")], {})
    made.begin()
    with pytest.raises(LimitError, match="moment ago"):
        made.begin()
    last = [*store.audit.walk()][-1]
    assert (last.entry.action, last.thing) == ("person.exported", "ann")


def test_what_no_key_opens_is_told_and_the_rest_is_there(sqlite_store: Store, settings: Settings) -> None:
    finished_job(sqlite_store, text="old")
    (settings.home / "secret.key").write_text(new_key())
    changed = open_store(settings)
    finished_job(changed, text="new")
    files = archive_of(export_of(settings, changed.records, [("local", "ann")]))
    assert "No key of this installation opens it." in files["jobs.jsonl"]
    assert '"text": "new"' in files["jobs.jsonl"]
    changed.close()


def test_a_large_export_is_never_held_in_memory(sqlite_store: Store) -> None:
    """Whatever it holds: what is held is a document and what seals it, not the export."""
    noise = random.Random(1).randbytes(MEGABYTE)
    for number in range(DOCUMENTS):
        request = JobRequest("reply", {"message": f"{number}"}, "api", "ann", blobs={"document.docx": noise})
        sqlite_store.jobs.add(request)
    tracemalloc.start()
    try:
        size = sum(map(len, PersonExport(sqlite_store.records, [("local", "ann")], {}).chunks()))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size > DOCUMENTS * MEGABYTE
    assert peak < MAX_HELD_MEGABYTES * MEGABYTE
