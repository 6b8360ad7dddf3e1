"""Writer and the Open XML SDK judge what the engine wrote: on every file of the corpus and on random documents."""

import random
import zlib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from integrations.documents import (
    ApplyResult,
    DocumentEdit,
    ViewParagraph,
    compare_documents,
    read_document,
    resolve_revisions,
)
from integrations.documents.text.segments import ATOM
from tests.integrations.documents.build import BOT, CORPUS_FILES, DATE, apply, document, p, run, texts
from tests.integrations.documents.strategies import blocks, documents, edits
from tests.office.judges import SchemaJudge, WriterJudge

pytestmark = pytest.mark.xdist_group("office")
OPERATIONS = ("insert_after", "insert_before", "delete", "split", "merge", "move")
# Writer itself does not resolve changes in a document that protects them.
UNDER_PROTECTION = "documentProtection_trackedChanges"
few = settings(
    max_examples=25,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def word_edits(rows: tuple[ViewParagraph, ...], dice: random.Random) -> list[DocumentEdit]:
    """Return an edit of one or two words for every paragraph that has words."""
    wishes = []
    for row in rows:
        words = row.text.split(" ")
        places = [number for number, word in enumerate(words) if word and ATOM not in word]
        # A note whose every word is tracked comes back empty from Writer, whoever wrote it.
        is_short_note = row.story in ("footnotes", "endnotes") and len(places) < 2
        if places and row.story != "comments" and not is_short_note:
            at = dice.choice(places)
            words[at] = dice.choice(["replaced", "", f"{words[at]} and more", "two words"])
            wishes.append(DocumentEdit(id=row.id, hash=row.hash, text=" ".join(words)))
    return wishes


def operations(rows: tuple[ViewParagraph, ...], dice: random.Random) -> list[DocumentEdit]:
    """Return a change of every other paragraph as a whole."""
    wishes = []
    for row in rows[::2]:
        op: Any = dice.choice(OPERATIONS)
        text = "A new paragraph." if op.startswith("insert") else None
        target = dice.choice([other.id for other in rows if other.story == row.story])
        wishes.append(DocumentEdit(id=row.id, op=op, text=text, at=len(row.text) // 2, target=target))
    return wishes


def comments(rows: tuple[ViewParagraph, ...]) -> list[DocumentEdit]:
    """Return a comment on every third paragraph."""
    return [DocumentEdit(id=row.id, op="comment", comment="A remark.\nIn two lines.") for row in rows[1::3]]


def edited(path: Path) -> tuple[bytes, ApplyResult]:
    """Return a corpus file and what became of random edits of it, the same in every run."""
    data = path.read_bytes()
    rows = read_document(data).paragraphs
    dice = random.Random(zlib.crc32(path.name.encode()))
    return data, apply(data, *word_edits(rows, dice), *operations(rows, dice), *comments(rows))


def filled(paragraphs: list[list[list[Any]]]) -> list[list[list[Any]]]:
    """Leave out empty paragraphs: Writer keeps one too many at the end of a text and beside a tracked table.

    A joiner alone is empty too: Writer puts one into tracked rows without text.
    """
    return [paragraph for paragraph in paragraphs if len(paragraph) > 1 and paragraph[0][0] != "\u200d"]


def plain(paragraphs: list[list[list[Any]]]) -> list[str]:
    """Return the texts alone."""
    return ["".join(stretch[0] for stretch in paragraph[:-1]) for paragraph in paragraphs]


@pytest.mark.parametrize("path", [p for p in CORPUS_FILES if UNDER_PROTECTION not in p.name], ids=lambda p: p.stem)
def test_writer_undoes_word_edits_and_accepts_them_as_meant(path: Path, writer: WriterJudge) -> None:
    data = path.read_bytes()
    rows = read_document(data).paragraphs
    result = apply(data, *word_edits(rows, random.Random(path.name)))
    out = result.data
    if out is None:
        assert all(row.reason for row in result.results)
        return
    assert writer.paragraphs(out, "reject") == writer.paragraphs(data, "reject")
    assert writer.paragraphs(out, "accept") == writer.paragraphs(resolve_revisions(out, accept=True))


@pytest.mark.parametrize("path", [p for p in CORPUS_FILES if UNDER_PROTECTION not in p.name], ids=lambda p: p.stem)
def test_writer_undoes_changes_of_paragraphs_and_accepts_them(path: Path, writer: WriterJudge) -> None:
    data, result = edited(path)
    assert result.data is not None
    assert filled(writer.paragraphs(result.data, "reject")) == filled(writer.paragraphs(data, "reject"))
    accepted = writer.paragraphs(resolve_revisions(result.data, accept=True))
    assert plain(filled(writer.paragraphs(result.data, "accept"))) == plain(filled(accepted))


@pytest.mark.parametrize("path", CORPUS_FILES, ids=lambda p: p.stem)
def test_the_schema_finds_nothing_new(path: Path, validator: SchemaJudge) -> None:
    data, result = edited(path)
    assert result.data is not None
    new = Counter(validator.faults(result.data)) - Counter(validator.faults(data))
    assert not new


@few
@given(data=st.data())
def test_writer_judges_random_documents(data: st.DataObject, writer: WriterJudge) -> None:
    before = data.draw(documents(for_writer=True))
    rows = read_document(before).paragraphs
    out = apply(before, *data.draw(edits(rows))).data
    if out is None:
        return
    assert filled(writer.paragraphs(out, "reject")) == filled(writer.paragraphs(before, "reject"))
    wanted = [row.text.replace(ATOM, "") for row in read_document(out).paragraphs if row.story != "comments"]
    assert [text for text in plain(writer.paragraphs(out, "accept")) if text] == [text for text in wanted if text]


@few
@given(data=st.data())
def test_the_schema_judges_random_documents(data: st.DataObject, validator: SchemaJudge) -> None:
    before = data.draw(documents(for_writer=True))
    out = apply(before, *data.draw(edits(read_document(before).paragraphs))).data
    if out is not None:
        assert not set(validator.faults(out)) - set(validator.faults(before))


def test_writer_judges_a_comparison(writer: WriterJudge) -> None:
    old = next(path for path in CORPUS_FILES if "RP006" in path.name and "Rejected" in path.name).read_bytes()
    new = next(path for path in CORPUS_FILES if "RP006" in path.name and "Accepted" in path.name).read_bytes()
    out = compare_documents(old, new, author=BOT, date=DATE).data
    assert out is not None
    assert writer.paragraphs(out, "reject") == writer.paragraphs(old)
    assert plain(writer.paragraphs(out, "accept")) == texts(new)


@settings(few, max_examples=10)
@given(old=blocks(), new=blocks())
def test_writer_and_the_schema_judge_comparisons_of_tables(
    old: str, new: str, writer: WriterJudge, validator: SchemaJudge
) -> None:
    before, after = document(old, p(run("end"))), document(new, p(run("end")))
    result = compare_documents(before, after, author=BOT, date=DATE)
    if result.data is None:
        return
    assert filled(writer.paragraphs(result.data, "reject")) == filled(writer.paragraphs(before))
    if all(row.status == "applied" for row in result.results) and not result.warnings:
        accepted = plain(filled(writer.paragraphs(result.data, "accept")))
        assert accepted == plain(filled(writer.paragraphs(after)))
    assert not set(validator.faults(result.data)) - set(validator.faults(before)) - set(validator.faults(after))
