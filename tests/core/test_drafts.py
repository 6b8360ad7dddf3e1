"""Values that travel, and the gaps that stand in a draft's text."""

import pytest
from pydantic import ValidationError

from core.drafts import (
    MAX_GAP_CHARS,
    Draft,
    DraftSource,
    Entry,
    Gap,
    Item,
    Usage,
    cut_at_word,
    cut_name,
    find_gaps,
    gap,
    has_gap,
    with_alerts,
    with_hints,
    with_text,
    without_gaps,
    without_hints,
)


def test_a_long_name_of_a_file_keeps_its_ending() -> None:
    long = f"{'Offer for the new premises of the association ' * 4}.docx"
    assert cut_name(long, 100).endswith("… .docx") or cut_name(long, 100).endswith("….docx")
    assert len(cut_name(long, 100)) <= 100
    assert cut_name(f"{'x' * 300}.docx", 100).endswith(".docx")
    assert cut_name("Offer.docx", 100) == "Offer.docx"
    assert cut_name(f"{'Of the meeting. ' * 9}We agreed on all", 100) == f"{'Of the meeting. ' * 6}…"


def test_a_field_of_a_form_is_named_in_words() -> None:
    names = ("contact_name", "dueDate", "E-Mail", "Name der Kundin")
    draft = Draft(recipe="fill", items=tuple(Item(text="x", quote="x", field=name) for name in names))
    assert draft.entries
    shown = [entry.label for entry in draft.entries]
    assert shown == ["Contact name", "Due Date", "E-Mail", "Name der Kundin"]


def test_a_value_refuses_what_it_does_not_know_and_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="extra"):
        Gap.model_validate({"place": "[[when?]]", "question": "when?", "unknown": 1})
    found = Gap(place="[[when?]]", question="when?")
    with pytest.raises(ValidationError, match="frozen"):
        found.question = "who?"  # type: ignore[misc]


def test_a_question_becomes_one_mark_in_one_line() -> None:
    assert gap("When does\n it [really] arrive?") == "[[When does it really arrive?]]"
    long = gap("word " * 100)
    assert len(long) <= MAX_GAP_CHARS + 4
    assert long.endswith(" …]]")
    assert find_gaps(long)[0].question.startswith("word word")


def test_an_address_in_a_question_leads_where_it_did() -> None:
    asked = gap("See https://a.example/?x[]=1&day[from]=2[0]=3 [1] and [?](b)?[2]=")
    assert asked == "[[See https://a.example/?x%5B%5D=1&day%5Bfrom%5D=2 0 =3 1 and ? (b)? 2 =]]"
    assert find_gaps(asked)[0].place == asked


def test_a_line_is_cut_between_words_unless_it_is_one_word() -> None:
    assert cut_at_word("short", 10) == "short"
    assert cut_at_word("one two three", 10) == "one two …"
    assert cut_at_word("x" * 50, 10) == "x" * 8 + " …"


def test_gaps_stand_in_order_and_brackets_of_the_source_are_none() -> None:
    text = "We meet on [[which day?]] in [[ which room? ]] as in [[annex A]]."
    assert [gap.question for gap in find_gaps(text, source="See [[annex A]].")] == ["which day?", "which room?"]
    assert has_gap(text)
    assert not has_gap("We meet on Tuesday [1].")


def test_a_mark_that_a_person_filled_over_several_lines_is_still_a_gap() -> None:
    filled = "Before [[which day?\nTuesday, I think]] after"
    assert find_gaps(filled) == ()
    assert has_gap(filled)
    assert without_gaps(filled) == "Before   after"


def test_usage_counts_nothing_until_something_is_used() -> None:
    assert (Usage().input_tokens, Usage().output_tokens, Usage().usd) == (0, 0, 0.0)


def test_a_quote_is_shown_beside_a_text_only_where_it_says_other_words() -> None:
    assert Item(text="Ana: key? \u2192 Ben: Mach ich.", quote="mach  ich").other_quote == ""
    assert Item(text="Il pleut; restez.", quote="Il pleut\n; restez.").other_quote == ""
    assert Item(text="Call the baker", quote="could you call\nthe baker").other_quote == "could you call the baker"


def test_entries_say_each_heading_and_each_reason_once() -> None:
    first, second = (Item(text=text, quote=text, group="Binds", why="It is to be paid.") for text in ("One.", "Two."))
    third = Item(text="Call", quote="call the\nbaker", who="Ada", due="Friday", field="Task", why="It is late.")
    assert Draft(recipe="risks", items=(first, second, third)).entries == (
        Entry(heading="Binds", text="One."),
        Entry(text="Two.", why="It is to be paid."),
        Entry(label="Task", text="Call", details="Ada, Friday", quote="call the baker", why="It is late."),
    )
    assert Entry(text="Call", details="Ada").in_line() == "Call (Ada)"


