"""Texts without what is personal in them."""

import re

from core.insight.export.anonymize import anonymized_texts
from core.insight.learning.examples import nameless


def test_the_same_name_has_the_same_stand_in_in_both_texts() -> None:
    given, used = nameless("Dear Miriam, call miriam@keller.example.\nRegards\nTom Stark", "Hello Tom, hello Miriam.")
    assert "Miriam" not in given + used
    assert "keller.example" not in given
    names = {word.strip(",.") for word in used.split()} - {"Hello", "hello"}
    assert all(name in given for name in names)


def test_stand_ins_are_the_same_in_all_texts_and_no_name_that_is_there() -> None:
    made = anonymized_texts(
        {"a": "Dear Tobias, ask Kim.\nRegards\nMiriam", "b": "Hello Tobias, hello Miriam."}, ["Kim"]
    )
    tobias = made["b"].split()[1].strip(",")
    assert f"Dear {tobias}," in made["a"]
    assert not re.search("Tobias|Miriam|Kim", "".join(made.values()))
