"""Lines that answer give one ground for a thing asked."""

from core.writing.grounded.asked import Asking
from core.writing.grounded.lines import Ground, Line, grounded_lines, together

ASKING = Asking("en")


def ground(sentence: str, *, at: int = 0, who: str = "Nora Blake") -> Ground:
    line = Line("owner", who, language="en", at=(0, at), sentence=sentence)
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
