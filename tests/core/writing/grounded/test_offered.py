"""Dates that a message offers line by line are one choice, each of them a ready answer; an agenda is no offer."""

import pytest

from core.drafts import Gap
from core.embeddings import WordEmbedder, load_embedder
from core.recipes.loader import load_recipes
from core.recipes.render import validate_inputs
from core.settings import Settings
from core.writing.grounded.asked import Asking
from core.writing.grounded.offered import offered_dates, offers_listed
from core.writing.plans import PLANS
from core.writing.result import PlanOptions
from tests.core.writing.grounded.scripted_ask import ScriptedAsk

RECIPE = load_recipes()["reply"]
EMBEDDER = load_embedder(Settings())


def gaps_of(message: str, **values: str) -> tuple[Gap, ...]:
    people = {"sender_name": "Robin Vale", "owner_name": "Kim Noor"}
    given = validate_inputs(RECIPE, {"message": message, **people, **values})
    return PLANS[RECIPE.plan](RECIPE, given, ScriptedAsk(""), PlanOptions(embedder=lambda: EMBEDDER)).gaps


@pytest.mark.parametrize(
    ("message", "question", "choices"),
    [
        ("Dear Kim,\n\nfor the fitting I can offer:\n\nThursday 4 June at 9.30\nFriday 5 June at 14:00 (with Ana)\n\n"
         "Would you tell me which you'd prefer by Monday?\n\nKind regards,\nRobin",
         "For the fitting I can offer: Thursday 4 June at 9.30; Friday 5 June at 14:00 (with Ana)",
         ["Thursday 4 June at 9.30 works for me.", "Friday 5 June at 14:00 works for me.",
          "Unfortunately, none of these works for me."]),
        ("Guten Tag,\n\nfür die Anprobe könnte ich Ihnen anbieten:\n\nMo, 8.6., 9:30 Uhr\nDi, 9.6., 14:00 Uhr\n\n"
         "Sagen Sie mir bitte, was Ihnen am besten passt.\n\nMit freundlichen Grüßen\nRobin Vale",
         "was Ihnen am besten passt",
         ["Mo, 8.6., 9:30 Uhr passt mir.", "Di, 9.6., 14:00 Uhr passt mir.",
          "Leider passt mir keiner dieser Termine."]),
        ("Buenos días:\n\nLe ofrezco estas citas:\n- lunes 8 a las 10:00\n- martes 9 a las 16:30\n\n"
         "Dígame cuál prefiere.\n\nUn saludo,\nRobin",
         "cuál prefiere",
         ["Me va bien el lunes 8 a las 10:00.", "Me va bien el martes 9 a las 16:30.",
          "Lamentablemente, ninguna de estas fechas me viene bien."]),
    ],
)  # fmt: skip
def test_offered_lines_are_ready_answers_of_one_gap(message: str, question: str, choices: list[str]) -> None:
    picked, *others = gaps_of(message)
    assert question in picked.question
    assert picked.choices == tuple(choices)
    assert not any(gap.choices for gap in others)


