"""Questions find the passages that answer them, within what every reader may read at that moment."""

from collections.abc import Sequence
from dataclasses import replace
from unittest.mock import Mock

import pytest

from core.drafts import DraftSource
from core.embeddings import WordEmbedder
from core.embeddings.endpoint import EndpointEmbedder
from core.errors import InputError, ModelOutage, PolicyRefused, StoreOutage
from core.job import Job, JobRequest
from core.people import load_people
from core.settings import Settings
from core.sources.items import ItemWrite
from core.sources.model import (
    EVERYBODY,
    AccessList,
    IndexQuery,
    IndexRankings,
    ItemChange,
    Passage,
    Reader,
    Source,
    person_principal,
)
from core.sources.search import ADD, Sources
from core.sources.terms import load_term_keys
from core.store import Store
from core.store.claims import keep_claims
from core.store.tables import source_blocks
from core.writing.grounded.passages import read_passages
from tests.core.sources.making import ALL, add_source, fill, item_store, lease_of, reader_of, source_store, written
from tests.fakes.openai_server import OpenAIServer
from tests.memory_index import MemoryPassageIndex
from tests.policies import FOR_ALL, refusals, rules_of

ANN, BOB, ALL_PEOPLE = (Reader(frozenset({f"person:local/{name}", EVERYBODY})) for name in ("ann", "bob", "eve"))
ANNS = AccessList("anns", frozenset({person_principal("local", "ann")}))
HOTEL = Passage("Hotel costs are refunded up to 140 EUR per night.", "Travel", "page=3")


class Vectors:
    """Vectors of words under another name, so that they count as meaning. While `is_out`, it fails."""

    name = "meaning"
    dimensions = WordEmbedder.dimensions
    is_out = False

    def embed(self, texts: Sequence[str], *, is_query: bool = False) -> Sequence[Sequence[float]]:
        if self.is_out:
            raise ModelOutage("It is down.")
        return WordEmbedder().embed(texts, is_query=is_query)


@pytest.fixture
def sources(store: Store, settings: Settings) -> Sources:
    people = load_people(settings, store.records)
    keys = load_term_keys(store.records.cipher)
    return Sources(
        source_store(store), item_store(store), reader_of(store), MemoryPassageIndex(), keys, people, store.records,
        local_person="ann",
    )  # fmt: skip


def put(
    store: Store, sources: Sources, source: Source, *items: ItemWrite, access: tuple[AccessList, ...] = (ALL,)
) -> None:
    """Store items and tell the index."""
    fill(store, source, items, access)
    lease = lease_of(store, source)
    sources.indexer.tell(sources.indexer.check(lease))
    sources.store.release(lease, wait_seconds=None)


def policy(
    key: str = "policy.pdf", *passages: Passage, access: str = "all", link: str = "https://intra/policy"
) -> ItemWrite:
    change = ItemChange(key, "1", access, key, link, 1_000.0)
    return ItemWrite(change, passages or (Passage("Bring your passport.", "Travel"), HOTEL), key)


def test_the_passage_that_answers_comes_first_with_its_heading_place_and_neighbours(
    store: Store, sources: Sources
) -> None:
    after = Passage("Breakfast is included.", "Travel", "page=4")
    other = Passage("Everybody has 28 days of leave.", "Leave")
    put(store, sources, add_source(store), policy("policy.pdf", Passage("Passport.", "Travel"), HOTEL, after, other))
    first, *_ = sources.find([ANN], "How much is refunded for a hotel?")
    assert (first.title, first.link) == ("policy.pdf, Travel", "https://intra/policy#page=3")
    assert (first.text, first.before, first.after) == (HOTEL.text, "Passport.", "Breakfast is included.")
    assert (first.item_key, first.ordinal, first.modified_at) == ("policy.pdf", 1, 1_000.0)
    last = sources.find([ANN], "days of leave")[0]
    assert (last.before, last.after) == ("", "")


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("https://intra/a#top", "https://intra/a#top"),
        ("file:///a%20b.pdf", "file:///a%20b.pdf#page=3"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("http://[broken", ""),
        ("", ""),
    ],
)
def test_links_lead_to_the_web_and_to_files_only(store: Store, sources: Sources, link: str, shown: str) -> None:
    put(store, sources, add_source(store), policy(link=link))
    assert sources.find([ANN], "hotel costs")[0].link == shown


