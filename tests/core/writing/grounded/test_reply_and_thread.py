"""What was written before is offered beside what is asked; wishes need no mark; greetings follow the thread."""

import re

import pytest

from core.recipes.loader import load_recipes
from core.writing.grounded.passages import passages_value
from tests.core.writing.grounded.test_reply import reply, with_meanings

RECIPE = load_recipes()["reply"]


def test_each_earlier_line_stands_beside_the_thing_that_it_most_likely_answers() -> None:
    earlier = "Ruairi Doyle:\nFitting starts on Monday 11 January. Your second payment of £6,400 is due on 7 January."
    asked = "Hi Ruairi,\n\nWhen does the fitting start? When is the second payment due? Do you take the old units away?"
    result = with_meanings(message=asked, thread=earlier, sender_name="Max Ober", owner_name="Ruairi Doyle")
    first, second, third = (gap.question for gap in result.gaps)
    assert "11 January" in first
    assert "£6,400" in second
    assert third == "Do you take the old units away?"
    assert not any(gap.choices for gap in result.gaps)


def test_who_is_greeted_by_a_line_with_a_colon_did_not_write_what_stands_below() -> None:
    thread = "Imogen Causley:\nMr. Satter:\n\nThe terrace is open until 23:30 on weekdays.\n\nLionel Satter:\nThanks."
    asked = "Hi,\n\nUntil when may the terrace be open?\n\nLionel"
    result = with_meanings(message=asked, thread=thread, sender_name="Lionel Satter", owner_name="Imogen Causley")
    assert any("23:30" in gap.question for gap in result.gaps)


def test_no_day_is_accepted_by_a_click_where_its_owner_wrote_of_one() -> None:
    earlier = "Ruairi Doyle:\nThe yard is shut on Tuesday for the new drain. Sacks are on the left."
    asked = "Hi Ruairi,\n\nthe van is free again.\n\nDoes Tuesday or Thursday suit you better?\n\nMax"
    given = {"message": asked, "sender_name": "Max Ober", "owner_name": "Ruairi Doyle"}
    noted, *_ = with_meanings(**given, thread=earlier).gaps
    assert "shut on Tuesday" in noted.question
    assert not [choice for choice in noted.choices if "Tuesday" in choice]
    free, *_ = with_meanings(**given, thread="Ruairi Doyle:\nSacks are on the left.").gaps
    assert [choice for choice in free.choices if "Tuesday" in choice]


def test_who_complains_is_answered_beside_all_that_was_written_before() -> None:
    earlier = "Ruairi Doyle:\nDear Ms Ober, the joiner comes by the end of March. The hinges are brass.\n\nRuairi Doyle"
    asked = (
        "Dear Mr Doyle,\n\nI am writing to complain. It is May, and the door still hangs from a string.\n\n"
        "Could you tell me what I get for my trouble?\n\nAda Ober"
    )
    result = with_meanings(message=asked, thread=earlier, sender_name="Ada Ober", owner_name="Ruairi Doyle")
    assert any("by the end of March" in gap.question for gap in result.gaps)


@pytest.mark.parametrize("complaint", ["", "I am writing to complain. "])
@pytest.mark.parametrize(
    "said", ["The van is ready on 6 March at noon.", "I will have the van ready on 6 March at noon."]
)
def test_what_the_owner_wrote_stands_within_a_gap_and_is_no_ready_answer(complaint: str, said: str) -> None:
    people = {"sender_name": "Lindiwe Mabaso", "owner_name": "Gareth Pugh", "thread": f"Gareth Pugh:\n{said}"}
    asked = f"Dear Mr Pugh,\n\n{complaint}When will the van be ready?\n\nLindiwe Mabaso"
    gaps = with_meanings(message=asked, **people).gaps
    assert [said.rstrip(".") in gap.question for gap in gaps].count(True) == 1
    assert not any("noon" in choice for gap in gaps for choice in gap.choices)