def test_offers_that_nothing_asks_to_choose_from_are_a_gap_with_all_dates() -> None:
    message = "Hello Kim,\n\nThese slots are free:\n* 3 June, 2pm\n* Thu 5 June, 10am\n\nBest wishes\nRobin"
    (found,) = gaps_of(message)
    assert found.question == "Your answer: “These slots are free: 3 June, 2pm; Thu 5 June, 10am”"
    assert found.choices[:2] == ("3 June, 2pm works for me.", "Thu 5 June, 10am works for me.")


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "Is there a class on Saturday or Sunday?"),
        ("en", "Are the lessons Monday to Thursday or at the weekend?"),
        ("en", "Do you close on Mondays or Sundays?"),
        ("de", "Gibt es im März oder April noch eine Führung?"),
        ("de", "Haben Sie montags oder mittwochs geschlossen?"),
        ("de", "Sind die Stunden von Montag bis Freitag oder am Samstag?"),
        ("fr", "Y a-t-il un cours le samedi ou le dimanche ?"),
        ("fr", "Est-ce ouvert du lundi au vendredi ou le samedi ?"),
        ("es", "¿Hay alguna clase el sábado o el domingo?"),
        ("es", "¿Cerráis los lunes o los domingos?"),
        ("es", "A día de hoy sigue sin pagar el recibo 12/7, vencido el 3 de marzo."),
        ("en", "Invoice 12/7, due on 3 March, is open today."),
        ("de", "Bei mir ginge der 5. oder der 19., am 12. hat die Kleine Geburtstag."),
        ("en", "Tuesday the 8th or Friday the 11th would suit me, on Thursday the 10th I am in Leeds."),
        ("en", "Rosa swears that she handed it in at the gate, on 12 or 13 November."),
        ("de", "Rosa schwört, sie hat ihn an der Pforte abgegeben, am 12. oder 13. November."),
        ("de", "Der Kaffee am 6. Dezember, ist der um drei oder um halb vier?"),
        ("fr", "Le retour est noté le vendredi à 16 h 30 ou le samedi à 11 h selon la page."),
        ("fr", "Pour décembre : le 4 ok, le 5 ok, le 11 non j'ai un examen, le 12 oui ou le 19."),
        ("es", "¿Pones tú la barra los tres días o solo viernes y sábado?"),
        ("en", "We fetch them on Sunday 6 or Tuesday 8 December and bring them on Monday 7 or Wednesday 9 December."),
        ("es", "Los recogemos el domingo 6 o el martes 8 y los llevamos el lunes 7 o el miércoles 9."),
    ],
)
def test_what_is_usual_exists_or_fell_due_is_no_day_to_choose(language: str, line: str) -> None:
    assert len(offered_dates(line, Asking(language).words)) < 2


@pytest.mark.parametrize(
    "message",
    [
        "Hi Kim,\n\nI can come on Monday 4 May or Friday 8 May.\n\nTell me which day suits you, how many of you "
        "there are and if you have a ladder.\n\nRobin",
        "Hallo Kim,\n\nich kann am Montag, 4. Mai, oder am Freitag, 8. Mai, kommen.\n\nSag mir bitte, welcher Tag "
        "passt, wie viele ihr seid, und ob ihr eine Leiter habt.\n\nRobin",
        "Salut Kim,\n\nje peux venir lundi 4 mai ou vendredi 8 mai.\n\nDis-moi quel jour te convient, combien vous "
        "serez, et si tu as une échelle.\n\nRobin",
        "Hola, Kim:\n\nPuedo ir el lunes 4 de mayo o el viernes 8 de mayo.\n\n¿Me dices qué día prefieres, cuántos "
        "sois en total y si tienes una escalera?\n\nRobin",
    ],
)
def test_no_day_is_to_pick_where_more_than_the_day_is_asked(message: str) -> None:
    found = gaps_of(message)
    counts = ("how many", "wie viele", "combien", "cuántos")
    assert sum(any(word in gap.question.casefold() for word in counts) for gap in found) == 1
    assert not any(gap.choices for gap in found if any(word in gap.question.casefold() for word in counts))


def test_an_order_by_days_is_no_offer() -> None:
    ordered = "Thurs 6 Nov \u2013 20 dozen rocks\nSat 8 Nov \u2013 12 dozen rocks\nWed 12 Nov \u2013 30 dozen, No. 2"
    message = (
        f"Hi Kim,\n\nPlease change our order as follows, if possible:\n\n{ordered}\n\nWhat are natives now?\n\nRobin"
    )
    assert offers_listed(message, Asking("en")) == ((), (), message)
    assert not [choice for gap in gaps_of(message) for choice in gap.choices if "Nov" in choice]


def test_an_agenda_and_a_single_line_are_no_offers() -> None:
    for text in ("Agenda:\nMon 3 Nov: kickoff\nTue 4 Nov: review", "I can offer\nMonday 3 November at 9\nas a slot."):
        assert offers_listed(text, Asking("en")) == ((), (), text)