def test_a_reader_finds_what_they_may_read_and_several_what_all_of_them_may(store: Store, sources: Sources) -> None:
    put(store, sources, add_source(store), policy("all.md"), policy("anns.md", access="anns"), access=(ALL, ANNS))
    assert {hit.item_key for hit in sources.find([ANN], "hotel")} <= {"all.md", "anns.md"}
    assert sources.find([ANN], "hotel")[0].copies == 1
    assert {hit.item_key for hit in sources.find([BOB], "hotel")} == {"all.md"}
    assert {hit.item_key for hit in sources.find([ANN, BOB], "hotel")} == {"all.md"}
    assert sources.find([], "hotel") == []
    assert sources.find([Reader(frozenset())], "hotel") == []


def test_a_question_about_other_peoples_mail_finds_nothing_of_it(store: Store, sources: Sources) -> None:
    said = Passage("Ann Hart asks for the room with the balcony in the hotel.", "Booking", "")
    put(store, sources, add_source(store), policy("ann@example.org/1", said, access="anns"), access=(ALL, ANNS))
    question = "What did Ann Hart write to the hotel about the balcony?"
    assert [hit.item_key for hit in sources.find([ANN], question)] == ["ann@example.org/1"]
    assert sources.find([BOB], question) == []
    assert sources.find([ANN, BOB], question) == []
    told, withheld = sources.passages(asked(store, "bob"), question)
    assert (read_passages(told), withheld) == ([], 0)


def test_a_right_that_is_withdrawn_after_the_search_holds(store: Store, sources: Sources) -> None:
    source = add_source(store)
    put(store, sources, source, policy("shared.md", access="list"), access=(AccessList("list", BOB.principals),))

    class LateIndex(MemoryPassageIndex):
        def search(self, query: IndexQuery) -> IndexRankings:
            found = late.search(query)
            fill(store, source, [], [AccessList("list", frozenset())])
            return found

    late = sources.index
    assert sources.find([BOB], "hotel")
    assert replace(sources, index=LateIndex()).find([BOB], "hotel") == []


def test_what_was_deleted_is_not_found_though_the_index_does_not_know_yet(store: Store, sources: Sources) -> None:
    source = add_source(store)
    put(store, sources, source, policy("a.md"), policy("b.md", Passage("The hotel is booked.")))
    fill(store, source, [ItemWrite(ItemChange("a.md"))])
    assert {hit.item_key for hit in sources.find([ANN], "hotel")} == {"b.md"}
    source_store(store).change(replace(source, state="removing"))
    assert sources.find([ANN], "hotel") == []


def test_a_paused_source_is_searched_still(store: Store, sources: Sources) -> None:
    source = add_source(store)
    put(store, sources, source, policy())
    source_store(store).change(replace(source, state="paused"))
    assert sources.find([ANN], "hotel")


def test_sealed_and_open_sources_are_found_alike_and_the_sealed_hold_no_word(store: Store, sources: Sources) -> None:
    sealed, opened = add_source(store), add_source(store)
    source_store(store).change(replace(opened, is_sealed=False))
    put(store, sources, sealed, policy("sealed.md"))
    put(store, sources, replace(opened, is_sealed=False), policy("open.md", Passage("Hotel costs, in the open.")))
    assert {hit.item_key for hit in sources.find([ANN], "hotel costs")} == {"sealed.md", "open.md"}
    index = sources.index
    assert isinstance(index, MemoryPassageIndex)
    terms = {item.source_id: {t for p in item.passages for t in p.terms} for item in index._items.values()}
    assert "hotel" in terms[opened.id]
    assert "hotel" not in terms[sealed.id]


