"""What rules change in a draft when its person says so, and what they leave alone and say."""

import pytest

from core.drafts import RECIPIENTS_CHECK, Draft, DraftSource, Finding, Gap, Item
from core.errors import InputError
from core.text.lexicon import lexicon
from core.writing.grounded.refine import refine_by_rule

REPLY = (
    "Hi Maria,\n\nThe delivery comes on Friday at 10:00. The price is 400 euros.\n\n[[Shall we meet?]]\n\n"
    "Best regards\nTom"
)
GAP = Gap(place="[[Shall we meet?]]", question="Shall we meet?", choices=("Gladly, on Monday.", "I'm afraid not."))
DRAFT = Draft(recipe="reply", text=REPLY, gaps=(GAP,))


def changed_by(wish: str, draft: Draft = DRAFT, *, is_quoted: bool = False) -> Draft:
    return refine_by_rule(draft, wish, is_quoted=is_quoted).draft


def said(wish: str, draft: Draft = DRAFT) -> str:
    return changed_by(wish, draft).text


@pytest.mark.parametrize(
    ("wish", "gone", "there"),
    [
        ("drop the price", "The price is 400 euros.", "The delivery comes on Friday"),
        ("use Thursday instead of Friday", "Friday", "on Thursday at 10:00"),
        ("use Thursday instead", "Friday", "on Thursday at 10:00"),
        ("say 11:00 instead", "10:00", "Friday at 11:00"),
        ("without the greeting", "Hi Maria", "The delivery"),
        ("without the sign-off", "Best regards", "The delivery"),
        ("Monday", "[[", "Gladly, on Monday."),
        ("I'm afraid not", "[[", "I'm afraid not."),
    ],
)
def test_a_change_is_made_and_the_rest_stays(wish: str, gone: str, there: str) -> None:
    changed = said(wish)
    assert gone not in changed
    assert there in changed


def test_a_sentence_is_added_before_the_closing_mended() -> None:
    assert said("add that we close at five").endswith("We close at five.\n\nBest regards\nTom")


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        (
            "add: we close at five",
            "Added. This is still asked in the draft: “Shall we meet?” (“drop …” leaves it out).",
        ),
        ("ajoute : nous fermons à cinq heures", "Ajouté. Le brouillon demande encore : « Shall we meet? »"),
        ("añada: cerramos a las cinco", "Añadido. El borrador todavía pregunta: «Shall we meet?»"),
        ("ergänze: wir schließen um fünf", "Ergänzt. Im Entwurf wird noch gefragt: „Shall we meet?“"),
    ],
)
def test_what_is_still_asked_beside_an_added_sentence_is_told(wish: str, told: str) -> None:
    changed = changed_by(wish)
    assert changed.notices[0].startswith(told)
    assert "[[Shall we meet?]]" in changed.text
    assert wish.partition(":")[2].strip()[1:] in changed.text
    assert not changed_by(wish, DRAFT.model_copy(update={"text": "Hi.", "gaps": ()})).notices


def test_of_two_questions_the_one_that_asks_of_it_is_dropped_and_a_danger_stays() -> None:
    alert = "[[Look at this first. Your answer: “The socket sparks when the kettle is on. When do you come?”]]"
    asked = "[[Do you have a new socket in stock?]]"
    draft = Draft(recipe="reply", text=f"Hi Maria,\n\n{alert}\n\n{asked}\n\nBest regards\nTom")
    assert said("drop the socket", draft) == f"Hi Maria,\n\n{alert}\n\nBest regards\nTom"


def test_of_a_gap_no_sentence_of_its_message_is_left_behind() -> None:
    asked = "[[Your answer: “we got only six valves. My accounting has put it on hold. Please send two”]]"
    draft = Draft(recipe="reply", text=f"Hi Maria,\n\n{asked}\n\nThe price is 400 euros.", gaps=())
    assert said("drop the valves", draft) == "Hi Maria,\n\nThe price is 400 euros."


def test_a_gap_whose_answer_was_picked_is_no_gap_any_more() -> None:
    assert changed_by("Monday").gaps == ()


QUOTED = "[[Your answer: “Could we meet on Tuesday or Wednesday?”]]"
ASKED = Draft(
    recipe="reply",
    text=f"Hi Maria,\n\nYou proposed Tuesday at 10:00.\n\n{QUOTED}\n\nBest regards\nTom",
    gaps=(Gap(place=QUOTED, question="Could we meet on Tuesday or Wednesday?", choices=("Yes.",)),),
)