def test_a_part_of_the_day_is_no_other_day_for_who_reads_it_later() -> None:
    asked = "¿Le viene mejor el jueves 11 de junio por la mañana o el martes 16 de junio a las 16 h?"
    assert "Me va bien el jueves 11 de junio por la mañana." in gaps_of(asked)[0].choices


@pytest.mark.parametrize(
    ("message", "open_gap"),
    [
        ("Hallo Kim,\n\nunsere Tochter ist da, 3.100 Gramm, alle wohlauf. Torte bring ich mit, wenn ich wieder wach "
         "bin.\n\nLiebe Grüße\nRobin", "Keine Frage"),
        ("Bonjour,\n\nnous avons quitté la maison samedi. Nous avons laissé les pots de peinture à la cave, pour ceux "
         "qui en voudront.\n\nAmicalement,\nRobin", "Aucune question"),
    ],
)  # fmt: skip
def test_news_that_asks_nothing_is_one_open_gap(message: str, open_gap: str) -> None:
    if isinstance(EMBEDDER, WordEmbedder):
        pytest.skip("needs the embedded model")
    assert [gap.question.startswith(open_gap) for gap in gaps_of(message) if not gap.is_hint] == [True]


def test_of_a_death_that_asks_nothing_the_death_is_shown() -> None:
    message = (
        "Dear Kim,\n\nOur old caretaker Hal died on Sunday, at home, with his dog beside him. He kept asking who "
        "would wind the clock.\n\nRegards,\nRobin"
    )
    assert any("Hal died on Sunday" in gap.question for gap in gaps_of(message))


def test_what_only_resembles_a_wish_is_shown_in_its_place() -> None:
    if isinstance(EMBEDDER, WordEmbedder):
        pytest.skip("needs the embedded model")
    message = (
        "Hi Kim,\n\nThere will be twenty of us, perhaps twenty-one if Mr Roe makes up his mind.\n\n"
        "Could you send me the plan of the hall?\n\nCheers\nRobin"
    )
    (asked,) = gaps_of(message)
    assert asked.question.endswith("makes up his mind. Could you send me the plan of the hall?”")
    assert "twenty of us" in asked.question


@pytest.mark.parametrize(
    ("language", "line", "dates"),
    [
        ("es", "¿Le conviene más el martes 21 o el jueves 23, de 10 a 13 horas?", ("el martes 21", "el jueves 23")),
        ("de", "Passt Ihnen Dienstag, 3. Juni oder Donnerstag, 5. Juni, von 9 bis 12 Uhr?",
         ("Dienstag, 3. Juni", "Donnerstag, 5. Juni")),
        ("de", "Der Termin kann am 3. oder am 5. Dezember, jeweils 13.30 Uhr, stattfinden.",
         ("der 3. Dezember", "der 5. Dezember")),
        ("es", "Sale a las dos y media; puede el miércoles, el jueves o el sábado.",
         ("el miércoles", "el jueves", "el sábado")),
        ("en", "I can offer 3-5 June, 10-12 June or, at a pinch, 23-25 June.", ()),
        ("fr", "Tu peux me basculer le mardi sur le jeudi ou le vendredi, au choix ?", ()),
        ("de", "Möglich wären der 25. ganztägig oder der 27. ab 13 Uhr.", ("der 25.", "der 27.")),
        ("en", "The tower is free on 7 October, 13 or 14 October.", ("7 October", "14 October")),
        ("en", "It is free on 6 and 7 October, 13 and 14 October, or any two days in the week of the 27th.", ()),
    ],
)  # fmt: skip
def test_hours_beside_days_are_no_day(language: str, line: str, dates: tuple[str, ...]) -> None:
    assert offered_dates(line, Asking(language).words) == dates