def test_each_severity_of_a_list_is_said_with_its_reason() -> None:
    items = [Item(text=text, severity=level, severity_why="No day.") for text, level in (("A", "high"), ("B", "low"))]
    assert Draft(recipe="scan", items=tuple(items)).entries == (
        Entry(text="A", severity="high", severity_why="No day."),
        Entry(text="B", severity="low", severity_why="No day."),
    )
    with pytest.raises(ValidationError):
        Item.model_validate({"text": "A", "severity": "<!channel>"})


def test_only_a_list_without_a_text_has_entries() -> None:
    item = Item(text="Call")
    assert Draft(recipe="actions", items=()).entries == ()
    assert Draft(recipe="minutes", text="- Call", items=(item,)).entries is None
    assert Draft(recipe="reply", text="Hi").entries is None


def test_hints_are_no_questions_and_leave_the_text_of_a_draft() -> None:
    asks, shows = Gap(place="[[When?]]", question="When?"), Gap(place="[[Look]]", question="Look", is_hint=True)
    text = "Hi Ann,\n\n[[Look]]\n\n[[When?]]\n\nBest\nBo"
    draft = Draft(recipe="reply", text=text, gaps=(shows, asks))
    assert (draft.questions, draft.hints) == ((asks,), (shows,))
    assert without_hints(draft.text, draft.gaps) == "Hi Ann,\n\n[[When?]]\n\nBest\nBo"
    assert without_hints("[[Look]] here", draft.gaps) == "[[Look]] here"
    letter = without_hints(draft.text, draft.gaps)
    assert with_hints(letter, draft.gaps) == draft.text == with_hints(draft.text, draft.gaps)
    assert with_hints(letter, (asks, shows)) == "Hi Ann,\n\n[[When?]]\n\n[[Look]]\n\nBest\nBo"


ANSWERED = Draft(
    recipe="reply",
    text="Dear Jana,\n\nThe hall is free on Friday at nine. [[When do you come?]]\n\nKind regards",
    gaps=(Gap(place="[[When do you come?]]", question="When do you come?"),),
    notices=("Its tone was not checked.",),
    sources=(DraftSource(number=1, title="Jana", quote="Is the hall free?"),),
)


@pytest.mark.parametrize(
    ("text", "notices", "sources"),
    [
        ("Dear Jana,\n\nThe hall is free on Friday at nine. At ten.\n\nKind regards", 1, 1),
        ("Dear Jana,\n\nThe hall is free on Friday at noon.\n\nKind regards", 0, 1),
        ("The hall is free on Friday at nine.", 0, 1),
        ("Something else entirely.", 0, 0),
        ("Something else entirely, see [1].", 0, 1),
    ],
)
def test_what_was_said_of_a_draft_goes_with_the_words_that_it_was_said_of(
    text: str, notices: int, sources: int
) -> None:
    found = with_text(ANSWERED, text)
    assert (len(found.notices), len(found.sources)) == (notices, sources)


def test_of_a_draft_of_gaps_alone_nothing_goes_with_words_that_fill_none_of_them() -> None:
    asked = Gap(place="[[When?]]", question="When?", choices=("At ten.",))
    draft = ANSWERED.model_copy(update={"text": "[[When?]]", "gaps": (asked,)})
    other, chosen = with_text(draft, "Something else entirely."), with_text(draft, "At ten.")
    assert (other.notices, other.sources) == ((), ())
    assert (chosen.notices, chosen.sources) == (draft.notices, draft.sources)


def test_a_source_goes_with_one_sentence_of_a_paragraph() -> None:
    kept = "The contract penalty is 2% per week of delay."
    text = f"We looked at the whole of your offer with interest. {kept} Please tell us soon what you think of it."
    draft = ANSWERED.model_copy(update={"text": text, "gaps": ()})
    assert with_text(draft, kept).sources == draft.sources


def test_an_alert_stands_first_where_a_text_stands_alone() -> None:
    alert = Gap(place="[[Burnt]]", question="Burnt", is_hint=True, is_alert=True)
    shows = Gap(place="[[Look]]", question="Look", is_hint=True)
    draft = Draft(recipe="reply", text="Hi Ann,\n\nYes.", gaps=(shows, alert))
    assert draft.alerts == (alert,)
    alone = with_alerts(draft)
    assert alone.text == "[[Burnt]]\n\nHi Ann,\n\nYes."
    assert without_hints(alone.text, alone.gaps) == alone.text
