"""A .env file that a person wrote is changed in the lines that are asked for, and in nothing else."""

import os
import stat
import threading
from pathlib import Path

import pytest
from dotenv import dotenv_values

from core.errors import ConflictError, InputError, SettingsError
from integrations.cli.setup.env_file import EnvFile, changed_text, read_env_file, write_values

OWN = """\
# Our settings
INLAID_PORT=8080  # behind nginx

#INLAID_SLACK_BOT_TOKEN=
export INLAID_PUBLIC_URL="https://old.example.com"  # mind the proxy
INLAID_OWNER_NAME='Ann
Smith'
"""


def test_comments_order_and_other_lines_stay() -> None:
    made = changed_text(
        OWN, {"INLAID_SLACK_BOT_TOKEN": "xoxb-1", "INLAID_PUBLIC_URL": "https://new.example.com", "INLAID_NEW": "1"}
    )
    assert (
        made
        == OWN.replace('"https://old.example.com"', "https://new.example.com").replace(
            "#INLAID_SLACK_BOT_TOKEN=\n", "#INLAID_SLACK_BOT_TOKEN=\nINLAID_SLACK_BOT_TOKEN=xoxb-1\n"
        )
        + "INLAID_NEW=1\n"
    )


def test_the_line_that_counts_is_the_one_that_changes() -> None:
    assert changed_text("A=1\nA=2\n", {"A": "3"}) == "A=1\nA=3\n"


@pytest.mark.parametrize(
    "value", ["a b#c", "it's", 'say "x"', "back\\slash", "$HOME", "ü~!*?&", "-", "a=b", " led by a blank"]
)
def test_whatever_a_secret_is_made_of_reads_back(tmp_path: Path, value: str) -> None:
    file = tmp_path / ".env"
    write_values(read_env_file(file), {"INLAID_X": value})
    assert dotenv_values(file)["INLAID_X"] == value


@pytest.mark.parametrize("value", ["two\nlines", "a\x00b", "${HOME}"])
def test_what_could_not_be_read_back_is_refused_and_nothing_is_lost(tmp_path: Path, value: str) -> None:
    file = tmp_path / ".env"
    file.write_text(OWN)
    with pytest.raises(InputError, match="INLAID_X"):
        write_values(read_env_file(file), {"INLAID_X": value})
    assert file.read_text() == OWN
    assert os.listdir(tmp_path) == [".env"]


@pytest.mark.parametrize(
    ("text", "line"), [("A=1\nINLAID_SLACK_BOT\n", 2), ("A=1\n\nINLAID_KEY='xoxb-canary", 3), ("= x\n", 1)]
)
def test_a_half_written_file_is_named_by_its_line_and_never_shown(tmp_path: Path, text: str, line: int) -> None:
    file = tmp_path / ".env"
    file.write_text(text)
    with pytest.raises(SettingsError, match=f"Line {line} of") as refused:
        read_env_file(file)
    assert "canary" not in str(refused.value)
    assert file.read_text() == text


def test_a_last_line_without_its_end_is_completed(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("A=1")
    write_values(read_env_file(file), {"B": "2"})
    assert file.read_text() == "A=1\nB=2\n"


def test_it_is_for_its_owner_alone_also_when_it_was_open_before(tmp_path: Path) -> None:
    for name in ("new", "old"):
        file = tmp_path / name
        if name == "old":
            file.write_text("A=1\n")
            file.chmod(0o644)
        write_values(read_env_file(file), {"B": "2"})
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_group_of_the_service_can_read_it_as_before(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("A=1\n")
    file.chmod(0o640)
    write_values(read_env_file(file), {"B": "2"})
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


@pytest.mark.parametrize("old", ["1", "'it\\'s'", '"say #1"', ""])
def test_a_comment_with_an_apostrophe_stays(old: str) -> None:
    text = f"A={old}  # don't touch, it's ours\n"
    assert changed_text(text, {"A": "2"}) == "A=2  # don't touch, it's ours\n"


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("A=1\n")
    (tmp_path / ".env").symlink_to("real")
    write_values(read_env_file(tmp_path / ".env"), {"A": "2"})
    assert (tmp_path / ".env").is_symlink()
    assert (tmp_path / "real").read_text() == "A=2\n"


def test_two_at_once_lose_nothing_of_each_other(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(OWN)
    seen = [read_env_file(file) for _ in range(8)]  # all have looked before any writes
    both = [
        threading.Thread(target=write_values, args=(before, {f"INLAID_N{number}": str(number)}))
        for number, before in enumerate(seen)
    ]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert {name: value for name, value in dotenv_values(file).items() if name.startswith("INLAID_N")} == {
        f"INLAID_N{number}": str(number) for number in range(8)
    }
    assert file.read_text().startswith(OWN)


def test_what_somebody_else_has_set_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    before = read_env_file(file)
    file.write_text("A=theirs\n")
    with pytest.raises(ConflictError, match="A in"):
        write_values(before, {"A": "mine", "B": "2"})
    assert file.read_text() == "A=theirs\n"


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot be written.*Nothing was changed"):
        write_values(EnvFile(tmp_path / "nowhere" / ".env", ""), {"A": "1"})
    with pytest.raises(SettingsError, match="cannot be read"):
        read_env_file(tmp_path)
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00A")
    with pytest.raises(SettingsError, match="UTF-8"):
        read_env_file(tmp_path / "binary")


def test_a_folder_that_nobody_may_write_into_is_named() -> None:
    with pytest.raises(InputError, match=r"cannot be written.*Nothing was changed"):
        write_values(read_env_file(Path("/sys/.env")), {"A": "1"})