def test_where_no_day_can_be_accepted_by_a_click_none_is_declined() -> None:
    [asked] = gaps_of("Hi Kim, can you come tomorrow or on Friday?")
    assert asked.choices == ()


def test_to_who_tells_of_a_death_nothing_is_taken_on_by_a_click() -> None:
    message = (
        "Dear Kim,\n\nDad died on Sunday.\n\nWe'd need a couple of weekends to clear his shed.\n\n"
        "I would like to know whether my mother can take the pills.\n\nRobin"
    )
    assert not any(gap.choices for gap in gaps_of(message))


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("Sehr geehrte Frau Roe,\n\nSie bieten mir einen Platz in der Wand an. Dieses Angebot nehme ich nicht an.\n\n"
         "Ist im Feld F noch etwas frei?", "nehme ich nicht an"),
        ("Bonjour,\n\nLa maladie est réglementée. D'ici là, aucun poisson ne sort.\n\n"
         "De quels bassins venaient les prélèvements ?", "aucun poisson ne sort"),
        ("Dear Kim,\n\nI won't be taking the post.\n\nWhere do I send the fob?", "taking the post"),
        ("Querida Kim:\n\nMe operan el 19. De momento no se lo cuentes a los demás.\n\n¿Quién lleva las llaves?",
         "no se lo cuentes"),
        ("Estimada Kim:\n\nNingún camión puede entrar hasta nuevo aviso.\n\n¿De qué balsa eran los peces?", "camión"),
    ],
)  # fmt: skip
def test_a_refusal_and_what_must_not_be_done_are_shown_though_they_ask_nothing(message: str, told: str) -> None:
    assert any(told in gap.question for gap in gaps_of(message))


def test_figures_are_shown_beside_days_to_choose() -> None:
    if isinstance(EMBEDDER, WordEmbedder):
        pytest.skip("needs the embedded model")
    message = (
        "Hola, Kim:\n\nNecesito 38 m2 del blanco mate.\n\nMás 6 sacos de cola gris y 2 de junta, el color no me "
        "acuerdo cuál era.\n\n¿Lo puedo tener el miércoles o ya me voy al jueves?"
    )
    assert any("6 sacos de cola" in gap.question for gap in gaps_of(message))


def test_what_a_line_says_of_its_day_stands_beside_it() -> None:
    message = "Hello Kim,\n\nThese slots are free:\n* Tue 3 June\n* Thu 5 June, 10am, only without the dog\n\nRobin"
    [found] = [gap for gap in gaps_of(message) if "Tue 3 June works for me." in gap.choices]
    assert "Thu 5 June, 10am, only without the dog" in found.question


@pytest.mark.parametrize(
    ("message", "told", "day"),
    [
        ("Hello Kim,\n\nHow are you? I can come on the 14th if you bring the keys, or on the 16th.\n\nRobin",
         "on the 14th if you bring the keys, or on the 16th", "14"),
        ("Bonjour Kim,\n\nJe peux passer mardi ou jeudi.\n\nLe mardi, je viens sans outils, parce que mon camion "
         "est au garage toute la semaine et que je ne peux rien prendre dans le train.\n\nRobin",
         "Le mardi, je viens sans outils", "mardi"),
        ("Hola Kim:\n\nPuedo el lunes 8 o el jueves 11.\n\nEl lunes 8 no hay ascensor, porque vienen a revisarlo por "
         "la mañana y no terminan hasta las ocho de la tarde.\n\nRobin",
         "El lunes 8 no hay ascensor", "lunes"),
    ],
)  # fmt: skip
def test_a_day_of_which_more_is_said_than_its_gap_shows_is_not_accepted_by_a_click(
    message: str, told: str, day: str
) -> None:
    found = gaps_of(message)
    assert any(told in gap.question for gap in found)
    assert not [choice for gap in found for choice in gap.choices if day in choice]


