"""Who speaks, in every form in which people paste conversations, and what is nobody."""

import time

import pytest

from core.text.speakers import ends_with_newest_mail, split_turns


@pytest.mark.parametrize(
    ("text", "turns"),
    [
        ("Ana: Hello.\nBen: Yes?\nwhat is it", [("Ana", "Hello."), ("Ben", "Yes?\nwhat is it")]),
        ("lukas: broken\nbea: again?\nlukas: yes", [("lukas", "broken"), ("bea", "again?"), ("lukas", "yes")]),
        ("#Person1#: Hi!\n#Person2#: Hello.", [("Person1", "Hi!"), ("Person2", "Hello.")]),
        ("[09:12] priya: done\n[09:13] tom: ok", [("priya", "done"), ("tom", "ok")]),
        ("Ana (10:03): Now.\nBen (10:04): Later.", [("Ana", "Now."), ("Ben", "Later.")]),
        ("[12.11.26, 18:02] Ana: Now.\n[12.11.26, 18:05] Opa Heinz: No.", [("Ana", "Now."), ("Opa Heinz", "No.")]),
        ("Tom Baker  9:02 AM\nIt is down.\nAgain.\nInès 9:04\nJe regarde : oui",
         [("Tom Baker", "It is down.\nAgain."), ("Inès", "Je regarde : oui")]),
        ("**Sofia:** Shall we?\n**Ben**: ok", [("Sofia", "Shall we?"), ("Ben", "ok")]),
        ("<@U123>: up\n<@U456|mo>: down", [("U123", "up"), ("mo", "down")]),
        ("Claire : Bonjour.\nM. Roux : Non.", [("Claire", "Bonjour."), ("M. Roux", "Non.")]),
        ("[6/2 21:05] Maite 2B: Sí.\n[6/2 21:06] Paco: No.", [("Maite 2B", "Sí."), ("Paco", "No.")]),
        ("Ines Soto:\nWill it go?\n\nJoe Barr (Parks and Green Places):\nIt stays.\n\nInes Soto:\nGood.",
         [("Ines Soto", "Will it go?"), ("Joe Barr (Parks and Green Places)", "It stays."), ("Ines Soto", "Good.")]),
        ("Can: bin dabei\nUte: ich auch\nCan: gut", [("Can", "bin dabei"), ("Ute", "ich auch"), ("Can", "gut")]),
    ],
)  # fmt: skip
def test_each_form_of_a_conversation_has_its_speakers(text: str, turns: list[tuple[str, str]]) -> None:
    assert [(turn.speaker, turn.text) for turn in split_turns(text)] == turns


@pytest.mark.parametrize(
    "text",
    [
        "Note: all is well.\nMore.", "Date: 3 May\nTime: 10:00\nRoom: 4\nTeam: all\nBring your laptop.",
        "From: 3 pm\nTo: 4 pm\nRoom: 2", "http://a.example: x\nhttps://b.example: y", "Price: 20 euros. Weight: 3 kg.",
        "OK: let's start\nAh: I see", "PS: bring cake\nRe: party\nAgenda: cake\nBetreff: Kuchen\nObjet : gâteau",
    ],
)  # fmt: skip
def test_what_is_nobody_does_not_speak(text: str) -> None:
    assert [(turn.speaker, turn.text) for turn in split_turns(text)] == [("", text)]


def test_nobody_among_people() -> None:
    turns = split_turns("Ana: I know.\nNote: the lift is broken.\nOK: fine.\nBen: Yes.\nAna: Good.")
    assert [turn.speaker for turn in turns] == ["Ana", "Ben", "Ana"]


