"""`inlaid ask` without sources, and `inlaid scan` as a person uses it; the rules answer, so no model is needed."""

import json
from pathlib import Path

import pytest

from core.embeddings import WordEmbedder, load_embedder
from core.settings import Settings
from tests.core.writing.grounded.test_terms import YARD
from tests.integrations.cli.commands.test_report import run


def test_a_question_without_sources_says_how_to_add_some(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    del settings
    assert run("ask", "Where is the printer?") == 1
    assert "inlaid sources add" in capsys.readouterr().err


def test_a_question_that_nothing_answers_is_followed_by_no_other(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del settings
    path = tmp_path / "travel.md"
    path.write_text("A hotel may cost up to 145 euros a night.")
    assert run("sources", "add", str(path)) == 0
    capsys.readouterr()
    assert run("ask", "How much may a hotel cost per night?") == 0
    said = capsys.readouterr()
    assert "To ask further" in said.err
    assert f"{said.out}{said.err}".count("145 euros") == 1
    assert run("ask", "Wer hat die Decke der Kapelle gemalt, und wann war das?") == 0
    said = capsys.readouterr()
    assert "nehmen Sie ein Dokument" in said.err
    assert "\n      inlaid sources add PATH\n" in said.err
    assert "To ask further" not in said.err


def test_of_files_the_terms_of_an_agreement_are_listed_with_their_quotes_and_of_others_it_is_said_what_they_need(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del settings
    (tmp_path / "lease.txt").write_text(YARD)
    (tmp_path / "notes.txt").write_text("The supplier may not deliver before June. Lunch was good.")
    assert run("scan", str(tmp_path), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    if not isinstance(load_embedder(Settings()), WordEmbedder):
        assert {item["file"] for item in told["items"]} == {str(tmp_path / "lease.txt")}
        assert any("without notice" in item["quote"] for item in told["items"])
    assert "needs a larger model" in told["not_listed"][str(tmp_path / "notes.txt")]
    assert run("scan", str(tmp_path / "notes.txt")) == 0
    said = capsys.readouterr().out
    assert "needs a larger model" in said
    assert "Nothing was found" not in said


def test_a_path_that_does_not_exist_is_named(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    del settings
    assert run("scan", "nowhere.txt") == 1
    assert "nowhere.txt" in capsys.readouterr().err


def test_one_bad_file_is_named_and_ends_no_other(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del settings
    (tmp_path / "a-empty.txt").write_text("")
    (tmp_path / "b-broken.pdf").write_bytes(b"%PDF-1.4 torn")
    (tmp_path / "notes.txt").write_text("The supplier may not deliver before June, which puts the launch at risk.")
    assert run("scan", str(tmp_path)) == 1
    said = capsys.readouterr()
    assert "notes.txt: " in said.out
    assert f"Not read: {tmp_path / 'a-empty.txt'}: " in said.err
    assert f"Not read: {tmp_path / 'b-broken.pdf'}: " in said.err
    assert run("scan", str(tmp_path), "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert [Path(name).name for name in told["not_read"]] == ["a-empty.txt", "b-broken.pdf"]
    assert [Path(name).name for name in told["not_listed"]] == ["notes.txt"]


def test_a_follow_up_keeps_its_subject(settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    del settings
    path = tmp_path / "travel.md"
    path.write_text("A hotel may cost up to 145 euros a night, in London up to 190 euros a night.")
    assert run("sources", "add", str(path)) == 0
    capsys.readouterr()
    assert run("ask", "How much may a hotel cost per night?", "--json") == 0
    job = json.loads(capsys.readouterr().out)["job_id"]
    assert run("ask", "And in London?", "--follow", job, "--json") == 0
    draft = json.loads(capsys.readouterr().out)
    assert "190 euros" in draft["text"]
    assert "follows “How much may a hotel cost per night?”" in draft["notices"][0]
    assert run("ask", "And in London?", "--follow", "nothing") == 1
    assert "no such job" in capsys.readouterr().err


def test_a_follow_up_is_answered_from_what_was_cited_before_it_too(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del settings
    for name in ("rates", "post"):
        (tmp_path / name).mkdir()
    (tmp_path / "rates" / "rates.md").write_text("# Rates\n\nLodging: 140 euros a night is the most.")
    # More passages say the words of the follow-up than a search finds, and none of them says anything.
    for number in range(30):
        asked = f"Desk {number} asks: What is the most for lodging a night in Paris?"
        (tmp_path / "post" / f"{number}.md").write_text(asked)
    assert run("sources", "add", str(tmp_path / "rates")) == 0
    capsys.readouterr()
    assert run("ask", "What is the most for lodging a night?", "--json") == 0
    first = json.loads(capsys.readouterr().out)
    assert "140 euros" in first["text"]
    assert run("sources", "add", str(tmp_path / "post")) == 0
    capsys.readouterr()
    assert run("ask", "And in Paris?", "--follow", first["job_id"], "--json") == 0
    assert "140 euros" in capsys.readouterr().out


def test_a_question_is_answered_from_the_sources_that_are_named(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del settings
    for name, price in (("travel", 145), ("board", 390)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "rules.md").write_text(f"A hotel may cost up to {price} euros a night.")
        assert run("sources", "add", str(tmp_path / name), "--title", name.title()) == 0
    capsys.readouterr()
    assert run("ask", "How much may a hotel cost per night?", "--source", "Board", "--json") == 0
    draft = json.loads(capsys.readouterr().out)
    assert "390 euros" in draft["text"]
    assert "145 euros" not in json.dumps(draft)
    assert run("ask", "How much may a hotel cost per night?", "--source", "Nothing") == 1
    assert "no source Nothing" in capsys.readouterr().err


def test_a_long_talk_is_refused_as_the_result_and_asks_for_no_words(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del settings
    talk = tmp_path / "talk.txt"
    talk.write_text("Ann: We meet in the old hall again.\nBo: The room on the left is free then.\n" * 20)
    assert run("run", "summarize", str(talk)) == 0
    said = capsys.readouterr()
    assert said.out.startswith("340 words, about 2 minutes to read. A summary needs a larger model.")
    assert "Needs your words" not in said.err


def test_what_is_not_answered_says_what_may_be_done(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del settings
    path = tmp_path / "travel.md"
    path.write_text("A hotel may cost up to 145 euros a night.")
    assert run("sources", "add", str(path)) == 0
    capsys.readouterr()
    assert run("ask", "Who repairs the coffee machine?") == 0
    said = capsys.readouterr()
    assert "Nothing was found that answers this" in said.out
    assert "inlaid sources add PATH" in said.err
    assert "Needs your words" not in said.err
