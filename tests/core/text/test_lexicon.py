"""Language data: phrases as people write them become bounded patterns, and every file can be read."""

import re
import time
from importlib.resources import files
from pathlib import Path

import pytest

from core.text.lexicon import by_language, expression, languages, lexicon, pattern_beside, phrases_beside

# Their lists hold patterns, no phrases.
PATTERNS = {"asks", "briefs", "people", "questions", "replies", "salutations", "threads", "told", "wishes"}


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("I'll do", "then I\u2019ll  do it", "I\u2019ll  do"),
        ("entscheid*", "Wir entscheiden das.", "entscheiden"),
        ("let … know", "Let the whole team know.", "Let the whole team know"),
        ("(we|they) (have )?decided", "They decided. We have decided.", "They decided"),
        ("^no,", "no, Thursday", "no,"),
        ("^no,", "There is no, none", ""),
        ("done$", "All done", "done"),
        ("done$", "All done now", ""),
        ("art", "a part of it", ""),
        ("offen?", "offen? nein", "offen?"),
    ],
)
def test_a_phrase_is_found_as_people_write_it(phrase: str, text: str, found: str) -> None:
    match = re.search(expression(phrase), text, re.I)
    assert (match[0].strip() if match else "") == found


def test_every_file_holds_lists_that_compile_and_wordings() -> None:
    assert {"en", "de", "fr", "es"} <= languages()
    for language in languages():
        for path in files("core.text").joinpath("data", language).iterdir():
            topic = path.name.removesuffix(".toml")
            for line in path.read_text(encoding="utf-8").splitlines():
                if (name := re.match(r"(\w+) = \[", line)) and topic not in PATTERNS:
                    assert lexicon(language)[f"{topic}.{name[1]}"].search("") is None, (language, topic, name[1])


@pytest.mark.parametrize("topic", sorted(PATTERNS))
def test_every_list_of_patterns_compiles(topic: str) -> None:
    lists = [words for table in by_language(topic).values() for words in table.values() if isinstance(words, list)]
    patterns = [word if isinstance(word, str) else word[0] for words in lists for word in words]
    assert patterns
    for pattern in patterns:
        re.compile(pattern.replace("{whom}", "him"))


def test_an_unknown_language_knows_no_words_and_an_unknown_list_is_an_error() -> None:
    assert not lexicon("ja")["speakers.nobody"].search("note")
    assert lexicon("").words("speakers.nobody") == ()
    with pytest.raises(KeyError, match=r"speakers\.noone"):
        lexicon("en")["speakers.noone"]


def test_all_languages_together() -> None:
    assert {"note", "notiz", "remarque", "nota"} <= set(lexicon("mul").words("speakers.nobody"))


def test_hostile_text_costs_no_more_than_its_length() -> None:
    pattern = re.compile(expression("let … know (this |that )?week*"))
    began = time.thread_time()
    assert not pattern.search("let " * 20_000 + "know" * 20_000)
    assert time.thread_time() - began < 2


def test_a_file_beside_a_module_gives_one_pattern_for_all_languages(tmp_path: Path) -> None:
    (tmp_path / "letters.toml").write_text('[closings]\nen = ["regards"]\nde = ["gr(?:ü|ue)ße"]\n', encoding="utf-8")
    module = str(tmp_path / "letters.py")
    assert phrases_beside(module, "closings") == ("regards", "gr(?:ü|ue)ße")
    closing = pattern_beside(module, "closings", r"\s*", ",")
    assert [bool(closing.fullmatch(line)) for line in (" Regards,", "GRÜßE,", "regards", "Hello,")] == [
        True,
        True,
        False,
        False,
    ]
    assert not pattern_beside(module, "closings", flags=0).match("Regards")
    with pytest.raises(KeyError):
        pattern_beside(module, "greetings")