@pytest.mark.parametrize("wish", ["use Thursday instead of Tuesday", "use Thursday instead"])
def test_words_are_replaced_outside_of_what_a_gap_quotes(wish: str) -> None:
    changed = changed_by(wish, ASKED)
    assert f"You proposed Thursday at 10:00.\n\n{QUOTED}" in changed.text
    assert changed.gaps == ASKED.gaps


def test_words_that_only_a_gap_quotes_are_not_replaced_and_that_is_said() -> None:
    with pytest.raises(InputError, match="“Wednesday” stands in the draft only in a question"):
        said("use Friday instead of Wednesday", ASKED)


def test_what_can_be_done_is_done_and_the_rest_is_said() -> None:
    refined = refine_by_rule(DRAFT, "warmer, and drop the price")
    assert "400" not in refined.draft.text
    assert refined.refused == ("“warmer” takes a larger model.",)
    assert refined.draft.notices[0] == refined.refused[0]


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        ("warmer", "“warmer” takes a larger model."),
        ("in German", "“in German” takes a larger model."),
        ("drop the bicycle", "“bicycle” does not stand in the draft."),
        ("use blue instead of red", "“red” does not stand in the draft."),
        ("use the big one instead", "is not clear"),
        ("shorter", "Which words can go is yours to say"),
    ],
)
def test_what_rules_cannot_do_is_refused_with_what_they_can(wish: str, why: str) -> None:
    with pytest.raises(InputError) as refused:
        said(wish)
    assert why in refused.value.message
    assert refused.value.fix == lexicon("en").wording("talk.can")


@pytest.mark.parametrize("wish", ["tell her we come by train", "tell her yes, but not before Thursday"])
def test_what_is_to_be_told_and_is_no_plain_answer_is_its_persons_to_write(wish: str) -> None:
    with pytest.raises(InputError) as refused:
        said(wish)
    assert "takes a larger model" in refused.value.message
    assert refused.value.fix == lexicon("en").wording("talk.can_answer")


@pytest.mark.parametrize("date", ["Tuesday 9", "Tuesday, 9 June", "Tuesday, June 9", "Tuesday the 9th"])
def test_a_weekday_is_not_changed_beside_a_day_that_would_not_fit_it(date: str) -> None:
    draft = Draft(recipe="reply", text=f"Hi Sara,\n\n{date} works for me.\n\nBest\nTom")
    with pytest.raises(InputError, match="would not fit"):
        said("use Thursday instead", draft)
    assert "Thursday 11" in said(f"use Thursday 11 instead of {date}", draft)


def test_so_many_lines_are_kept_as_are_asked_for() -> None:
    lines = [f"- Line {number} of five." for number in range(1, 6)]
    assert said("two lines", Draft(recipe="summarize", text="\n".join(lines))).split("\n") == lines[:2]


def test_nothing_is_dropped_when_nothing_would_be_left() -> None:
    draft = Draft(recipe="reply", text="Hi Maria,\n\nThe price is 400 euros.\n\nBest regards\nTom")
    with pytest.raises(InputError, match="Nothing would be left"):
        said("drop the price", draft)


def test_a_summary_loses_its_last_lines_and_none_is_reworded() -> None:
    lines = [f"- Line {number} of five." for number in range(1, 6)]
    assert said("shorter", Draft(recipe="summarize", text="\n".join(lines))).split("\n") == lines[:3]


def test_a_list_loses_the_entries_that_speak_of_something() -> None:
    items = (Item(text="Send the invoices"), Item(text="Call Tom"))
    changed = changed_by("drop the invoice", Draft(recipe="actions", items=items))
    assert changed.items == items[1:]


def test_a_shorter_answer_keeps_only_the_sources_that_it_still_cites() -> None:
    sources = tuple(DraftSource(number=number, title=f"Page {number}", quote="q") for number in (1, 2))
    draft = Draft(recipe="ask", text="Leave is 28 days. [1] It was 26 before. [2]", sources=sources)
    changed = changed_by("shorter", draft)
    assert (changed.text, changed.sources) == ("Leave is 28 days. [1]", sources[:1])


def test_hostile_words_are_text_and_no_pattern() -> None:
    with pytest.raises(InputError, match="does not stand"):
        said("drop the (((a+)+)+$")
    assert said(r"use \1\2 instead of Friday").count(r"\1\2") == 1


