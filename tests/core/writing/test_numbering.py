"""Sources are numbered from one, in the order of the text that cites them."""

from core.drafts import Draft, DraftSource
from core.writing.numbering import each_once, numbered_from_one


def sources(*numbers: int) -> tuple[DraftSource, ...]:
    return tuple(DraftSource(number=number, title=f"Page {number}", quote="q") for number in numbers)


def numbered(text: str, *numbers: int) -> tuple[str, list[tuple[int, str]]]:
    draft = numbered_from_one(Draft(recipe="ask", text=text, sources=sources(*numbers)))
    return draft.text, [(source.number, source.title) for source in draft.sources]


def test_the_first_that_is_cited_is_one_and_each_keeps_its_number() -> None:
    assert numbered("A. [35] B. [2] C. [35]", 2, 35) == ("A. [1] B. [2] C. [1]", [(2, "Page 2"), (1, "Page 35")])


def test_what_is_not_cited_comes_behind_and_a_mark_of_no_source_stays() -> None:
    assert numbered("A. [7] Note [9].", 1, 7) == ("A. [1] Note [9].", [(2, "Page 1"), (1, "Page 7")])


def test_a_text_without_marks_keeps_its_sources_as_they_are() -> None:
    assert numbered("A.", 3) == ("A.", [(3, "Page 3")])


def test_a_passage_that_several_sentences_rest_on_is_one() -> None:
    first, other = sources(1, 1)[0], DraftSource(number=1, title="Another", quote="r")
    again = first.model_copy(update={"quote": "s"})
    assert each_once((first, other, again, first)) == [(first, ["q", "s"]), (other, ["r"])]
