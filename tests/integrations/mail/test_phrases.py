"""The files of phrases beside the modules of mail can be read, and belong to their module."""

import re
import tomllib
from pathlib import Path

import pytest

FILES = sorted((Path(__file__).parents[3] / "integrations/mail").rglob("*.toml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_phrase_compiles_and_stands_once_in_its_list(path: Path) -> None:
    for name, by_language in tomllib.loads(path.read_text(encoding="utf-8")).items():
        phrases = [phrase for phrases in by_language.values() for phrase in phrases]
        assert phrases, name
        assert len(phrases) == len(set(phrases)), name
        for phrase in phrases:
            re.compile(phrase)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_file_belongs_to_the_module_beside_it(path: Path) -> None:
    code = path.with_suffix(".py").read_text(encoding="utf-8")
    assert [name for name in tomllib.loads(path.read_text(encoding="utf-8")) if f'"{name}"' not in code] == []
