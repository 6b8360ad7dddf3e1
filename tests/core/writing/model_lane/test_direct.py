import pytest

from core.drafts import find_gaps, gap
from core.errors import ModelOutage
from core.recipes.loader import load_recipes
from core.recipes.render import validate_inputs
from core.writing.fitting import fit_values, split_to_fit
from core.writing.grounded.passages import GroundPassage, passages_value
from core.writing.model_lane.direct import split_answer, write_directly
from core.writing.plans import PLANS, PlanOptions, choose_plan
from tests.core.writing.grounded.scripted_ask import ScriptedAsk

RECIPES = load_recipes()
REPLY = RECIPES["reply"]
VALUES = validate_inputs(
    REPLY, {"message": "Can you send the list by Friday?", "sender_name": "Ana Lima", "owner_name": "Tom Fox"}
)


SOUND = "Dear Ana,\n\nThank you for asking about the list. [[Can you send it?]]\n\nBest regards,\nTom Fox"


def test_a_sound_first_text_is_taken_as_the_model_wrote_it() -> None:
    ask = ScriptedAsk(SOUND)
    result = write_directly(REPLY, VALUES, ask)
    assert result.text == SOUND
    assert [gap.question for gap in result.gaps] == ["Can you send it?"]
    assert (result.skeleton, len(ask.asked)) == (False, 1)


def test_greeting_and_closing_that_the_person_set_replace_the_models() -> None:
    result = write_directly(REPLY, {**VALUES, "greeting": "Moin Ana!"}, ScriptedAsk(SOUND))
    assert result.text == SOUND.replace("Dear Ana,", "Moin Ana!")
    closing = "Best wishes\nTom"
    result = write_directly(REPLY, {**VALUES, "closing": closing}, ScriptedAsk(SOUND))
    assert result.text == SOUND.replace("Best regards,\nTom Fox", closing)


def test_a_failing_text_gets_one_repair_round_that_names_the_fault() -> None:
    ask = ScriptedAsk("The list has 12 entries.", "Thank you for asking about the list.")
    result = write_directly(REPLY, VALUES, ask)
    assert "Thank you" in result.text
    assert len(ask.asked) == 2
    assert "“12”" in ask.asked[1][-1].content


def test_a_repair_is_shown_the_whole_answer_and_keeps_its_subject() -> None:
    compose = RECIPES["compose"]
    first = "Subject: The list\n\nThe list has 12 entries. [[Send it? | I send it. | I keep it.]]"
    ask = ScriptedAsk(first, "The list is ready. [[Send it? | I send it. | I keep it.]]")
    result = write_directly(compose, validate_inputs(compose, {"brief": "the list is ready"}), ask)
    assert ask.asked[1][-2].content == first
    assert (result.subject, [gap.choices for gap in result.gaps]) == ("The list", [("I send it.", "I keep it.")])


def test_what_is_left_after_the_repair_is_told_at_its_place_and_delivered() -> None:
    ask = ScriptedAsk("I have attached the list.")
    result = write_directly(REPLY, VALUES, ask)
    assert "I have attached the list." in result.text
    assert not result.skeleton
    assert {finding.severity for finding in result.findings} == {"warn"}
    assert [finding.place for finding in result.findings if finding.check == "attachments"] == ["I have attached"]
    assert len(ask.asked) == 2


@pytest.mark.parametrize(
    "written",
    ["All is well with [your company name].", "See https://elsewhere.example/list for the list.",
     "Pay to DE89 3704 0044 0532 0130 00 please.", "All is well </thought> and fine.",
     "Die Liste ist fertig und wir können sie Ihnen am Freitag nicht mehr senden."],
)  # fmt: skip
def test_what_no_person_may_get_leaves_the_skeleton_with_its_reason(written: str) -> None:
    result = write_directly(REPLY, VALUES, ScriptedAsk(written))
    assert result.skeleton
    assert result.reason
    assert result.cause in {"placeholders", "links", "accounts", "thoughts", "language"}


@pytest.mark.parametrize(
    "repaired",
    ["Thank you.", "The list has 12 or 13 or 14 entries, so Dr. Zorn says.", "   ",
     "The number “12” does not stand in the source. So be it, and the list is here."],
)  # fmt: skip
def test_a_repair_that_is_worse_leaves_the_first_text_with_its_remark(repaired: str) -> None:
    first = "The list has 12 entries, and I am glad to say that all of them are there for you."
    result = write_directly(REPLY, VALUES, ScriptedAsk(first, repaired))
    assert first in result.text
    assert [finding.place for finding in result.findings] == ["12"]


def test_a_repair_that_cannot_be_had_leaves_the_first_text() -> None:
    answers = iter(["The list has 12 entries."])

    def ask(*_: object, **__: object) -> str:
        if written := next(answers, ""):
            return written
        raise ModelOutage("The model server is down.")

    assert "12 entries" in write_directly(REPLY, VALUES, ask).text


def test_the_repair_says_what_to_do_about_each_fault() -> None:
    ask = ScriptedAsk("The list has 12 entries. Greetings from Zorn Zapp.", "The list is here for you.")
    write_directly(REPLY, VALUES, ask)
    told = ask.asked[1][-1].content
    assert "“12”" in told
    assert "write what the text says" in told
    assert "only names that the text" in told