@pytest.mark.parametrize(
    ("text", "turns"),
    [
        ("Yes, Tuesday.\n\nOn Mon, 16 Nov 2026 at 09:14, Tom Baker <tom@x.example> wrote:\n> Can we meet?\n> Tom",
         [("Tom Baker", "Can we meet?\nTom"), ("", "Yes, Tuesday.")]),
        ("From: Ana Li <ana@x.example>\nTo: Tom\nSubject: RE: Price\n\nIt is 30.\n\n-----Original Message-----\n"
         "From: Tom Baker\nSent: Monday\nTo: Ana\nSubject: Price\n\nHow much?",
         [("Tom Baker", "How much?"), ("Ana Li", "It is 30.")]),
        ("Am 16.11.2026 um 09:14 schrieb Tom Baker <t@x.example>:\n> Kommst du?\nJa.\n> Bringst du Kuchen?\nNein.",
         [("Tom Baker", "Kommst du?"), ("", "Ja."), ("Tom Baker", "Bringst du Kuchen?"), ("", "Nein.")]),
        ("Subject: Lunch\nTo: all\n\nSoup today.", [("", "Soup today.")]),
        ("From: Ana Li\nDate: Mon, 2 Nov 2026\n\nThe 5th?\n\nFrom: Tom\nDate: Tue, 3 Nov 2026\n\nNo, the 6th.",
         [("Ana Li", "The 5th?"), ("Tom", "No, the 6th.")]),
        ("De : Tom\nEnvoyé : mardi 3 novembre 2026 09:10\n\nNon, le 6.\n\nDe : Ana\nEnvoyé : lundi 2 novembre 2026 "
         "17:05\n\nLe 5 ?", [("Ana", "Le 5 ?"), ("Tom", "Non, le 6.")]),
        ("Von: Ana\nGesendet: Montag, 2. November 2026 09:10\n\nAm 5.?\n\nVon: Tom\nGesendet: Montag, 2. November 2026 "
         "11:30\n\nNein, am 6.", [("Ana", "Am 5.?"), ("Tom", "Nein, am 6.")]),
    ],
)  # fmt: skip
def test_mails_of_a_thread_stand_in_the_order_in_which_they_were_written(
    text: str, turns: list[tuple[str, str]]
) -> None:
    assert [(turn.speaker, turn.text) for turn in split_turns(text)] == turns


def test_a_long_thread_takes_time_in_proportion() -> None:
    began = time.thread_time()
    assert len(split_turns("Ana: Is it done?\nBen: No, not yet.\n" * 2_000)) == 4_000
    assert len(split_turns("a " * 100_000 + ":")) == 1
    assert time.thread_time() - began < 3


@pytest.mark.parametrize("greeting", ["Hola Ana", "Buenos días, Ana", "Bonjour Ana", "Hallo Ana", "Dear Ana"])
def test_a_greeting_is_nobody(greeting: str) -> None:
    turns = split_turns(f"{greeting}: the parcel left.\n{greeting}: it is here.")
    assert [turn.speaker for turn in turns] == [""]


def test_a_date_alone_below_the_headers_tells_the_order_and_is_not_said() -> None:
    text = (
        "Von: Heike Ohm\nAn: Kai\n12. Oktober\n\nDie Liste?\n\nVon: Kai Lohse\nAn: Heike\n14. Oktober\n\nHier ist sie."
    )
    assert [(turn.speaker, turn.text) for turn in split_turns(text)] == [
        ("Heike Ohm", "Die Liste?"),
        ("Kai Lohse", "Hier ist sie."),
    ]


MAIL = "From: {name}\nDate: {date}\nSubject: {subject}\n\n{text}\n\n"


@pytest.mark.parametrize(
    ("first", "second", "is_known"),
    [
        ({"date": "3 March 2026", "subject": "Box"}, {"date": "5 March 2026", "subject": "Box"}, True),
        ({"date": "5 March 2026", "subject": "Box"}, {"date": "3 March 2026", "subject": "Box"}, True),
        ({"date": "", "subject": "Box"}, {"date": "", "subject": "Re: Box"}, True),
        ({"date": "", "subject": "Box"}, {"date": "", "subject": "Box"}, False),
    ],
    ids=["downwards", "upwards", "by subject", "unknown"],
)
def test_dates_or_subjects_tell_which_mail_is_the_newest(
    first: dict[str, str], second: dict[str, str], *, is_known: bool
) -> None:
    mails = [MAIL.format(name="Ana", text="Where is it?", **first), MAIL.format(name="Ben", text="Here.", **second)]
    assert ends_with_newest_mail("".join(mails)) is is_known