@pytest.mark.parametrize(
    ("wish", "answer"),
    [
        ("use 40 EUR instead of 35 EUR", "Each further half hour costs 35 EUR. [1]"),
        ("use 40 EUR instead", "Each further half hour costs 35 EUR. [1]"),
        ("nimm 40 EUR statt 35 EUR", "Jede weitere halbe Stunde kostet 35 EUR. [1]"),
    ],
)
def test_no_word_of_an_answer_becomes_another_above_its_source(wish: str, answer: str) -> None:
    draft = Draft(recipe="ask", text=answer, sources=(DraftSource(number=1, title="claims.md", quote=answer[:-4]),))
    language = "de" if wish.startswith("nimm") else "en"
    with pytest.raises(InputError) as refused:
        refine_by_rule(draft, wish, is_quoted=True)
    assert refused.value.message == lexicon(language).wording("talk.stays_quoted").format(wish=wish)


@pytest.mark.parametrize(
    ("text", "wish", "left"),
    [
        ("Leave is 28 days. [1] It was 26 before. [2]", "drop 26", "Leave is 28 days. [1]"),
        ("Leave is 28 days. [1] It was 26 before. [2]", "drop 28", "It was 26 before. [2]"),
        ("Leave is 28 days [1]. It was 26 before [2].", "drop 26", "Leave is 28 days [1]."),
        ("It is 35 EUR. A driver takes 2 hours. [1]", "drop the driver", "It is 35 EUR. [1]"),
        ("It is 35 EUR. A driver takes 2 hours. [1]", "drop 35", "A driver takes 2 hours. [1]"),
    ],
)
def test_a_sentence_that_stays_keeps_its_own_citation(text: str, wish: str, left: str) -> None:
    sources = tuple(DraftSource(number=number, title=f"Page {number}", quote="q") for number in (1, 2))
    changed = changed_by(wish, Draft(recipe="ask", text=text, sources=sources), is_quoted=True)
    assert changed.text == left
    assert [source.number for source in changed.sources] == [int(left.partition("[")[2][0])]


FORKLIFT, DRIVER = "[[Deine Antwort: „Reicht ein Gabelstapler?“]]", "[[Deine Antwort: „Kommt Tom?“]]"
OPEN = tuple(Gap(place=place, question=place[17:-3], choices=("Ja.", "Nein.")) for place in (FORKLIFT, DRIVER))


def asked_for(*gaps: Gap) -> Draft:
    text = "\n\n".join(["Hallo Pieter,", *(gap.place for gap in gaps), "Viele Grüße\nJana"])
    return Draft(recipe="reply", text=text, gaps=gaps)


@pytest.mark.parametrize(
    ("wish", "answer"),
    [
        ("ja, ein Gabelstapler reicht", "Ja, ein Gabelstapler reicht."),
        ("ja, Donnerstag 8 Uhr passt, Fahrer ist Tom Hansen", "Ja, Donnerstag 8 Uhr passt, Fahrer ist Tom Hansen."),
        ("Nein. Wir brauchen zwei.", "Nein. Wir brauchen zwei."),
        ("ja", "Ja."),
        ("ja, aber freundlicher", "Ja."),
        ("ja, aber betone den Preis", "Ja."),
    ],
)
def test_an_answer_in_own_words_to_the_one_open_question_stands_as_it_was_said(wish: str, answer: str) -> None:
    assert said(wish, asked_for(OPEN[0])) == f"Hallo Pieter,\n\n{answer}\n\nViele Grüße\nJana"


@pytest.mark.parametrize("gaps", [OPEN, OPEN[:1]])
def test_for_an_answer_of_which_nothing_tells_its_question_it_is_said_where_to_write_it(gaps: tuple[Gap, ...]) -> None:
    wish = "ja, ein Gabelstapler reicht" if len(gaps) > 1 else "ein Gabelstapler reicht"
    with pytest.raises(InputError) as refused:
        refine_by_rule(asked_for(*gaps), wish)
    assert refused.value.fix == lexicon("de").wording("talk.can_answer")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Open at 9.[1] The price is 5.[2]", "Open at 9.[1]"),
        ("The price is 5.[1] Open at 9.[2]", "Open at 9.[2]"),
        ("Open at 9. [1] [2] The price is 5. [3]", "Open at 9. [1] [2]"),
        ("The price is 5! [1], which is little. [2] We open at 9. [3]", "We open at 9. [3]"),
        ("We open at 9! [1], which is late. [2] The price is 5. [3]", "We open at 9! [1], which is late. [2]"),
    ],
)
def test_a_sentence_that_is_left_out_takes_its_own_mark_and_no_other_sentence(text: str, left: str) -> None:
    draft = Draft(recipe="answer", text=text)
    assert changed_by("drop the price", draft, is_quoted=True).text == left


