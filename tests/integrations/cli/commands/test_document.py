"""The commands `inlaid document ...`: JSON shapes, exit codes, streams, and one line on stderr for errors."""

import io
import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from integrations.cli.app import main
from integrations.documents import read_document
from tests.integrations.documents.build import CORPUS_FILES, document, find, p, run, texts

DATA = document(p(run("one two three")), p(run("last")))


class Answer(NamedTuple):
    returncode: int
    stdout: bytes
    stderr: bytes


def inlaid(*arguments: object, stdin: bytes | io.BytesIO = b"") -> Answer:
    """Run `inlaid document` with these arguments, in this process but with streams of its own."""
    given = stdin if isinstance(stdin, io.BytesIO) else io.BytesIO(stdin)
    streams = [given, io.BytesIO(), io.BytesIO()]
    before = sys.stdin, sys.stdout, sys.stderr
    sys.stdin, sys.stdout, sys.stderr = (io.TextIOWrapper(stream, "utf-8") for stream in streams)
    code: object = 0
    try:
        main(["document", *map(str, arguments)])
    except SystemExit as end:
        code = end.code
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        answer = Answer(code if isinstance(code, int) else 0, *(stream.getvalue() for stream in streams[1:]))
        sys.stdin, sys.stdout, sys.stderr = before
    return answer


def shown(answer: Answer) -> Any:
    """Return the JSON that a command printed."""
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file.docx"
    path.write_bytes(DATA)
    return path


def test_read_prints_paragraphs_revisions_comments_and_warnings(file: Path) -> None:
    answer = shown(inlaid("read", file, "--json"))
    assert set(answer) == {"paragraphs", "revisions", "comments", "warnings"}
    assert {"id", "hash", "story", "style", "text"} <= set(answer["paragraphs"][0])
    assert [row["text"] for row in answer["paragraphs"]] == ["one two three", "last"]
    assert shown(inlaid("read", "-", "--json", stdin=DATA)) == answer


def test_apply_accept_reject_and_compare(file: Path, tmp_path: Path) -> None:
    edits = [
        {"id": find(DATA, "one").id, "find": "two", "replace": "2", "comment": "Shorter"},
        {"id": "body:nope", "text": "x"},
        {"id": find(DATA, "last").id, "insert_after": "more"},
    ]
    listed = tmp_path / "edits.json"
    listed.write_text(json.dumps(edits))
    out = tmp_path / "out.docx"
    answer = shown(inlaid("apply", file, listed, "-o", out, "--author", "Ann", "--json"))
    assert [row["status"] for row in answer["results"]] == ["applied", "refused", "applied"]
    assert answer["results"][1]["reason"]
    assert (answer["applied"], answer["refused"], answer["file"]) == (2, 1, str(out))
    assert texts(out.read_bytes())[:3] == ["one 2 three", "last", "more"]
    assert {row.author for row in read_document(out.read_bytes()).revisions} == {"Ann"}
    undone = tmp_path / "undone.docx"
    assert shown(inlaid("reject", out, "--author", "Ann", "-o", undone, "--json"))["left"] == 0
    assert texts(undone.read_bytes())[:2] == ["one two three", "last"]
    final = tmp_path / "final.docx"
    assert inlaid("accept", out, "-o", final).returncode == 0
    assert read_document(final.read_bytes()).revisions == ()
    marked = tmp_path / "marked.docx"
    assert shown(inlaid("compare", file, final, "-o", marked, "--json"))["applied"] == 2
    assert texts(marked.read_bytes()) == ["one 2 three", "last", "more"]
    said = inlaid("compare", file, final, "-o", tmp_path / "again.docx").stdout.decode()
    assert said.startswith("2 changes are marked.\nIt is in ")


def test_accept_of_single_changes(file: Path, tmp_path: Path) -> None:
    edits = json.dumps([{"id": find(DATA, "one").id, "text": "1 two 3"}]).encode()
    changed = inlaid("apply", file, "-", "-o", "-", stdin=edits).stdout
    number = read_document(changed).revisions[0].id
    tracked = tmp_path / "tracked.docx"
    tracked.write_bytes(changed)
    answer = shown(inlaid("accept", tracked, "--id", number, "-o", tmp_path / "o.docx", "--json"))
    assert (answer["resolved"], answer["left"]) == (1, 3)