def test_meaning_is_searched_when_the_vectors_are_there_and_words_alone_while_the_embedder_is_out(
    store: Store, sources: Sources
) -> None:
    vectors = Vectors()
    sources = replace(sources, embedder=lambda: vectors)
    put(store, sources, add_source(store), policy())
    assert sources.find([ANN], "hotel")
    assert sources.indexer.embed(60) == 2
    assert sources.index.stats().without_vector == 0
    with_both = sources.find([ANN], "hotel costs")[0].score
    vectors.is_out = True
    assert 0 < sources.find([ANN], "hotel costs")[0].score < with_both


def test_an_index_that_is_out_says_so(store: Store, sources: Sources) -> None:
    put(store, sources, add_source(store), policy())
    assert isinstance(sources.index, MemoryPassageIndex)
    sources.index.is_out = True
    with pytest.raises(StoreOutage):
        sources.find([ANN], "hotel")
    sources.index.is_out = False
    assert sources.find([ANN], "hotel")


def asked(store: Store, person: str, workspace: str = "local", question: str = "How much for a hotel?") -> Job:
    return store.jobs.add(JobRequest("ask", {"question": question}, "api", person, workspace=workspace))[0]


def test_a_job_gets_passages_or_hears_that_there_are_no_sources(store: Store, sources: Sources) -> None:
    with pytest.raises(InputError, match="No sources") as raised:
        sources.passages(asked(store, "ann"), "How much for a hotel?")
    assert raised.value.fix == ADD
    for person, workspace in (("bob", "local"), ("ann", "T1")):
        with pytest.raises(InputError, match="No sources") as raised:
            sources.passages(asked(store, person, workspace), "How?")
        assert "administrator" in raised.value.fix
    put(store, sources, add_source(store), policy())
    assert "140 EUR" in read_passages(sources.passages(asked(store, "ann"), "How much for a hotel?")[0])[0].text
    assert read_passages(sources.passages(asked(store, "ann"), "Zebra?")[0]) == []
    with pytest.raises(InputError, match="No sources"):
        sources.passages(asked(store, "ann", "T1"), "How much for a hotel?")


def test_a_question_is_looked_for_in_the_chosen_sources_alone(store: Store, sources: Sources) -> None:
    hotels, board, bobs = add_source(store), add_source(store), add_source(store, person="bob")
    put(store, sources, hotels, policy("hotels.pdf"))
    put(store, sources, board, policy("board.pdf", Passage("A hotel for the board is refunded 999 EUR.", "Travel")))
    private = AccessList("bobs", frozenset({person_principal("local", "bob")}))
    theirs = policy("bobs.pdf", Passage("A hotel for Bob is refunded up to 333 EUR.", "Travel"), access="bobs")
    put(store, sources, bobs, theirs, access=(private,))

    def found(chosen: str, readers: str = "") -> set[str]:
        value = sources.passages(asked(store, "ann"), "How much is refunded for a hotel?", readers, chosen)[0]
        said = " ".join(passage.text for passage in read_passages(value))
        return {amount for amount in ("140 EUR", "999 EUR", "333 EUR") if amount in said}

    assert found("") == found(f" {hotels.id}, {board.id},") == {"140 EUR", "999 EUR"}
    assert found(board.id) == found(f"{board.id},{bobs.id}") == {"999 EUR"}
    assert found(bobs.id) == found("no-such-source") == set()


def test_what_was_cited_is_read_again_by_those_who_may_read_it_now(store: Store, sources: Sources) -> None:
    board = add_source(store)
    anns = policy("anns.md", Passage("A hotel for Ann is refunded up to 333 EUR.", "Travel"), access="anns")
    put(store, sources, board, policy("all.md"), anns, access=(ALL, ANNS))
    places = sorted(hit.place for hit in sources.find([ANN], "hotel"))
    cited = [DraftSource(number=1, title="", link="", quote="A hotel", place=place) for place in (*places, "999/0")]

    def read(person: str, readers: str = "", chosen: str = "") -> list[str]:
        return [one.place for one in sources.passages_at(asked(store, person), cited, readers, chosen)]

    assert read("ann") == read("ann", chosen=board.id) == places
    assert read("ann", chosen="no-such-source") == []
    assert 0 < len(read("bob")) < len(places)


