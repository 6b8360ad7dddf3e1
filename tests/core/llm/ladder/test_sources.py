"""The catalogue of models."""

import itertools

from core.llm.ladder.sources import catalogue_entry, load_catalogue
from core.llm.sizes import SMALL_PARAMETERS

PERMISSIVE = {"Apache-2.0", "MIT"}


def test_every_entry_can_be_asked_for_and_tells_the_truth_as_far_as_it_can_be_checked() -> None:
    entries = load_catalogue()
    assert [entry.parameters for entry in entries] == sorted(entry.parameters for entry in entries)
    for entry in entries:
        assert catalogue_entry(entry.name.upper()) == entry
        assert entry.licence in PERMISSIVE
        assert entry.file.endswith(".gguf")
        assert entry.repository.count("/") == 1
        assert entry.size_bytes < entry.memory_bytes
        # Between 4 and 8.5 bits a parameter, whatever the quantisation.
        assert 4 <= entry.size_bytes * 8 / entry.parameters < 9, entry.name
        assert entry.good_for


def test_the_steps_are_writers_that_know_the_four_languages_and_grow() -> None:
    steps = [entry for entry in load_catalogue() if entry.step]
    assert len(steps) >= 3
    assert all(entry.parameters >= SMALL_PARAMETERS for entry in steps)
    assert all({"en", "de", "fr", "es"} <= set(entry.languages) for entry in steps)
    assert all(later.memory_bytes > earlier.memory_bytes for earlier, later in itertools.pairwise(steps))


def test_a_beginning_that_only_one_has_is_enough() -> None:
    assert catalogue_entry("granite").name == "granite-3.3-2b-instruct"