def test_what_is_not_asked_is_shown_in_its_place() -> None:
    asked = (
        "Hi Gareth,\n\nThe roofers are done on plot 7 a week early. Plots 8 and 9 need to stay up until the 19th at "
        "least, since the bricks are late and nobody can say when the lorry comes.\n\nCan you tell me what the extra "
        "hire will be per week after that, and whether it is the same for the loading bay and the hoist?\n\nLindiwe"
    )
    told, asks = with_meanings(message=asked, sender_name="Lindiwe Mabaso", owner_name="Gareth Pugh").gaps
    assert told.question.startswith("It also says: “The roofers are done")
    assert told.is_hint
    assert not asks.is_hint
    assert "Plots 8 and 9" in told.question
    assert not told.choices


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("If the roof is not covered on Thursday I shall get others in and send you their bill.", "others in"),
        ("The deep ones must be 100 by 215, not 140.", "not 140"),
        ("I am sorry to have to tell you that he died on Sunday night.", "died on Sunday"),
        ("He has an open wound and stays at home.", "open wound"),
    ],
)
def test_what_will_be_done_else_a_death_and_figures_of_an_order_are_shown(told: str, shown: str) -> None:
    asked = f"Dear Mr Pugh,\n\nNobody came on Friday. {told}\n\nPlease tell me when you are coming.\n\nLindiwe Mabaso"
    gaps = with_meanings(message=asked, sender_name="Lindiwe Mabaso", owner_name="Gareth Pugh").gaps
    assert [gap for gap in gaps if shown in gap.question]
    assert not [gap for gap in gaps if gap.question == f"Your answer: “{told.rstrip('.')}”"]


def test_a_known_person_with_a_firm_in_the_name_is_no_part_of_what_another_wrote() -> None:
    earlier = (
        "Tilly Marsh:\nHi, what is the price?\n\nØ. Haugland, Garn AS:\nDear Ms Marsh, our price is £22.40 per kg."
    )
    people = {"sender_name": "Ø. Haugland, Garn AS", "owner_name": "Tilly Marsh"}
    (asked,) = reply(message="Dear Ms Marsh, what was the price per kg?", thread=earlier, **people).gaps
    assert asked.question == "What was the price per kg?"


def test_who_was_greeted_before_in_the_thread_is_greeted_so_again() -> None:
    earlier = "Arndt Voss:\nGuten Tag Frau Matthes,\n\nder Stein kostet 2.380 Euro.\n\nArndt Voss"
    asked = "Guten Tag Herr Voss,\n\nändert das den Preis?\n\nIngeborg Matthes"
    result = reply(message=asked, thread=earlier, sender_name="Ingeborg Matthes", owner_name="Arndt Voss")
    assert result.text.startswith("Guten Tag Frau Matthes,")


def test_a_wish_without_a_question_mark_is_a_gap_and_what_only_tells_is_none() -> None:
    asked = (
        "Hi Fionn,\n\nWe are home late on Thursdays. And is it all right to bring her own harp or can that wait, they "
        "cost as much as a car. We'd like to keep the sink for the allotment, if your lads could be careful with it. "
        "What is the price?"
    )
    questions = " ".join(gap.question for gap in with_meanings(message=asked).gaps)
    assert "own harp" in questions
    assert "keep the sink" in questions
    assert "Your answer: “We are home late on Thursdays”" not in questions


@pytest.mark.parametrize(
    ("message", "objected"),
    [
        ("Invoice 88 is still unpaid. Please transfer 120 euros within a week.",
         "Two of the chairs wobble. We will not pay before they are replaced."),
        ("Unsere Rechnung 88 ist noch offen. Bitte überweisen Sie 120 Euro binnen einer Woche.",
         "Zwei der Stühle wackeln. Wir zahlen erst, wenn sie ersetzt sind."),
        ("Notre facture 88 reste impayée. Merci de faire le virement de 120 euros sous huit jours.",
         "Deux des chaises sont bancales. Nous ne paierons pas avant leur remplacement."),
        ("La factura 88 sigue pendiente de pago. Le ruego que haga la transferencia de 120 euros en una semana.",
         "Dos de las sillas cojean. No vamos a pagar mientras no las cambien."),
    ],
)  # fmt: skip
def test_who_withheld_a_payment_is_offered_no_word_of_paying_and_sees_their_own(message: str, objected: str) -> None:
    given = {"message": message, "sender_name": "Northby Chairs", "owner_name": "Ida Roth"}
    thread = f"Northby Chairs:\nThe chairs are on their way.\n\nIda Roth:\n{objected}"
    found = reply(thread=thread, **given).gaps
    assert not any(gap.choices for gap in found)
    assert any(objected.partition(". ")[2].rstrip(".") in gap.question for gap in found)