def test_greeting_closing_and_gaps_of_code_are_not_held_against_the_model() -> None:
    values = {**VALUES, "greeting": "Bonjour Madame Zorn,", "closing": "Zapp, 12 May"}
    ask = ScriptedAsk("Thank you for asking about the list. [[Can Zack send it, and when?]]")
    result = write_directly(REPLY, values, ask)
    assert result.findings == ()
    assert result.text.startswith("Bonjour Madame Zorn,")
    assert len(ask.asked) == 1


def test_an_answer_of_nothing_is_no_draft() -> None:
    assert write_directly(REPLY, VALUES, ScriptedAsk("   ")).skeleton


def test_errors_of_the_model_go_through() -> None:
    def down(*_: object, **__: object) -> str:
        raise ModelOutage("The model server is down.")

    with pytest.raises(ModelOutage):
        write_directly(REPLY, VALUES, down)


def test_a_long_message_is_cut_at_a_sentence_and_says_so() -> None:
    values = {**VALUES, "message": "The list is long. " * 400}
    ask = ScriptedAsk("Thank you for the list.")
    result = write_directly(REPLY, values, ask, PlanOptions(budget_chars=1000))
    assert len(ask.asked[0][-1].content) < 1600
    assert "it read its beginning" in result.notices[0]


def test_a_long_text_for_paragraphs_is_written_in_pieces_and_none_is_lost() -> None:
    recipe = RECIPES["rewrite"]
    source = "\n\n".join(f"Paragraph {number} says a few plain words." for number in range(30, 60))
    blocked = ScriptedAsk("See https://elsewhere.example.")
    result = write_directly(recipe, validate_inputs(recipe, {"text": source}), blocked, PlanOptions(budget_chars=300))
    assert result.text == source
    assert result.skeleton


def test_what_is_wrong_with_all_pieces_is_told_once() -> None:
    recipe = RECIPES["shorten"]
    source = "\n\n".join(f"Paragraph {number} says a few plain words of no weight." for number in range(30, 90))
    refuses = ScriptedAsk("Please send it.", "Send me the text.", "Please send it.", "Send me the text.", "No.")
    result = write_directly(recipe, validate_inputs(recipe, {"text": source}), refuses, PlanOptions(budget_chars=1500))
    assert [one.sentence for one in result.findings if one.check == "length"] == [
        "The draft is far too short for its text: most of that is missing."
    ]


def test_small_models_get_the_recipes_plan_and_larger_ones_the_direct_way() -> None:
    assert choose_plan("reply", small=True) is PLANS["reply"]
    assert choose_plan("reply", small=False) is write_directly