def test_strict_writes_nothing(file: Path, tmp_path: Path) -> None:
    edits = json.dumps([{"id": find(DATA, "one").id, "text": "1"}, {"id": "x", "text": "2"}]).encode()
    out = tmp_path / "out.docx"
    answer = inlaid("apply", file, "-", "-o", out, "--strict", "--json", stdin=edits)
    assert answer.returncode == 1
    assert not out.exists()
    assert json.loads(answer.stdout)["file"] is None
    assert answer.stderr.count(b"\n") == 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("read", "missing.docx"), 1),
        (("read", "{file}", "--view", "neither"), 2),
        (("apply", "{file}"), 2),
        (("apply", "{file}", "missing.json", "-o", "o.docx"), 1),
        (("apply", "-", "-", "-o", "o.docx"), 2),
        (("apply", "{file}", "{file}", "-o", "o.docx"), 1),
        (("reject", "{file}", "-o", "-", "--json"), 2),
        (("accept", "{file}", "--id", "99", "-o", "o.docx"), 1),
        (("compare", "{file}", "{file}", "-o", "missing/o.docx"), 1),
    ],
)
def test_exit_codes_and_one_line_of_error(file: Path, arguments: tuple[str, ...], code: int) -> None:
    answer = inlaid(*[argument.replace("{file}", str(file)) for argument in arguments])
    assert answer.returncode == code
    assert answer.stdout == b""
    if code == 1:
        assert answer.stderr.startswith(b"inlaid: ")
        assert answer.stderr.count(b"\n") == 1


def test_equal_documents_compare_to_a_copy(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.docx"
    assert shown(inlaid("compare", file, file, "-o", out, "--json"))["applied"] == 0
    assert out.read_bytes() == DATA


def test_without_a_place_the_result_lies_beside_its_file_and_replaces_none(file: Path) -> None:
    for name in ("file-compared.docx", "file-compared-2.docx"):
        answer = inlaid("compare", file, file)
        assert answer.returncode == 0, answer.stderr
        assert answer.stdout.decode() == f"There is nothing to change.\nIt is in {file.with_name(name)}.\n"
        assert file.with_name(name).read_bytes() == DATA
    edits = json.dumps([{"id": find(DATA, "one").id, "text": "1"}]).encode()
    tracked = inlaid("apply", file, "-", stdin=edits)
    assert tracked.stdout.decode().endswith(f"It is in {file.with_name('file-edited.docx')}.\n")
    assert inlaid("reject", file.with_name("file-edited.docx")).returncode == 0
    assert file.with_name("file-edited-rejected.docx").exists()


def test_what_came_from_standard_input_goes_to_standard_output(file: Path) -> None:
    assert texts(inlaid("compare", "-", file, stdin=DATA).stdout) == texts(DATA)


@pytest.mark.parametrize("command", ["apply", "accept", "compare", "fill"])
def test_a_result_replaces_another_file_only_by_force_and_never_what_was_read(file: Path, command: str) -> None:
    edits, kept = file.with_name("edits.json"), file.with_name("kept.docx")
    edits.write_text(json.dumps([{"id": find(DATA, "one").id, "text": "1"}]))
    kept.write_bytes(b"somebody's work")
    given = {"apply": [file, edits], "accept": [file], "compare": [file, file], "fill": [file, edits]}[command]
    for forced in ([], ["--force"]):
        over_input = inlaid(command, *given, "-o", file.parent / "." / file.name, *forced)
        assert over_input.returncode == 1
        assert b"is what is read, and stays as it is. Name another file with -o." in over_input.stderr
        assert file.read_bytes() == DATA
    answer = inlaid(command, *given, "-o", kept)
    assert answer.returncode == 1
    assert b"kept.docx is there already. Name another file, or write over it with --force." in answer.stderr
    assert kept.read_bytes() == b"somebody's work"
    if command != "fill":
        assert inlaid(command, *given, "-o", kept, "--force").returncode == 0
        assert kept.read_bytes() != b"somebody's work"


def test_real_files_for_a_person_to_read() -> None:
    tracked = next(path for path in CORPUS_FILES if "delins" in path.name)
    answer = inlaid("read", tracked)
    assert answer.returncode == 0
    assert "Tika can be:" in answer.stdout.decode()


def test_a_template_says_which_of_its_places_it_left_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INLAID_MODEL_SIZE", "small")
    template, brief, filled = (tmp_path / name for name in ("offer.docx", "brief.txt", "filled.docx"))
    template.write_bytes(
        document(
            p(run("Dear {{ customer }}, on [Day] at [Place].")), p(run("Signature: ______")), p(run("Total: XXXX"))
        )
    )
    brief.write_text("Customer: Contoso\nPlace: Ulm\n")

    answer = inlaid("fill", template, brief, "-o", filled)

    assert answer.returncode == 0, answer.stderr
    assert texts(filled.read_bytes()) == ["Dear Contoso, on [Day] at Ulm.", "Signature: ______", "Total: XXXX"]
    said = answer.stderr.decode().splitlines()
    assert {"Fill in: Day?", "Fill in: Signature: ____"} < {line.strip() for line in said}
    assert {"Customer: Contoso", "Place: Ulm"} < {line.strip() for line in said}
    assert "Fill in: Total: ____" in said
    assert "note: Write for example “Day: …” on a line of its own." in said