def test_earlier_words_stand_beside_what_is_asked_and_beside_what_is_offered() -> None:
    earlier = "Ruairi Doyle:\nThe fitting costs £1,100, and more than £1,200 we cannot spend on it."
    people = {"thread": earlier, "sender_name": "Max Ober", "owner_name": "Ruairi Doyle"}
    for message in ("What does the fitting cost?", "I can do the fitting for £1,150."):
        (asked,) = with_meanings(message=f"Hi Ruairi,\n\n{message}", **people).gaps
        assert " \u2013 you wrote: “The fitting costs £1,100, and more than £1,200" in asked.question
        assert asked.choices == ()


@pytest.mark.parametrize(
    ("thread", "question"),
    [
        ("Ruairi Doyle:\nIch frag Birgit und sag dir bis Sonntag Bescheid.", "Was sagt Birgit denn nun?"),
        ("Ruairi Doyle:\nIch bitte die Schule um Auskunft, wie es bei Ihnen aussieht.",
         "Soll das Gespräch bei uns in der Schule sein oder bei Ihnen im Betrieb?"),
    ],
)  # fmt: skip
def test_what_the_owner_promised_or_asked_for_is_no_ready_answer(thread: str, question: str) -> None:
    result = with_meanings(message=question, thread=thread, sender_name="Max Ober", owner_name="Ruairi Doyle")
    choices = {choice for gap in result.gaps for choice in gap.choices}
    assert not any(said in choice for choice in choices for said in ("Birgit", "Auskunft"))
    assert any(thread.partition("\n")[2].rstrip(".") in gap.question for gap in result.gaps)


@pytest.mark.parametrize(
    ("message", "earlier"),
    [
        ("Nearly there, two things:\n\n- Arch: do you carry it in?\n- Dismantling: is it in the 4,650?",
         "It comes to £4,650: fourteen tables, arch and bouquet, with setting up. Dismantling is extra, £280."),
        ("Fast fertig, zwei Dinge:\n\n- Bogen: tragen Sie den hinein?\n- Abbau: ist der in den 4.650 drin?",
         "Das macht 4.650 €: vierzehn Tische, Bogen und Strauß, mit Aufbau. Der Abbau geht extra, 280 €."),
        ("Presque fini, deux choses :\n\n- Arche : vous la portez ?\n- Démontage : c'est compris dans les 4 650 ?",
         "Cela fait 4 650 € : quatorze tables, arche et bouquet, montage compris. Le démontage est en sus, 280 €."),
        ("Ya casi, dos cosas:\n\n- Arco: ¿lo arman dentro?\n- Desmontaje: ¿ya viene en los 4.650?",
         "Le queda en 4.650 €: catorce mesas, arco y ramo, con montaje. El desmontaje va aparte, 280 €."),
    ],
)  # fmt: skip
def test_a_question_behind_a_label_has_no_ready_answer(message: str, earlier: str) -> None:
    given = {"message": message, "sender_name": "Max Ober", "owner_name": "Ruairi Doyle"}
    gaps = with_meanings(**given, thread=f"Ruairi Doyle:\n{earlier}").gaps
    assert any("280" in gap.question for gap in gaps)
    assert not any("650" in choice for gap in gaps for choice in gap.choices)


def test_a_danger_told_in_passing_is_shown_beside_what_is_asked() -> None:
    message = (
        "Dear Mr Pugh,\n\nI have painted the fence and the roses are out.\n\nIn the meantime a plank fell from the "
        "first lift and hit a boy of twelve. There is also a cracked tile on the path, where a base plate was dropped."
        "\n\nWhen do you take the scaffold down?\n\nLindiwe Mabaso"
    )
    first, *told = with_meanings(message=message, sender_name="Lindiwe Mabaso", owner_name="Gareth Pugh").gaps
    assert first.question.startswith("Look at this first. Your answer: “")
    assert first.question.endswith("where a base plate was dropped”")
    # What is asked behind it is asked by itself.
    assert "When do you take the scaffold down?" in [gap.question for gap in told]
    assert ["painted the fence" in gap.question for gap in told].count(True) == 1
    assert not any("cracked tile" in gap.question for gap in told)


