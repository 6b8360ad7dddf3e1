"""What a model that writes finds in sources: signals of every kind that the recipe names, and of kinds of one's own."""

import json
from dataclasses import replace
from typing import Any

from core.llm.routes import only
from core.recipes.loader import load_recipes
from core.runner.pipeline import Pipeline
from core.signals.model import Scan
from core.store import Store
from core.writing.model_lane.listing import items_schema
from tests.core.signals.scanned import add_scan, begin, board_of
from tests.core.sources.making import add_source, fill, written
from tests.in_memory import MemoryProgress, ScriptedChat

SAID = {
    "risk": "The boiler in the north wing may fail soon.",
    "opportunity": "Lyon would buy forty units if we delivered in May.",
    "idea": "We could sell coffee at the reception.",
    "complaint": "The parcel came late again, and nobody called.",
    "commitment": "I will send the new price list to Hull.",
    "deadline": "The tender closes on 3 May at noon.",
}


def read_by_a_model(store: Store, scan: Scan, *entries: dict[str, str]) -> None:
    """Have a larger model answer the only job of a scan with entries, and keep what it found."""
    (job,) = begin(store, scan)
    claimed = store.leases.claim(job.id, lease_seconds=60)
    assert claimed
    chat = ScriptedChat([json.dumps({"items": entries})], is_small=False)
    asked = replace(claimed, inputs={**claimed.inputs, **board_of(store).inputs(claimed)})
    draft = Pipeline(load_recipes(), only(chat)).generate(asked, {}, MemoryProgress())
    ready = store.leases.finish(claimed, draft)
    assert ready.draft
    board_of(store).keep(ready, ready.draft)


def entry(kind: str, text: str, quote: str) -> dict[str, str]:
    return {"kind": kind, "text": text, "quote": quote, "who": "", "due": "", "severity": "low", "severity_why": ""}


def test_a_model_finds_all_six_kinds_and_a_label_is_not_said_twice(store: Store) -> None:
    source = add_source(store)
    fill(store, source, [written("minutes", *SAID.values())])
    scan = add_scan(store, source)
    read_by_a_model(store, scan, *(entry(kind, f"{kind.title()}: {quote}", quote) for kind, quote in SAID.items()))
    assert {signal.kind: signal.text for signal in board_of(store).find("local", "ann")} == SAID


def test_kinds_of_ones_own_come_with_the_focus(store: Store) -> None:
    source = add_source(store)
    fill(store, source, [written("minutes", *SAID.values())])
    scan = board_of(store).add(Scan("", "local", "ann", "Wishes", (source.id,), focus="sales leads and lost parcels"))
    lead, parcel = SAID["opportunity"], SAID["complaint"]
    read_by_a_model(store, scan, entry("Sales  lead", lead, lead), entry("lost parcel", parcel, parcel))
    found = board_of(store).find("local", "ann")
    assert {signal.kind: signal.text for signal in found} == {"sales lead": lead, "lost parcel": parcel}


def test_the_model_is_asked_for_every_kind() -> None:
    recipe = load_recipes()["scan"]
    schema: Any = items_schema(recipe)["properties"]
    assert schema["items"]["items"]["properties"]["kind"] == {"type": "string", "maxLength": 40}
    system = recipe.prompt.system if recipe.prompt else ""
    assert [kind for kind in SAID if kind not in system] == []


def test_what_settles_a_matter_later_in_its_thread_stands_behind_it_and_makes_no_new_one(store: Store) -> None:
    source, asked = add_source(store), "Please send the offer to Hull by Friday."
    said = [f"Ann: {asked}", "Bob: I will.", "Bob: The offer is sent."]
    fill(store, source, [written("talk", "\n".join(said[:2]))])
    scan = add_scan(store, source)
    read_by_a_model(store, scan, entry("deadline", asked, asked))
    [first] = board_of(store).find("local", "ann")
    assert first.text == asked
    fill(store, source, [written("talk", "\n".join(said), version="2")])
    read_by_a_model(store, scan, entry("deadline", asked, asked))
    [then] = board_of(store).find("local", "ann")
    assert then.text == f"{asked} \u2192 Bob: The offer is sent."
