"""What is handed over with an installation is named by where it lies."""

import os
from pathlib import Path

import pytest

from core.system.installation import default_home, handed_over, is_clone, with_full_paths

ROOT = Path(__file__).parents[3]


def test_in_a_clone_it_lies_at_its_top() -> None:
    assert is_clone()
    assert handed_over() == ROOT


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Run deploy/entra/word.sh URL && deploy/entra/mail.sh URL", ["deploy/entra/word.sh", "deploy/entra/mail.sh"]),
        ("Grant it (deploy/entra/word.sh --consent), please.", ["deploy/entra/word.sh"]),
        ("See .env.example for all of them.", [".env.example"]),
        ("See core/insight/evaluation/README.md.", ["core/insight/evaluation/README.md"]),
    ],
)
def test_a_text_names_it_by_its_full_path(text: str, named: list[str]) -> None:
    full = with_full_paths(text)
    for name in named:
        assert os.access(ROOT / name, os.F_OK)
        assert full.count(f"{ROOT / name}") == 1
    assert full.replace(f"{ROOT}/", "") == text


def test_what_is_named_in_full_already_or_is_no_path_of_ours_stays() -> None:
    for text in ("see /srv/x/deploy/entra/word.sh", "they deploy it", "deployment", "https://x.example/deploy/y"):
        assert with_full_paths(text) == text


def test_the_data_folder_goes_by_xdg(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_home() == tmp_path / "inlaid"
    monkeypatch.delenv("XDG_DATA_HOME")
    assert default_home() == Path.home() / ".local/share/inlaid"