@pytest.mark.parametrize(
    ("message", "question"),
    [
        ("Hallo Herr Wiel,\n\nich habe die Hütte gestrichen, und das Dach ist neu. Der Schlüssel liegt im Büro. "
         "Die Nachbarn grüßen. Im Schuppen riecht es seit gestern nach Gas. Wann kommen Sie?\n\nMarit Oosten",
         "Sehen Sie zuerst hierhin: „Im Schuppen riecht es seit gestern nach Gas“. Ihre Antwort: „Ich habe die Hütte "
         "gestrichen, und das Dach ist neu. Der Schlüssel liegt im Büro. Die Nachbarn grüßen. Im Schuppen riecht es "
         "seit gestern nach Gas. Wann kommen Sie?“"),
        ("Hello Joost,\n\nThere is a strong smell of gas in the shed. When do you come?\n\nMarit",
         "Look at this first. Your answer: “There is a strong smell of gas in the shed. When do you come?”"),
        ("Hallo Herr Wiel,\n\nvielen Dank. Und was kostet ein Schlüssel? Der Sicherungskasten im Flur riecht "
         "verschmort und wird immer so warm.\n\nMarit Oosten",
         "Sehen Sie zuerst hierhin: „Der Sicherungskasten im Flur riecht verschmort und wird immer so warm“. Ihre "
         "Antwort: „Und was kostet ein Schlüssel?“"),
    ],
)  # fmt: skip
def test_of_an_alert_the_sentence_that_tells_it_is_read_first(message: str, question: str) -> None:
    gaps = with_meanings(message=message, sender_name="Marit Oosten", owner_name="Joost Wiel").gaps
    assert [gap.question for gap in gaps] == [question]
    assert gaps[0].is_alert


@pytest.mark.parametrize(
    ("message", "first", "told"),
    [
        ("Could we meet on Monday or Tuesday? What does the hall cost?\n\n"
         "By the way, there is a strong smell of gas in the cellar.", "Look at this first", "smell of gas"),
        ("Können wir uns am Montag oder Dienstag treffen? Was kostet der Saal? Und wann bekomme ich die Rechnung?\n\n"
         "Übrigens riecht es im Keller nach Gas, wenn die Therme läuft, und die Kinder haben Kopfweh.",
         "Sehen Sie zuerst hierhin: ", "nach Gas"),
        ("Could we meet on Monday or Tuesday?\n\n"
         "The brakes of the van squeal since Friday. Can you have a look at them?", "Look at this first", "brakes"),
    ],
)  # fmt: skip
def test_what_may_hurt_somebody_stands_before_dates_and_all_else(message: str, first: str, told: str) -> None:
    gaps = with_meanings(message=message, sender_name="Marit Oosten", owner_name="Joost Wiel").gaps
    assert gaps[0].question.startswith(first)
    assert told in gaps[0].question
    assert len(gaps) > 1
    assert not any(told in gap.question for gap in gaps[1:])


def test_what_is_perhaps_a_danger_stands_first_and_is_not_called_one() -> None:
    message = (
        "Hola Hernando:\n\n¿Han llegado los 35 libros?\n\nEl viernes es la feria.\n\nAh, y los de 6° me contaron "
        'muertos de la risa que la estantería grande de geografía "baila" cuando uno se recuesta, y que el otro día '
        "Jhoan se colgó de ella y se le vino un poquito encima.\n\nYurledis"
    )
    told = [gap.question for gap in with_meanings(message=message, sender_name="Yurledis", owner_name="Hernando").gaps]
    assert [told[0].startswith("También dice"), "estantería" in told[0]] == [True, True]
    assert ["libros" in line for line in told] == [False, True]


