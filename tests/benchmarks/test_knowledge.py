"""The questions that search in knowledge is measured by, and the one that the issue names."""

from pathlib import Path

from benchmarks.knowledge import Corpus, bm25s_rankings, company, fill, our_rankings
from core.embeddings import load_embedder
from core.settings import Settings
from core.sources.index_sqlite import SqlitePassageIndex


def test_each_section_has_a_question_half_of_them_held_out() -> None:
    corpus = company()
    kinds = [question.kind for question in corpus.questions]
    assert len(corpus.questions) == len(corpus.texts) >= 200
    assert kinds.count("o") >= len(kinds) / 2
    assert kinds.count("c") >= len(kinds) / 4
    assert sum(question.is_held_out for question in corpus.questions) == len(kinds) / 2


def test_vacation_finds_paid_leave(settings: Settings, tmp_path: Path) -> None:
    every = company()
    corpus = Corpus("leave", questions=[q for q in every.questions if "vacation" in q.text])
    right = min(corpus.questions[0].right)
    document = every.documents[right]
    corpus.texts = [text for text, number in zip(every.texts, every.documents, strict=True) if number == document]
    corpus.documents = [0] * len(corpus.texts)
    index = SqlitePassageIndex(tmp_path)
    embedder = load_embedder(settings)
    fill(index, corpus, embedder)
    found = our_rankings(index, corpus, embedder)["hybrid"][0]
    index.close()
    assert corpus.texts.index(every.texts[right]) in found[:2]
    assert corpus.texts.index(every.texts[right]) not in bm25s_rankings(corpus, is_stemmed=False)[0][:2]