def test_a_reader_has_all_that_is_theirs_at_every_door(store: Store, settings: Settings) -> None:
    settings = settings.model_copy(update={"microsoft_tenant_id": "tenant"})
    people = load_people(settings, store.records)
    people.remember("tenant", "ann-id", "ann@example.com")
    keep_claims(store.records, "tenant", "ann-id", ["hr"])
    made = Sources(
        source_store(store), item_store(store), reader_of(store), MemoryPassageIndex(),
        load_term_keys(store.records.cipher), people, store.records,
    )  # fmt: skip
    principals = made.reader_of("local", "ann@example.com").principals
    assert principals >= {
        "person:tenant/ann-id", "person:local/ann@example.com", "address:ann@example.com", "group:tenant/hr",
        "workspace:tenant", "workspace:local", EVERYBODY,
    }  # fmt: skip
    assert principals == made.reader_of("tenant", "ann-id").principals
    assert EVERYBODY not in made.reader_of("T9", "U1").principals


def test_an_item_that_no_key_opens_is_left_out(store: Store, sources: Sources) -> None:
    put(store, sources, add_source(store), written("a", "The hotel is booked."))
    with store.database.write() as connection:
        connection.execute(source_blocks.update().values(data=b"damaged"))
    assert sources.find([ANN], "hotel") == []


def test_a_person_gets_passages_of_the_sources_alone_that_policies_allow(store: Store, sources: Sources) -> None:
    hotels, secret = add_source(store), add_source(store)
    put(store, sources, hotels, policy("hotels.pdf"))
    put(store, sources, secret, policy("secret.pdf", Passage("A hotel is refunded up to 999 EUR.", "Travel")))

    def found(rule: str) -> set[str]:
        allowed = replace(sources, rules=rules_of(store, f"{FOR_ALL}sources = {{ {rule} }}\n"))
        passages = read_passages(allowed.passages(asked(store, "ann"), "How much is refunded for a hotel?")[0])
        return {amount for passage in passages for amount in ("140 EUR", "999 EUR") if amount in passage.text}

    assert found("") == {"140 EUR", "999 EUR"}
    assert found(f'deny = ["{secret.id}"]') == {"140 EUR"}
    assert found(f'allow = ["{secret.id}"]') == {"999 EUR"}
    with pytest.raises(PolicyRefused, match=r"The source .* is not allowed by the rule sources\.deny of the group all"):
        found('deny = ["*"]')
    assert refusals(store)[-1][::3] == ("ann", "group.all.sources.deny")


def test_a_denied_source_is_kept_from_its_reader_at_every_question(store: Store, sources: Sources) -> None:
    hotels, secret = add_source(store), add_source(store)
    put(store, sources, hotels, policy("hotels.pdf"))
    put(store, sources, secret, policy("secret.pdf"))
    ruled = replace(sources, rules=rules_of(store, f'{FOR_ALL}sources = {{ deny = ["{secret.id}"] }}\n'))
    assert {hit.item_key for hit in ruled.find([ruled.reader_of("local", "ann")], "hotel")} == {"hotels.pdf"}


def test_an_embeddings_server_elsewhere_gets_no_text_that_policies_hold_here(store: Store, sources: Sources) -> None:
    with OpenAIServer() as server:
        url = server.url.replace("127.0.0.1", "127.1")  # not known to be this machine's
        embedder = EndpointEmbedder(Settings(embeddings_url=url, embeddings_model="e5"))
        theirs = '[group.held]\nmembers = ["local/ann"]\nmodels = { local_only = true }\n'
        ruled = replace(sources, embedder=lambda: embedder, rules=rules_of(store, theirs))
        put(store, ruled, add_source(store), policy("held.pdf"))
        put(store, ruled, add_source(store, person="bob"), policy("free.pdf", Passage("A hotel by the sea.")))
        assert ruled.indexer.embed(60) == 1
        assert {hit.item_key for hit in ruled.search("local", "ann", "hotel of ann")} == {"held.pdf", "free.pdf"}
        assert {hit.item_key for hit in ruled.search("local", "bob", "hotel of bob")} == {"held.pdf", "free.pdf"}
        sent = [text for asked in server.asked for text in asked.body.get("input", ())]
    assert [text for text in sent if "refunded" in text or "ann" in text] == []
    assert any("sea" in text for text in sent)
    assert "hotel of bob" in sent