def test_what_others_wrote_and_was_written_to_them_is_for_the_owner_alone() -> None:
    thread = (
        "Keith Lee:\nNo wool on his skin, please, he reacts badly to it.\n\n"
        "Bo Berg:\nThanks Keith. The collar is felt, I take cotton for him.\n"
    )
    message = "Dear Bo,\n\ncan you make both coats so that they fit both of them?\n\nJoanna Lee"
    result = reply(message=message, thread=thread, sender_name="Joanna Lee", owner_name="Bo Berg")
    hints = [gap.question for gap in result.gaps if gap.is_hint]
    assert "The collar is felt" in hints[0]
    assert hints[1].startswith("Others wrote before: “Keith Lee: No wool on his skin")
    assert not result.sources
    assert not any("wool" in choice or "felt" in choice for gap in result.gaps for choice in gap.choices)


def test_a_postscript_is_shown() -> None:
    message = "Dear Bo,\n\nis the bus free?\n\nAnn Lee\n\nPS Her photo is still on the page, her mother asked again."
    gaps = reply(message=message, sender_name="Ann Lee", owner_name="Bo Berg").gaps
    assert gaps[0].question == "It also says: “PS Her photo is still on the page, her mother asked again”"


def test_what_answers_stands_within_the_gap_whatever_was_written_behind_it() -> None:
    first = "On 2 Nov 2026, Nora Blake wrote:\nThe lease ends on 14 May 2027."
    then = f"{first}\nOn 6 Nov 2026, Nora Blake wrote:\nThe boiler was serviced."
    given = {"message": "When does the lease end?", "sender_name": "Tim Hale", "owner_name": "Nora Blake"}
    for thread in (first, then):
        asked, *notes = with_meanings(**given, thread=thread).gaps
        assert asked.question.endswith("you wrote on 2 Nov 2026: “The lease ends on 14 May 2027.”")
        assert asked.choices == ()
        assert ["boiler" in note.question for note in notes] == [True] * ("boiler" in thread)


def test_what_a_third_person_warns_of_is_no_courtesy() -> None:
    thread = "Keith Lane:\nHarriet must not hear it from me, but the hinge on the first gate is cracked."
    given = {"message": "Is the bill paid?", "sender_name": "Harriet Lane", "owner_name": "Sol Brann"}
    gaps = with_meanings(**given, thread=thread).gaps
    assert any("the hinge on the first gate is cracked" in gap.question for gap in gaps)


def test_who_is_thanked_below_is_no_signature_and_another_with_the_same_name_is_not_greeted() -> None:
    message = "Sr. Edwin buenas tardes, le saluda Yessenia.\n\n¿Llegaron ya los chalecos?\n\nGracias Sr. Edwin"
    people = {"sender_name": "Yessenia Mamani", "owner_name": "Edwin Salcedo"}
    assert "Edwin" not in reply(message=message, **people).text.partition("\n")[0]
    thread = (
        "Edna Whitcombe:\nDear Mr Venn, I want the small ones.\n\n"
        "Prakash Venn:\nDear Mrs Whitcombe, I have noted it. The letter follows."
    )
    asked = "Dear Mr Venn,\n\nis there anything after one on Friday?\n\nRegards\nDiane"
    people = {"sender_name": "Diane Whitcombe-Foss", "owner_name": "Prakash Venn"}
    assert not reply(message=asked, thread=thread, **people).text.startswith("Dear Mrs Whitcombe,")


def test_who_shares_a_family_name_with_the_owner_wrote_their_own_lines() -> None:
    thread = (
        "Josie Whitlow:\nWhich day is better for the party?\n\nNed Whitlow:\nEither is fine for me.\n\n"
        "Piers Whitlow:\nI have a first communion on the 9th, and it cannot be moved."
    )
    message = "Hi Ned, what do you think of the 9th of May?\n\nJo"
    result = reply(message=message, thread=thread, sender_name="Josie Whitlow", owner_name="Ned Whitlow")
    shown = [gap.question for gap in result.gaps if "first communion" in gap.question]
    assert shown
    assert all("Piers Whitlow" in line and not line.startswith("You wrote") for line in shown)


def test_what_a_third_person_told_in_confidence_is_shown_and_never_stands_in_the_letter() -> None:
    thread = (
        "Karin Holm:\nPlease keep this between us and do not tell Anna: I am going to resign at the end of the month."
    )
    message = "Hi Bo,\n\nwho plans the summer party with me?\n\nAnna"
    result = with_meanings(message=message, thread=thread, sender_name="Anna Lind", owner_name="Bo Berg")
    first = result.gaps[0]
    assert first.question.startswith("Told in confidence: “Karin Holm: ")
    assert first.is_hint
    assert not any(gap.is_alert for gap in result.gaps)
    assert "resign" not in result.text


