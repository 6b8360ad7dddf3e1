"""Spelling dictionaries, wherever they are installed, and how often words are used."""

from pathlib import Path

from core.text.dictionaries import Dictionary, dictionary_path, find_dictionary, frequencies, rarity_of


def put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / f"{name}.dic").write_text("2\nhello\nworld\n")
        (folder / f"{name}.aff").write_text("SET UTF-8\n")


def test_the_usual_form_of_a_language_is_taken_first(tmp_path: Path) -> None:
    put(tmp_path, "de_AT", "de_DE", "de")
    found = dictionary_path("de", [tmp_path])
    assert found
    assert found.stem == "de_DE"


def test_a_folder_without_the_language_or_without_its_rules_is_passed_over(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.mkdir()
    second.mkdir()
    put(second, "fr")
    (first / "fr.dic").write_text("1\nbonjour\n")
    assert dictionary_path("fr", [first, second]) == second / "fr.dic"
    assert dictionary_path("es", [first, second]) is None


def test_a_word_is_known_or_not_and_one_beyond_all_bounds_is_let_pass(tmp_path: Path) -> None:
    put(tmp_path, "en")
    dictionary = Dictionary(tmp_path / "en.dic")
    assert dictionary.knows("hello")
    assert not dictionary.knows("helo")
    assert dictionary.knows("x" * 500)


def test_english_is_always_there() -> None:
    english = find_dictionary("en")
    assert english
    assert english.knows("harbour") or english.knows("harbor")
    assert find_dictionary("xx") is None


def test_a_rare_word_is_rarer_than_a_common_one_and_an_unknown_one_counts_as_rare() -> None:
    assert rarity_of("the") < rarity_of("picnic") <= rarity_of("zzzqqq")
    assert frequencies("xx") == {}
