"""What a database of an earlier version holds of documents is found after the update as it was before."""

import pytest

from core.privacy import Cipher
from core.privacy.encryption import new_key
from core.settings import Settings
from core.sources.model import Reader
from core.sources.search import load_sources
from core.store import Store
from core.store.records import RecordStore

HOTEL = ["Travel", "Hotel costs are refunded up to 140 EUR per night."]


def document(title: str, *passages: list[str]) -> dict[str, object]:
    """Return a document as an earlier version kept it."""
    return {"title": title, "link": f"https://intra/{title}", "passages": [*passages]}


@pytest.fixture
def former(store: Store) -> Store:
    store.records.put("source", "local", "1", document("shared.md", HOTEL))
    store.records.put("source", "local", "2", document("anns.md", ["", "The hotel of Ann."]), person="ann")
    store.records.put("source", "T1", "3", document("team.md", ["", "The hotel of the team."]))
    for number in range(120):
        store.records.put("source", "T1", f"m{number}", document(f"{number}.md", ["", f"Paper {number}"]), person="U1")
    return store


def found(store: Store, settings: Settings, workspace: str, person: str) -> set[str]:
    sources = load_sources(settings, store)
    reader: Reader = sources.reader_of(workspace, person)
    hits = {hit.title: hit for hit in sources.find([reader], "hotel", limit=20)}
    if "shared.md, Travel" in hits:
        assert (hits["shared.md, Travel"].link, hits["shared.md, Travel"].text) == ("https://intra/shared.md", HOTEL[1])
    sources.index.close()
    return set(hits)


def test_former_documents_are_found_by_those_who_found_them_before(former: Store, settings: Settings) -> None:
    assert found(former, settings, "local", "ann") == {"shared.md, Travel", "anns.md"}
    assert found(former, settings, "local", "bob") == {"shared.md, Travel"}
    assert found(former, settings, "T1", "U2") == {"team.md"}
    assert former.records.list("source") == []
    sources = load_sources(settings, former)
    status = {(status.source.workspace, status.source.person): status for status in sources.store.list()}
    assert {key: value.items for key, value in status.items()} == {
        ("local", ""): 1, ("local", "ann"): 1, ("T1", ""): 1, ("T1", "U1"): 120,
    }  # fmt: skip
    assert all(value.due_at is None and value.synced_at for value in status.values())


def test_what_no_key_opens_stays_for_when_its_key_is_back(former: Store, settings: Settings) -> None:
    lost = RecordStore(former.database, Cipher([new_key()]))
    lost.put("source", "local", "lost", document("lost.md", ["", "The hotel of old."]))
    assert "shared.md, Travel" in found(former, settings, "local", "bob")
    assert [record.key for record in lost.list("source")] == ["lost"]


def test_a_document_that_is_uploaded_again_takes_the_former_ones_place(former: Store, settings: Settings) -> None:
    sources = load_sources(settings, former)
    source = sources.uploads.source_for("local", "ann")
    assert [item.change.key for item in sources.items.page(source)] == ["anns.md\nhttps://intra/anns.md"]