def test_a_danger_beside_a_question_that_a_source_answers_is_an_alert() -> None:
    message = (
        "Hello, my mother cannot breathe since this morning and has pain in her chest. What does the pump P-20 cost?"
        "\n\nWhen is the hall open on Sundays in the winter half of the year?"
    )
    passages = passages_value([("Price list", "", "The pump P-20 costs 480 pounds. The pump P-30 costs 620 pounds.")])
    result = with_meanings(message=message, passages=passages, sender_name="Ann Hill", owner_name="Bo Berg")
    assert any(gap.is_alert and "cannot breathe" in gap.question for gap in result.gaps)
    assert "480" not in re.sub(r"\[\[.*?\]\]", "", result.text)


@pytest.mark.parametrize(
    ("greeting", "words"), [("Hallo Petra,", "Deine Antwort"), ("Guten Tag Petra Lindqvist,", "Ihre Antwort")]
)
def test_the_gaps_speak_as_the_greeting_does(greeting: str, words: str) -> None:
    asked = "Der Aufzug steht seit drei Wochen. Wann wird er repariert? Sonst mindern wir die Miete."
    written = reply(message=asked, sender_name="Petra", owner_name="Mia Okonjo", usual_greeting=greeting).text
    assert greeting in written
    assert words in written


HOUSE = passages_value([("House rules", "", "The corkage is 8 pounds per bottle. The garden holds 120 guests.")])


def test_questions_joined_by_and_are_answered_from_sources_each() -> None:
    said = reply(message="what is the corkage, and how many guests does the garden hold?", passages=HOUSE)
    assert "The corkage is 8 pounds per bottle.\n\nThe garden holds 120 guests." in said.text
    assert not said.gaps


@pytest.mark.parametrize("rest", ["is there a cloakroom", "could you bring a tent"])
def test_what_a_source_answers_of_two_questions_is_said_and_the_other_one_is_a_gap(rest: str) -> None:
    said = reply(message=f"What is the corkage and {rest}?", passages=HOUSE)
    assert "The corkage is 8 pounds per bottle." in said.text
    assert [gap.question for gap in said.gaps] == [f"And {rest}?"]


def test_what_answers_a_part_of_a_sentence_stands_beside_its_gap() -> None:
    (one,) = reply(message="What is the corkage and who pays the band?", passages=HOUSE).gaps
    assert one.question.endswith("who pays the band? \N{EN DASH} House rules: “The corkage is 8 pounds per bottle.”")
    assert not one.choices


@pytest.mark.parametrize("way", ["meanings", "words"])
def test_a_danger_of_the_thread_stands_first_by_itself_with_who_wrote_it(way: str) -> None:
    ways = {"meanings": with_meanings, "words": reply}
    thread = (
        "Karin Holm:\nCareful, there is a strong smell of gas in the hall since this morning. Lunch is at noon.\n\n"
        "Bo Berg:\nThanks, Karin."
    )
    given = {"message": "Hi Bo,\n\nwho plans the summer party with me?\n\nAnna", "thread": thread}
    result = ways[way](**given, sender_name="Anna Lind", owner_name="Bo Berg")
    first, *others = [gap for gap in result.gaps if gap.is_hint]
    assert first.is_alert
    assert first.question.startswith("Look at this first: from earlier in the thread, “Karin Holm: Careful, there is")
    assert "Lunch" not in first.question
    assert not any("smell of gas" in gap.question for gap in others)
    assert "gas" not in result.text


def test_of_two_questions_in_one_breath_that_is_answered_which_the_thread_answers() -> None:
    thread = "Bo Berg:\nMoin Ann, 3 Plätze sind noch. Vier Samstage, 2., 9., 16. und 30. Mai, je 10 bis 13 Uhr. Bo"
    message = "nehm ich! was muss ich mitbringen u wann gehts los?\n\nAnn"
    result = with_meanings(message=message, sender_name="Ann Lee", owner_name="Bo Berg", thread=thread)
    assert "je 10 bis 13 Uhr" in result.gaps[0].question
    assert not result.skeleton
