"""An evaluation as one file: everything that is said is there, and nothing of it is markup of others."""

from html.parser import HTMLParser

from core.insight.evaluation import BareModel, BrokenLine, EvalItem, evaluate, summarize
from core.insight.evaluation.items import ModelOutput
from core.insight.evaluation.page import evaluation_page
from core.insight.evaluation.running import Judged
from core.insight.evaluation.scores import passed
from tests.core.insight.evaluation.samples import samples
from tests.core.insight.evaluation.scripted import chat

HOSTILE = "<script>alert(1)</script>"


class Reader(HTMLParser):
    """Keeps the words and which elements there are, and refuses elements that nobody closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.words = ""
        self._open: list[str] = []
        self.feed(page)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        assert not any(name in {"src", "href"} for name, _ in attrs), "the file needs another one"
        if tag not in {"meta", "br"}:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


def test_the_page_has_a_table_for_each_task_and_says_that_nobody_graded() -> None:
    page = Reader(evaluation_page(evaluate(samples("request"), [BareModel(chat("No."))])))
    assert {"table", "h1", "h2"} <= page.elements
    assert "Not graded" in page.words
    assert "request" in page.words
    assert "always yes" in page.words


def test_names_of_systems_and_lines_that_were_left_out_are_shown_as_text() -> None:
    item = EvalItem(id="1", task="title", source="The crane is out of order.")
    judged = [Judged(item, HOSTILE, ModelOutput(text="Crane"), {"passes_checks": passed(True)})]
    result = summarize(judged, systems=(HOSTILE,))
    broken = BrokenLine(f"line 3 {HOSTILE}", "it is no JSON")
    page = Reader(evaluation_page(type(result)(**{**vars(result), "broken": (broken,)}), [f"Take {HOSTILE}."]))
    assert "script" not in page.elements
    assert page.words.count(HOSTILE) >= 3
    assert "it is no JSON" in page.words