def test_days_whose_limits_do_not_fit_beside_them_are_not_accepted_by_a_click() -> None:
    limits = " ".join(f"On the 14th room {number} is closed for the whole of the day." for number in range(12))
    message = f"Hello Kim,\n\nI can come on the 14th or on the 16th. {limits}\n\nRobin"
    assert not [choice for gap in gaps_of(message) for choice in gap.choices if "14th" in choice]


@pytest.mark.parametrize(
    ("line", "language", "offered"),
    [
        ("Saturday the 21st or Sunday would do, I move everything that Friday.", "en", ("Saturday the 21st", "Sunday")),
        ("Samstag, der 21., oder Sonntag, an diesem Freitag ziehe ich um.", "de", ("Samstag, der 21.", "Sonntag")),
        ("Le samedi 21 ou le dimanche, ce vendredi-là je déménage.", "fr", ("le samedi 21", "dimanche")),
        ("El sábado 21 o el domingo, porque ese viernes me mudo.", "es", ("el sábado 21", "el domingo")),
    ],
)
def test_a_day_that_is_pointed_at_is_no_offer(line: str, language: str, offered: tuple[str, ...]) -> None:
    assert offered_dates(line, Asking(language).words) == offered


def test_a_day_that_its_owner_refused_before_is_not_to_be_accepted_by_a_click() -> None:
    message = (
        "Hallo Kim,\n\nbei mir ginge der 5. oder der 19. Dezember.\n\nWer bringt eigentlich den Kaffee, die Tassen und "
        "den Kuchen mit, wenn Tom im Urlaub ist und Ida an diesem Tag arbeitet?\n\nRobin"
    )
    refusal = "Samstag der 19. geht bei mir aber nicht, da ist Konzert."
    assert "Der 19. Dezember passt mir." in [choice for gap in gaps_of(message) for choice in gap.choices]
    refused = gaps_of(message, thread=f"Kim Noor:\n{refusal}")
    assert not [choice for gap in refused for choice in gap.choices if "19" in choice]
    shown = " ".join(gap.question for gap in refused)
    assert "5. oder der 19. Dezember" in shown
    assert refusal.rstrip(".") in shown


@pytest.mark.parametrize(
    ("language", "line", "dates"),
    [
        ("en", "We said Friday would be no good, so could we meet on Monday or Tuesday?", ()),
        ("en", "You wrote that Friday does not work; can we meet on Monday or Tuesday?", ()),
        ("en", "Friday doesn't work, can you do Monday or Tuesday?", ()),
        ("de", "Wir sagten, dass Freitag nicht geht, können wir uns also Montag oder Dienstag treffen?",
         ()),
        ("fr", "Nous avions dit pas vendredi, donc pourrions-nous nous voir lundi ou mardi ?", ()),
        ("es", "Habíamos dicho que el viernes no, así que ¿podemos vernos el lunes o el martes?",
         ()),
        ("en", "We said Monday or Tuesday, could you confirm?", ()),
        ("en", "We said Monday or Tuesday, so which room do you need?", ()),
    ],
)  # fmt: skip
def test_a_line_that_tells_or_refuses_a_day_offers_none(language: str, line: str, dates: tuple[str, ...]) -> None:
    assert offered_dates(line, Asking(language).words) == dates


def test_who_wrote_that_a_day_is_no_good_accepts_none_by_a_click() -> None:
    thread = "Kim Noor:\nMonday would be no good."
    (first, *_) = gaps_of("Could we meet on Monday or Tuesday?", thread=thread)
    assert not any("Monday" in choice for choice in first.choices)


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "It opens on the 12th, no, on the 21st, or am I wrong?"),
        ("de", "Premiere ist ja am 12., nein, am 21., die haben das verschoben, oder?"),
        ("fr", "La location, c'est le 12, non, le 21, ou je me trompe ?"),
        ("es", "El taller dice que el viernes, ¿me cambias al lunes o viene el camión?"),
    ],
)
def test_an_or_that_is_not_among_the_days_offers_none(language: str, line: str) -> None:
    assert offered_dates(line, Asking(language).words) == ()
