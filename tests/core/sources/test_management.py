"""What is shown of a source to whoever looks after it: by name only what they may read themselves."""

from core.errors import DocumentError
from core.people import People
from core.sources.items import ItemWrite
from core.sources.management import HIDDEN, SourceManager, SourceUser
from core.sources.model import AccessList, ItemChange, Passage, Source, person_principal
from core.sources.search import Sources
from core.sources.terms import load_term_keys
from core.store import Store
from core.store.rows import Scope
from tests.core.sources.making import ALL, fill, item_store, make_sources, reader_of, source_store, written
from tests.memory_index import MemoryPassageIndex

ANN = SourceUser("local", "ann", frozenset({("local", "ann")}))
ADMINISTRATOR = SourceUser("local", "eve", frozenset({("local", "eve")}), Scope(is_wide=True))


def test_an_administrator_sees_that_documents_are_there_and_what_is_wrong_but_no_title_that_is_not_theirs(
    store: Store,
) -> None:
    sources = Sources(
        source_store(store), item_store(store), reader_of(store), MemoryPassageIndex(),
        load_term_keys(store.records.cipher), People(store.records), store.records,
    )  # fmt: skip
    source = source_store(store).add(Source("", "local", "ann", "folder", "Papers"))
    own = AccessList("own", frozenset({person_principal("local", "ann")}))
    broken = ItemWrite(
        ItemChange("plan.pdf", "1", "own", "Layoffs 2027", "file:///plan.pdf"),
        error=DocumentError("It is damaged."),
    )
    cut = ItemWrite(ItemChange("b", "1", "own", "Salaries"), [Passage("Text.")], "b", remark="The same as layoffs.pdf.")
    fill(store, source, [written("menu", "Soup."), broken, cut], [ALL, own])
    manager = SourceManager(sources, lambda _name: sources.uploads)

    assert manager.managed(ADMINISTRATOR, source.id).items == 3
    shown = manager.items(ADMINISTRATOR, source, 0, 10)
    assert [item.change.title for item in shown] == ["Menu", HIDDEN.title, HIDDEN.title]
    assert [item.passages for item in shown] == [1, 0, 1]
    assert shown[1].error
    assert shown[1].error["message"] == "It is damaged."
    assert not any(word in repr(shown).casefold() for word in ("layoffs", "salaries", "plan.pdf"))
    failed = manager.items(ADMINISTRATOR, source, 0, 10, with_errors=True)
    assert [item.change.title for item in failed] == [HIDDEN.title]

    assert [item.change.title for item in manager.items(ANN, source, 0, 10)] == ["Menu", "Layoffs 2027", "Salaries"]


def test_who_reads_something_of_a_source_sees_and_chooses_it_but_learns_not_how_much_it_holds(store: Store) -> None:
    sources = make_sources(store)
    channel = source_store(store).add(Source("", "local", "bob", "slack", "#support", {"rights": "its members"}))
    members = AccessList("members", frozenset({person_principal("local", "ann")}))
    fill(
        store,
        channel,
        [written("talk", "Soup.", access="members"), written("more", "Tea.", access="nobody")],
        [members],
    )
    manager = SourceManager(sources, lambda _name: sources.uploads)
    zoe = SourceUser("local", "zoe", frozenset({("local", "zoe")}))
    bob = SourceUser("local", "bob", frozenset({("local", "bob")}))

    assert [(one.source.title, one.items, one.passages) for one in manager.seen(ANN)] == [("#support", 0, 0)]
    assert [one.items for one in manager.seen(bob)] == [2]
    assert manager.seen(zoe) == []
    assert [[source.id for source in manager.to_ask(user)] for user in (ANN, bob, zoe)] == [
        [channel.id],
        [channel.id],
        [],
    ]
    # Who looks after all sources reads none of them for that.
    assert manager.to_ask(ADMINISTRATOR) == []
