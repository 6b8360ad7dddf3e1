"""Lines that answer give one ground for a thing asked, and answer the thing that they more likely answer."""

from core.writing.grounded.asked import Asking
from core.writing.grounded.earlier import Earlier
from core.writing.grounded.lines import Ground, Line, each_once, grounded_lines, together
from core.writing.grounded.threads import ThreadPeople

ASKING = Asking("en")


def ground(sentence: str, *, near: float = 0.9, at: int = 0, who: str = "Nora Blake") -> Ground:
    line = Line("owner", who, language="en", at=(0, at), sentence=sentence, near=near)
    return grounded_lines([line], ASKING, is_sure=False)


def test_what_is_quoted_says_who_wrote_it() -> None:
    found = ground("the roof is dry.")
    assert found.text == "As I wrote: \u201cThe roof is dry.\u201d"
    assert [(source.title, source.quote) for source in found.sources] == [("Nora Blake", "the roof is dry.")]


def test_the_lines_for_the_parts_of_one_thing_are_shown_together_and_not_offered() -> None:
    free, days = ground("Delivery is free from one pallet on."), ground("It takes eight working days.", at=1)
    both = together([free, days])
    assert both
    assert [line.sentence for line in both.lines] == [free.lines[0].sentence, days.lines[0].sentence]
    assert both.text == ""
    assert together([free]) == together([free, free]) == free
    assert together([]) is None


def test_what_another_wrote_is_left_out_beside_one_name() -> None:
    assert together([ground("It is free."), ground("It is not.", at=1, who="Hal Dyer")]) == ground("It is free.")


def test_a_line_answers_the_thing_that_it_more_likely_answers() -> None:
    unlikely, likely = ground("The roof is dry.", near=0.3), ground("The roof is dry.", near=0.4)
    assert [*each_once({"Is it wet?": unlikely, "How is the roof?": likely})] == ["How is the roof?"]
    surely = ground("The roof is dry.", near=0.6)
    assert len(each_once({"Is it wet?": surely, "How is the roof?": ground("The roof is dry.", near=0.8)})) == 2


def test_a_short_yes_answered_what_was_asked_then() -> None:
    thread = (
        "Nora Blake:\nYes, that's fine, the council has signed. Yes: the hall is ours on 6 March from eight to six."
    )
    assert [line.sentence[:13] for line in Earlier(thread, ThreadPeople("Nora Blake", "Tim Hale"))._lines] == [
        "Yes: the hall"
    ]
