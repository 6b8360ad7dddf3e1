"""Files that people upload wait, sealed, until their text is read, and are deleted then."""

import pytest
import sqlalchemy as sa

from core.errors import DocumentError, InputError
from core.sources.formats import MAX_FILE_BYTES
from core.sources.model import EVERYBODY, Reader, Source, person_principal
from core.sources.sync import Sync
from core.sources.uploads import Upload, Uploads
from core.store import Store
from core.store.tables import source_uploads
from tests.core.sources.making import item_store, source_store
from tests.core.sources.places import World, read_text

ANN, BOB = (Reader(frozenset({person_principal("local", name), EVERYBODY})) for name in ("ann", "bob"))


@pytest.fixture
def uploads(store: Store) -> Uploads:
    return Uploads(store.database, store.records.cipher)


def read(store: Store, uploads: Uploads, source: Source) -> None:
    """Have the source be read to its end."""
    world = World(store)
    done = Sync(world.sources, world.items, world.indexer(), lambda _name: uploads, read_text).work(source.id)
    assert done
    assert (done.error, done.more) == (None, False)


def titles(store: Store, source: Source) -> list[str]:
    return [item.change.title for item in item_store(store).page(source)]


def test_an_upload_is_read_and_the_file_deleted(store: Store, uploads: Uploads) -> None:
    source = uploads.source_for("local", "ann")
    uploads.put(source, [Upload("a.txt", b"text of a"), Upload("b.txt", b"text of b", "Title", "https://intra/b")])
    assert uploads.waiting(source) == 2
    read(store, uploads, source)
    assert titles(store, source) == ["a.txt", "Title"]
    assert uploads.waiting(source) == 0


def test_a_mail_that_is_uploaded_is_as_old_as_it_says(store: Store, uploads: Uploads) -> None:
    source = uploads.source_for("local", "ann")
    mail = b"From: ann@example.com\nDate: Tue, 13 Jan 2026 10:30:00 +0100\n\n28 days."
    uploads.put(source, [Upload("leave.eml", mail), Upload("leave.txt", mail)])
    read(store, uploads, source)
    dated = {item.change.title: item.change.modified_at for item in item_store(store).page(source)}
    assert dated["leave.eml"] == 1_768_296_600
    assert dated["leave.txt"] > 1_768_296_600 + 86_400


def test_files_wait_sealed(store: Store, uploads: Uploads) -> None:
    source = uploads.source_for("local", "ann")
    uploads.put(source, [Upload("merger.txt", b"the merger is off")])
    with store.database.read() as connection:
        assert "merger" not in str(connection.execute(sa.select(source_uploads)).all())


def test_the_same_name_replaces_and_the_newest_counts(store: Store, uploads: Uploads) -> None:
    source = uploads.source_for("local", "ann")
    for text in (b"one", b"two"):
        uploads.put(source, [Upload("a.txt", text)])
    read(store, uploads, source)
    uploads.put(source, [Upload("a.txt", b"three")])
    read(store, uploads, source)
    assert source_store(store).get(source.id).items == 1


def test_what_is_taken_away_before_and_after_it_was_read_is_gone(store: Store, uploads: Uploads) -> None:
    source = uploads.source_for("local", "ann")
    (key,) = uploads.put(source, [Upload("a.txt", b"secret")])
    uploads.take_away(source, key)
    read(store, uploads, source)
    assert titles(store, source) == []
    uploads.put(source, [Upload("a.txt", b"secret")])
    read(store, uploads, source)
    uploads.take_away(source, key)
    read(store, uploads, source)
    assert titles(store, source) == []


def test_own_and_shared_uploads_are_two_sources(store: Store, uploads: Uploads) -> None:
    own = uploads.source_for("local", "ann")
    everybodys = uploads.source_for("local", "ann", readers=[EVERYBODY])
    assert uploads.source_for("local", "ann") == own
    assert uploads.source_for("local", "bob", readers=[EVERYBODY]) == everybodys
    for source in (own, everybodys):
        uploads.put(source, [Upload("a.txt", b"text")])
        read(store, uploads, source)
    assert len(item_store(store).access_ids([ANN])) == 2
    assert len(item_store(store).access_ids([BOB])) == 1


def test_what_is_too_large_or_empty_is_refused(uploads: Uploads) -> None:
    source = uploads.source_for("local", "ann")
    with pytest.raises(DocumentError, match="MB"):
        uploads.put(source, [Upload("a.txt", b"x" * (MAX_FILE_BYTES + 1))])
    with pytest.raises(InputError, match="empty"):
        uploads.put(source, [Upload("a.txt", b"")])
    assert uploads.waiting(source) == 0