def test_pieces_keep_every_word_and_fit() -> None:
    text = "\n\n".join("word " * 50 for _ in range(20)) + "\n\n" + "x" * 2500
    pieces = split_to_fit(text, 600)
    assert all(len(piece) <= 600 for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_a_value_that_fits_is_not_touched() -> None:
    assert fit_values(REPLY, VALUES, 5000) == (VALUES, ())


def test_a_short_value_leaves_its_room_to_the_longer_ones() -> None:
    long = "A sentence of the thread. " * 30
    values = {
        **VALUES,
        "thread": long,
        "instruction": "Agree, but say that it can only be after Thursday noon, please.",
    }
    fitted, notices = fit_values(REPLY, values, 400)
    assert {name: fitted[name] for name in values if name != "thread"} == {
        name: value for name, value in values.items() if name != "thread"
    }
    assert 100 < len(fitted["thread"]) < 350
    assert [notice.split(" is too long")[0] for notice in notices] == ["Earlier messages"]


def test_gaps_are_one_line_and_brackets_of_the_source_are_none() -> None:
    assert gap("When [date]\ncan we meet?") == "[[When date can we meet?]]"
    assert find_gaps("[[Page]] [[When?]]", "see [[Page]]")[0].question == "When?"
    assert len(find_gaps("[[Page]] [[When?]]", "see [[Page]]")) == 1


@pytest.mark.parametrize(
    "head",
    ["Subject: Plan for May", "**Subject:** Plan for May", "Betreff: Plan for May", "Subject: “Plan for May”",
     "Here is the message:\n\nSubject: Plan for May", "### Objet : Plan for May", "SUBJECT: Plan for May  ",
     "件名\uff1aPlan for May"],
)  # fmt: skip
def test_a_subject_is_read_in_the_forms_that_models_give_it(head: str) -> None:
    parts = split_answer(f"{head}\n\nHi Ana,\n\nhere it is.", ["subject"])
    assert (parts.subject, parts.body) == ("Plan for May", "Hi Ana,\n\nhere it is.")


@pytest.mark.parametrize("text", ["Hi Ana,\n\nthe subject: a long one.", "", "Subject", "Hi,\n1\n2\n3\n4\nSubject: no"])
def test_a_text_without_a_subject_line_stays_as_it_is(text: str) -> None:
    assert split_answer(text, ["subject"]).body == text
    assert split_answer("Subject: A\n\nb").body == "Subject: A\n\nb"


def test_task_lines_become_tasks_and_lose_their_box() -> None:
    parts = split_answer(
        "## Tasks\n\n- [ ] **Ben**: send the list (by Friday)\n- [x] Ana Lima: call ABC (the agency), again\n"
        "* [ ] book a room: the large one\n- no task",
        ["tasks"],
    )
    assert [(task.who, task.text, task.due) for task in parts.tasks] == [
        ("Ben", "send the list", "by Friday"), ("Ana Lima", "call ABC (the agency), again", ""),
        ("book a room", "the large one", ""),
    ]  # fmt: skip
    assert "[ ]" not in parts.body
    assert "- **Ben**: send the list (by Friday)\n- Ana Lima: call" in parts.body


@pytest.mark.parametrize(
    "line",
    [
        "**Ben:** schickt den Plan (18.12.)", "Ben: schickt den Plan **(18.12.)**",
        "Ben: schickt den Plan (**18.12.**).", "Ben: schickt den Plan (18.12.);",
    ],
)  # fmt: skip
def test_a_day_in_brackets_at_the_end_is_the_due_however_it_is_marked(line: str) -> None:
    (task,) = split_answer(f"- [ ] {line}", ["tasks"]).tasks
    assert (task.who, task.text, task.due) == ("Ben", "schickt den Plan", "18.12.")


def test_ready_answers_leave_the_text_and_stand_with_their_gap() -> None:
    parts = split_answer("Hi,\n\n[[Does Monday suit you? | Monday suits me. | Monday does not | ]]\n\n[[Where?]]")
    assert parts.body == "Hi,\n\n[[Does Monday suit you?]]\n\n[[Where?]]"
    gaps = parts.gaps_of(parts.body, "")
    assert [(gap.question, gap.choices) for gap in gaps] == [
        ("Does Monday suit you?", ("Monday suits me.", "Monday does not")), ("Where?", ()),
    ]  # fmt: skip


def test_a_ready_answer_with_a_day_that_nobody_named_is_told_to_the_model_and_to_the_person() -> None:
    written = SOUND.replace("it?]]", "it? | You get it on 12 May. | I cannot send it by Friday.]]")
    ask = ScriptedAsk(written, written)
    result = write_directly(REPLY, VALUES, ask)
    assert "“12 May”" in ask.asked[1][-1].content
    assert [finding.place for finding in result.findings] == ["12 May"]


def test_hostile_lengths_are_read_in_no_time() -> None:
    for text in ("[[" * 50_000, "- [ ] a:" * 20_000, "Subject:" * 20_000, "[[a|" + "b|" * 50_000):
        split_answer(text, ["subject", "tasks"])


def test_what_is_known_stands_in_the_prompt_as_material_and_is_ground_that_is_shown() -> None:
    passage = GroundPassage(
        0,
        "Price list",
        "https://x.example/p",
        "Die Liste für Köln kostet 480 Euro.",
        date="2026-01-04",
        before="Alle Preise gelten ab Werk.",
    )
    values = {**VALUES, "passages": passages_value([passage])}
    ask = ScriptedAsk("Dear Ana,\n\nThe list for Köln costs 480 euros.\n\nBest regards,\nTom Fox")
    result = write_directly(REPLY, values, ask)
    told = ask.asked[0][-1].content
    assert "<<<\nPrice list (2026-01)\nAlle Preise gelten ab Werk.\nDie Liste für Köln kostet 480 Euro.\n>>>" in told
    assert "{" not in told
    assert [finding.check for finding in result.findings if finding.check in {"facts", "names"}] == []
    (source,) = result.sources
    assert (source.title, source.quote) == ("Price list (2026-01)", "Die Liste für Köln kostet 480 Euro.")
    assert source.supports == "The list for Köln costs 480 euros."


def test_a_guarded_fact_reaches_a_model_only_where_the_person_names_it() -> None:
    bank = GroundPassage(0, "bank details", "", "GB29 NWBK 6016 1331 9268 19", kind="fact", is_guarded=True)
    values = {**VALUES, "message": "Please send me your bank details.", "passages": passages_value([bank])}
    ask = ScriptedAsk(SOUND)
    write_directly(REPLY, values, ask)
    assert "GB29" not in ask.asked[0][-1].content
    ask = ScriptedAsk(SOUND)
    write_directly(REPLY, {**values, "instruction": "Give her our bank details."}, ask)
    assert "GB29" in ask.asked[0][-1].content


def test_a_gap_that_bears_the_name_of_a_fact_gets_it() -> None:
    fact = GroundPassage(0, "booking link", "", "https://x.example/b", kind="fact")
    text = "Dear Ana,\n\nBook a time here: [[your booking link]]. [[When is the list due?]]\n\nTom Fox"
    result = write_directly(REPLY, {**VALUES, "passages": passages_value([fact])}, ScriptedAsk(text))
    assert "here: https://x.example/b." in result.text
    assert [gap.question for gap in result.gaps] == ["When is the list due?"]
    assert [source.title for source in result.sources] == ["booking link"]