def test_a_thread_with_quoted_lines_and_a_chat_have_no_newest_mail() -> None:
    thread = MAIL.format(name="Ana", date="3 March 2026", subject="Box", text="Here.")
    quoted = f"{thread}On 2 March 2026 Ben Lee wrote:\n> Where is it?\n"
    assert not ends_with_newest_mail(quoted)
    assert not ends_with_newest_mail("Ana: Where is it?\nBen: Here.")


def test_mails_noted_with_their_sender_alone_stay_in_the_order_they_came() -> None:
    text = (
        "From: Priya Nair\nTo: Front desk\nSubject: Fridge\n\nIt read 11 this morning.\n\n---\nFrom: Dr Hallam\n\n"
        "Was the door shut?\n\nFrom: Front desk (Maureen)\nI was last out.\n\nFrom: Dr Hallam\n\nThanks.\n"
    )
    assert [turn.speaker for turn in split_turns(text)] == ["Priya Nair", "Dr Hallam", "Front desk", "Dr Hallam"]
    assert not ends_with_newest_mail(text)


def test_a_sender_in_mid_paragraph_begins_no_mail() -> None:
    text = "From: Ann Lee\nTo: Bo\nSubject: Route\n\nThe walk goes as planned:\nFrom: Market Square\nwe go east.\n"
    assert len(split_turns(text)) == 1


def test_a_name_with_what_somebody_does_speaks_where_it_comes_again() -> None:
    text = "Ana Ruiz:\nDear Bea, may we do more?\n\nBea Oñate, lawyer:\nYes, with proof.\n\nAna Ruiz:\nWhich?\n\n"
    assert [turn.speaker for turn in split_turns(f"{text}Bea Oñate, lawyer:\nThe notes.\n")][1::2] == [
        "Bea Oñate, lawyer"
    ] * 2
    assert "As agreed, for the street" not in {
        turn.speaker for turn in split_turns(f"{text}As agreed, for the street:\n")
    }
    assert {turn.speaker for turn in split_turns("Ana: Hm.\nBea: Ana, one thing: stay.\nAna: Yes.\n")} == {"Ana", "Bea"}


def test_labels_below_a_title_speak_only_where_one_comes_again_or_most_are_names_of_people() -> None:
    labelled = "Guests: 31,400 came.\n\nTrees: two were felled.\n\nStaff: a trainer left.\n\n"
    report = f"Report of the climbing park for the season\n\n{labelled}"
    assert [turn.speaker for turn in split_turns(report)] == [""]
    parents = "Class 7 parents\n\nOna: the bus leaves at eight\nBill: why?\nSue: roadworks\n"
    assert [turn.speaker for turn in split_turns(parents)][1:] == ["Ona", "Bill", "Sue"]
    assert "Guests" in {turn.speaker for turn in split_turns(f"{report}Guests: thank you.\n")}


def test_people_named_like_a_day_speak() -> None:
    talk = "Ana: Can you pay 900 euros?\nSun Li: No, I will pay 400 euros.\nAna: Fine then.\nSun Li: Good."
    assert [turn.speaker for turn in split_turns(talk)] == ["Ana", "Sun Li", "Ana", "Sun Li"]


def test_lines_of_days_and_hours_are_no_talk() -> None:
    (turn,) = split_turns("Which suits you?\n\nMonday 9:00\n       10:30\nTuesday 14:00")
    assert turn.speaker == ""