def test_for_several_readers_only_what_all_may_read_is_found_and_the_rest_is_counted(
    store: Store, sources: Sources
) -> None:
    private = policy("anns.md", Passage("Hotel costs of the board are refunded in full.", "Board"), access="anns")
    put(store, sources, add_source(store), policy("all.md"), private, access=(ALL, ANNS))
    job, question = asked(store, "ann"), "Which hotel costs are refunded?"
    value, withheld = sources.passages(job, question)
    assert ("board" in value, withheld) == (True, 0)
    value, withheld = sources.passages(job, question, "everybody")
    assert ("board" in value, withheld) == (False, 1)
    assert "140 EUR" in value
    value, withheld = sources.passages(job, question, "stranger@else.example")
    assert read_passages(value) == []
    assert withheld


def test_the_nearest_places_of_other_languages_come_besides(store: Store, sources: Sources) -> None:
    sources = replace(sources, embedder=Vectors)
    german = [Passage(f"Die Probezeit im Werk {number} ist für alle Mitarbeiter gleich lang.") for number in range(8)]
    english = [Passage("The trial period of everybody in the Werk lasts for four months and no longer.")]
    put(store, sources, add_source(store), policy("de.txt", *german), policy("en.txt", *english))
    sources.indexer.embed(60.0)
    question = "Wie lang ist die Probezeit im Werk 3 für alle Mitarbeiter?"
    alone = sources.find([ANN], question, limit=1)
    assert [hit.document for hit in alone] == ["de.txt"]
    besides = sources.find([ANN], question, limit=1, abroad=2)
    assert besides[:1] == alone
    assert "en.txt" in [hit.document for hit in besides[1:]]
    assert len(besides) <= 3


def test_what_names_a_clause_that_was_found_comes_besides_in_whatever_words(
    store: Store, sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    filler = [Passage(f"{number}.1 Rooms are cleaned on day {number}.", "Rooms") for number in range(20, 30)]
    rule, notice = Passage("2.2 The deposit is 30 %.", "Offers"), Passage("12.1 It is 40 % above 10,000 (2.2).", "News")
    put(store, sources, add_source(store), policy("handbook.txt", rule, *filler, notice))
    found = [sources.find([ANN], question, limit=1) for question in ("What is the deposit?", "above 10,000")]
    both = [[rule.text, notice.text], [notice.text, rule.text]]
    read = Mock(side_effect=sources.reader.read)
    monkeypatch.setattr(sources.reader, "read", read)
    assert [[hit.text for hit in hits] for hits in sources.with_linked(found, [ANN])] == both
    read.assert_called_once()
    assert notice.text in sources.passages(asked(store, "ann"), "What is the deposit?")[0]


def test_other_wordings_leave_what_is_linked_its_place(store: Store, sources: Sources) -> None:
    filler = [Passage(f"The {word} on floor {at} is open.") for word in ("lodge", "garden") for at in range(40, 50)]
    rule, notice = Passage("2.2 The deposit is 30 %.", "Offers"), Passage("12.1 Ab 10.000 sind es 40 (2.2).", "News")
    put(store, sources, add_source(store), policy("handbook.txt", rule, *filler, notice))
    for others in ("", "everybody"):
        value, _ = sources.passages(asked(store, "ann"), "deposit 30 lodge", others, wordings=["garden"])
        texts = [passage.text for passage in read_passages(value)]
        assert (texts[0], texts[-1], len(texts)) == (rule.text, notice.text, 9)


def test_a_passage_for_a_job_brings_the_sentences_beside_it(store: Store, sources: Sources) -> None:
    after = Passage("Breakfast is included.", "Travel", "page=4")
    put(store, sources, add_source(store), policy("policy.pdf", Passage("Book early.", "Travel"), HOTEL, after))
    first, *_ = read_passages(sources.passages(asked(store, "ann"), "How much is refunded for a hotel?")[0])
    assert (first.before, first.text, first.after) == ("Book early.", HOTEL.text, "Breakfast is included.")
