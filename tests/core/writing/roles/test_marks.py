"""What a careful reader of messages would mark, and as what."""

import pytest

from core.embeddings import WordEmbedder, load_embedder
from core.settings import Settings
from core.text.statements import read_statements
from core.writing.roles import roles_of
from core.writing.roles.marks import mark_by_roles


def test_roles_say_what_is_marked() -> None:
    text = "The supplier pays a penalty of 200 euros for each day of delay. Is it due? Hello!"
    duty, *others = map(mark_by_roles, roles_of(read_statements(text, "en")))
    assert duty.worth >= 0.5
    assert duty.kind == "duty"
    assert [one.worth for one in others] == [0.0] * len(others)


def test_what_may_hurt_somebody_is_a_risk_however_calmly_it_is_told() -> None:
    embedder = load_embedder(Settings())
    if isinstance(embedder, WordEmbedder):
        pytest.skip("no embedded model here")
    text = (
        "The gas smell in the cellar is getting stronger and the children sleep right above it. The cake for Monday is "
        "ordered."
    )
    danger, harmless = map(mark_by_roles, roles_of(read_statements(text, "en"), embedder, is_read=True))
    assert danger.kind == "risk"
    assert danger.worth == 1.0
    assert harmless.worth == 0.0
