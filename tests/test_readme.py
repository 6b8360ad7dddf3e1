"""README and its neighbours name files, make targets and commands that exist."""

import re
import subprocess
from pathlib import Path

import pytest
import typer

from integrations.cli.app import app

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
TEXTS = {name: (ROOT / name).read_text() for name in ("README.md", "CONTRIBUTING.md", "DECISIONS.md", "CHANGELOG.md")}
MAX_TARGETS = 11
MAX_DECISION_LINES = 15


@pytest.mark.parametrize("name", TEXTS)
def test_named_files_exist(name: str) -> None:
    named = re.findall(r"`((?:core|worker|integrations|tests|deploy|benchmarks)/[\w./-]*)`", TEXTS[name])
    named += re.findall(r"`(\.?[\w-]+\.(?:md|toml|example))`", TEXTS[name])
    assert [path for path in named if not (ROOT / path).exists() and path != "tests/core/test_x.py"] == []


def test_named_make_targets_exist_and_are_few() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z]+):.*## ", makefile, flags=re.MULTILINE))
    named = {
        target for text in TEXTS.values() for target in re.findall(r"(?:^|`)make ([a-z]+)", text, flags=re.MULTILINE)
    }
    assert named <= targets
    assert {"help", "install", "sync", "check", "test", "demo", "bench"} <= targets
    assert len(targets) <= MAX_TARGETS
    assert set(re.search(r"^\.PHONY: (.*)$", makefile, flags=re.MULTILINE)[1].split()) == targets  # type: ignore[index]


def test_named_commands_exist() -> None:
    pattern = re.compile(r"(?:`|\.venv/bin/|^)inlaid ([a-z]+)", flags=re.MULTILINE)
    named = {word for text in TEXTS.values() for word in pattern.findall(text)}
    commands = vars(typer.main.get_command(app))["commands"]
    assert named
    assert named <= set(commands)


def test_every_picture_is_there_light_and_dark_small_and_told_in_words() -> None:
    folder = ROOT / "deploy/pictures"
    shown = re.findall(r'srcset="([^"]+)"><img src="([^"]+)" width="[^"]+" alt="([^"]+)"', README)
    assert shown
    for dark, light, told in shown:
        assert (dark, len(told) > 40) == (light.replace("-light", "-dark"), True)
    named = {Path(path).name for dark, light, _ in shown for path in (dark, light)}
    assert named == {one.name for one in folder.iterdir()}
    assert [one.name for one in folder.iterdir() if one.stat().st_size > 80_000] == []


def test_ci_runs_the_test_command_of_the_readme() -> None:
    assert "make test" in TEXTS["README.md"]
    assert (ROOT / ".ci" / "run").read_text().splitlines()[-1] == "exec make test"


def decisions() -> list[str]:
    """Return the entries of DECISIONS.md, without the headings of its parts."""
    parts = re.split(r"^##? ", TEXTS["DECISIONS.md"], flags=re.MULTILINE)
    return [part for part in parts if part[:1].isdigit()]


def test_decisions_are_numbered_and_short() -> None:
    entries = decisions()
    numbers = [int(entry.partition(".")[0]) for entry in entries]
    assert len(numbers) == len(set(numbers))
    assert [
        entry.splitlines()[0] for entry in entries if len(entry.strip().splitlines()) - 2 > MAX_DECISION_LINES
    ] == []
    assert all(f"**{part}.**" in entry for entry in entries for part in ("Context", "Choice", "Consequence"))


def test_the_parts_of_the_decisions_stand_in_their_table_of_contents() -> None:
    told = re.findall(r"^- \[([^\]]+)\]\(#([^)]+)\): ", TEXTS["DECISIONS.md"], flags=re.MULTILINE)
    parts = re.findall(r"^# (.+)$", TEXTS["DECISIONS.md"], flags=re.MULTILINE)[1:]
    assert told == [(part, re.sub(r"[^\w -]", "", part.lower()).replace(" ", "-")) for part in parts]


def test_a_decision_that_is_cited_is_there() -> None:
    """In code and papers as "DECISIONS 3" or "DECISIONS.md 3", among decisions as a number in brackets."""
    listed = subprocess.run(
        ["git", "grep", "-hoE", r"DECISIONS(\.md)?`?,? [0-9]+"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    cited = {int(line.rpartition(" ")[2]) for line in listed.stdout.splitlines()}
    cited |= {
        int(number)
        for several in re.findall(r"\((\d{1,3}(?:, \d{1,3})*)\)", "".join(decisions()))
        for number in several.split(", ")
    }
    assert cited
    assert cited - {int(entry.partition(".")[0]) for entry in decisions()} == set()


def test_contributing_fits_one_screen_and_starts_with_three_commands() -> None:
    lines = TEXTS["CONTRIBUTING.md"].splitlines()
    assert len(lines) <= 64
    assert [line.split()[:2] for line in lines[3:6]] == [["make", "sync"], ["make", "check"], ["make", "test"]]