@pytest.mark.parametrize(
    ("text", "wish", "changed"),
    [
        (
            "Our office moves in May. We may need vans, and Mark has to mark the boxes.",
            "use June instead of May, use Tom instead of Mark",
            "Our office moves in June. We may need vans, and Tom has to mark the boxes.",
        ),
        (
            "Das Lager ist leer. Ich hoffe, das Angebot passt.",
            "Dass statt Das",
            "Dass Lager ist leer. Ich hoffe, das Angebot passt.",
        ),
        ("The vans are full.", "use trucks instead of Vans", "The trucks are full."),
        ("Vans are full. We need vans.", "use trucks instead of vans", "Trucks are full. We need trucks."),
    ],
)
def test_words_with_a_capital_are_no_others_without_one(text: str, wish: str, changed: str) -> None:
    assert said(wish, Draft(recipe="reply", text=text)) == changed
    items = Draft(recipe="actions", items=(Item(text="Call Mark"), Item(text="mark the boxes")))
    assert [item.text for item in changed_by("use Tom instead of Mark", items).items or ()] == [
        "Call Tom",
        "mark the boxes",
    ]


def test_what_was_found_stays_said_while_its_words_stand() -> None:
    found = [("ihre", "likely_fault"), ("Rechnug", "likely_fault"), ("", "length"), ("", RECIPIENTS_CHECK)]
    findings = tuple(Finding(check=check, severity="warn", place=place, sentence="Look.") for place, check in found)
    text = "Guten Tag,\n\nanbei ihre Rechnug.\n\nViele Grüße\nJana"
    draft = Draft(recipe="reply", text=text, findings=findings)
    assert changed_by("Rechnung statt Rechnug", draft).findings == (findings[0], findings[3])
    assert changed_by("ihren statt ihre", draft).findings == (findings[1], findings[3])


def test_a_whole_sentence_that_goes_with_its_word_is_told() -> None:
    text = "Hallo Jana,\n\nwir kommen um acht. Bitte bring die Pläne und die Preisliste mit.\n\nViele Grüße\nTom"
    draft = Draft(recipe="reply", text=text)
    [notice] = changed_by("die Preisliste weglassen", draft).notices
    assert notice == "Weggelassen: „Bitte bring die Pläne und die Preisliste mit.“ („zurück“ holt es wieder)."
    items = (Item(text="Send the invoices"), Item(text="Call Tom"))
    assert "“Send the invoices”" in changed_by("drop the invoice", Draft(recipe="actions", items=items)).notices[0]
    assert "“Shall we meet?”" in changed_by("drop the meet").notices[0]
    [long] = changed_by("drop the price", Draft(recipe="reply", text=f"Yes. The price {'is ' * 200} 5.")).notices
    assert len(long) < 300


PLAIN = Gap(
    place="[[Can you come on Tuesday?]]",
    question="Can you come on Tuesday?",
    choices=("Yes, gladly.", "Unfortunately, that is not possible.", "I will get back to you about this."),
)


@pytest.mark.parametrize(
    ("wish", "answer", "left"),
    [
        ("tell him no, but friendly, and ask for Thursday", 1, ["friendly", "ask for Thursday"]),
        ("sag ihm nein, aber freundlich", 1, ["freundlich"]),
        ("dis-lui non", 1, []),
        ("dile que no", 1, []),
        ("tell him yes", 0, []),
    ],
)
def test_a_yes_or_no_that_is_to_be_told_picks_the_ready_answer_and_the_rest_is_said(
    wish: str, answer: int, left: list[str]
) -> None:
    draft = Draft(recipe="reply", text=f"Hi Tom,\n\n{PLAIN.place}", gaps=(PLAIN,))
    refined = refine_by_rule(draft, wish)
    assert refined.draft.text == f"Hi Tom,\n\n{PLAIN.choices[answer]}"
    assert len(refined.refused) == len(left)
    assert all(words in said for words, said in zip(left, refined.refused, strict=True))
    other = Gap(place="[[Is it paid?]]", question="Is it paid?", choices=("Yes.", "No."))
    with pytest.raises(InputError):
        refine_by_rule(
            draft.model_copy(update={"text": f"{draft.text}\n\n{other.place}", "gaps": (PLAIN, other)}), wish
        )
