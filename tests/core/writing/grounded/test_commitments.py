"""Who took on what: an owner and a day only where somebody says so, and what was said of it later beneath it."""

import re
from functools import cache

import pytest

from core.embeddings import load_embedder
from core.llm.ports import Embedder
from core.settings import Settings
from core.text.called import signed_name
from core.text.language import detect_language
from core.text.lexicon import lexicon
from core.text.statements import read_statements
from core.writing.grounded.commitments import find_commitments
from core.writing.roles import roles_of


@cache
def embedder() -> Embedder:
    return load_embedder(Settings())


def told(text: str, *, is_embedded: bool = True) -> list[tuple[str, str, str]]:
    language = detect_language(text)
    sentences = roles_of(read_statements(text, language), embedder() if is_embedded else None)
    items = [commitment.item(lexicon(language)) for commitment in find_commitments(sentences, signed_name(text, ""))]
    assert all(item.quote in text for item in items)
    return [(item.who, item.due, item.text) for item in items]


def test_a_short_yes_is_shown_with_who_asked_for_what() -> None:
    text = "Nadine: Der Drucker druckt nur Streifen, rufst du den Service an?\nHolger: mach ich\nNadine: danke\n"
    assert told(text) == [
        ("Holger", "", "Nadine: Der Drucker druckt nur Streifen, rufst du den Service an? \u2192 Holger: Mach ich.")
    ]


def test_who_cannot_does_not_have_it_and_who_steps_in_does() -> None:
    text = (
        "Murat: Lena, könntest du die Inventur der Leihgeräte machen?\n"
        "Lena: das schaff ich leider nicht, bin im urlaub\n"
        "Paul: ich kann das machen\nMurat: danke Paul\n"
    )
    assert [who for who, _, _ in told(text)] == ["Paul"]


def test_another_day_that_is_agreed_on_at_once_is_the_day_and_a_disputed_one_is_none() -> None:
    agreed = "Ann: I'll send the brochure on Monday.\nBo: Monday's a holiday.\nAnn: Tuesday, sorry.\n"
    [(who, due, text)] = told(agreed)
    assert (who, due) == ("Ann", "Tuesday")
    assert text == (
        "I'll send the brochure on Monday. \u2192 later: Bo: Monday's a holiday. \u2192 Ann: Tuesday, sorry."
    )
    [(_, due, text)] = told(agreed.removesuffix("Ann: Tuesday, sorry.\n"))
    assert "Bo: Monday's a holiday." in text
    assert due != "on Monday"


@pytest.mark.parametrize(
    "text",
    [
        "priya: tom, can you ring the installer?\ntom: yep, this afternoon\ntom: installer is called, all done\n",
        "Hélène: Je prépare la facture et je l'envoie demain.\nBruno: Parfait.\nHélène: La facture est envoyée.",
        "Dan: Carl, can you clean the desk?\nCarl: Sorry, no, I can't.\n",
        "Tobias: Ines, schreibst du die Einladung?\nInes: die hab ich ihr gestern schon gegeben\nTobias: top\n",
        "Lee: We will try 4.12 again on Wednesday.\nDana: Ok.\n",
    ],
)
def test_what_is_done_or_refused_is_no_task_and_neither_is_a_mere_yes(text: str) -> None:
    assert "Dana" not in {who for who, _, _ in told(text)}
    assert not [one for one in told(text) if "Wednesday" not in one[2]]


def test_notes_without_speakers_are_quoted_without_an_owner_of_their_own() -> None:
    text = "Notes, team meeting 14 May\n\nDev to update the price list and send it to the wholesalers by 22 May.\n"
    assert told(text) == [("", "by 22 May", "Dev to update the price list and send it to the wholesalers by 22 May.")]


def test_who_takes_on_something_else_right_after_keeps_it_for_himself() -> None:
    text = (
        "Lucía: Marta, ¿puedes pedirlos hoy a la gestoría?\nMarta: Llamo ahora mismo.\n"
        "Lucía: Yo llamo al técnico esta tarde.\n"
    )
    assert [(who, due) for who, due, _ in told(text)] == [("Marta", "ahora mismo"), ("Lucía", "esta tarde")]


def test_what_is_said_of_a_task_later_stands_beneath_it() -> None:
    text = (
        "Ravi: Josh, could you print the consent forms?\nJosh: Sure.\nMel: Nice.\n"
        "Josh: Consent forms are printed, on your desk.\n"
    )
    assert all("later: Josh: Consent forms are printed" in line for _, _, line in told(text))


def test_a_statement_of_another_that_asks_nothing_is_no_context_of_a_whole_promise() -> None:
    text = (
        "Petra: The letterbox key was found, so you needn't order a new one.\n"
        "Owen: I'll draft the agreement and let the tenants have it on the 18th.\n"
    )
    assert [(who, line) for who, _, line in told(text)] == [
        ("Owen", "I'll draft the agreement and let the tenants have it on the 18th.")
    ]


MACHINE = (
    "anna: moin, die maschine in halle 2 steht seit 6 uhr\n"
    "jens: die pumpe ist kaputt, ersatz kostet 2.340 euro\n"
    "anna: wer sagt dem kunden bescheid?\n"
    "murat: wir könnten die nachtschicht auf maschine 1 legen\n"
    "anna: gut, machen wir so. murat, sagst du den leuten bescheid?\n"
    "murat: ja mach ich gleich\n"
    "anna: ich rufe den kunden an\n"
    "jens: ich kümmere mich um den einbau\n"
    "jens: ob der monteur am freitag kommt, ist noch offen\n"
    "anna: danke euch, dann sehen wir uns morgen früh um sieben in halle 2 und schauen, wie weit wir sind\n"
)


def test_promises_and_accepted_requests_are_tasks_with_who_and_when() -> None:
    text = (
        "Ana: The printer is broken. Can you call the service, Ben?\nBen: Will do today before 5 pm.\n"
        "Ana: I'll pay the invoice by Friday.\nCarl: Can somebody water the plants?\n"
        "Dan: Carl, can you clean the desk?\nCarl: Sorry, no, I can't.\n"
    )
    assert [(who, due) for who, due, _ in told(text)] == [("Ben", "today before 5 pm"), ("Ana", "by Friday")]


def test_done_things_questions_and_permissions_are_no_tasks() -> None:
    text = "Ana: Can you revert it?\nBen: Done, reverted.\nAna: Shall I call Carl?\nBen: What is the time?\nAna: Five."
    assert told(text) == []


def test_a_task_whose_thing_was_named_before_is_quoted_with_it() -> None:
    [(who, _, line)] = told(MACHINE.split("anna: ich rufe")[0])
    assert who == "murat"
    assert "sagst du den leuten bescheid?" in line


def test_the_writer_of_a_mail_owes_what_the_mail_promises() -> None:
    mail = "Hallo Team,\n\nder Kunde will kündigen. Ich schicke ihm bis Freitag ein Angebot.\n\nViele Grüße\nThomas"
    [(who, due, line)] = told(mail)
    assert (who, due) == ("Thomas", "bis Freitag")
    assert line.endswith("Ich schicke ihm bis Freitag ein Angebot.")


def test_an_offer_and_the_command_that_takes_it_up_are_one_task() -> None:
    text = (
        "Rosa: The line is not live before March.\nFelix: I could set up two routers until then.\n"
        "Rosa: Please order them.\nAmir: I'll water the plants."
    )
    first, second = told(text)
    assert (first[0], second[0], second[2]) == ("Felix", "Amir", "I'll water the plants.")
    assert first[2].endswith("I could set up two routers until then. \u2192 Rosa: Please order them.")


def test_what_has_to_be_done_by_nobody_in_particular_is_nobodys_task() -> None:
    text = "Pablo: La cámara no enfría.\nLucía: Hay que llamar al técnico. Yo lo llamo esta tarde.\nMarta: Vale.\n"
    assert [who for who, _, _ in told(text)] == ["Lucía"]


STAND = {
    "en": (
        "Ann: The stand at the fair costs 6,000 euros, the small stand 4,200.\nBo: Let's take the small stand.\n"
        "Cy: Fine by me.\nAnn: Bo, can you book the stand?\nBo: I'm away until Monday, can you do that, Cy?\n"
        "Cy: Sure.\nAnn: I'll send the brochure on Monday.\nBo: Monday's a holiday.\nAnn: Tuesday, sorry.\n"
        "Cy: I could ask the caterer.\nAnn: No need, the caterer is booked already.\n"
    ),
    "de": (
        "Ann: Der große Stand auf der Messe kostet 6.000 Euro, der kleine Stand 4.200.\nBo: Dann nehmen wir den "
        "kleinen Stand.\nCy: Einverstanden.\nAnn: Bo, buchst du den Stand?\nBo: Ich bin bis Montag weg, kannst du das "
        "übernehmen, Cy?\nCy: Klar.\nAnn: Ich schicke den Flyer am Montag.\nBo: Montag ist Feiertag.\n"
        "Ann: Dienstag, sorry.\nCy: Ich könnte den Caterer fragen.\nAnn: Nicht nötig, der Caterer ist schon gebucht.\n"
    ),
    "fr": (
        "Ann: Le grand stand au salon coûte 6 000 euros, le petit stand 4 200.\nBo: On prend le petit stand.\n"
        "Cy: D'accord.\nAnn: Bo, tu réserves le stand ?\nBo: Je suis absent jusqu'à lundi, tu peux le faire, Cy ?\n"
        "Cy: Oui, pas de souci.\nAnn: J'envoie la brochure lundi.\nBo: Lundi est férié.\nAnn: Mardi, pardon.\n"
        "Cy: Je pourrais appeler le traiteur.\nAnn: Pas la peine, le traiteur est déjà réservé.\n"
    ),
    "es": (
        "Ann: El stand grande de la feria cuesta 6.000 euros, el stand pequeño 4.200.\nBo: Nos quedamos con el stand "
        "pequeño.\nCy: Vale.\nAnn: Bo, ¿reservas el stand?\nBo: Estoy fuera hasta el lunes, ¿puedes hacerlo tú, Cy?\n"
        "Cy: Sí, claro.\nAnn: Yo mando el folleto el lunes.\nBo: El lunes es festivo.\nAnn: El martes, perdón.\n"
        "Cy: Podría llamar al catering.\nAnn: No hace falta, el catering ya está reservado.\n"
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", sorted(STAND))
def test_who_hands_a_task_on_does_not_have_it_and_the_last_day_counts(language: str) -> None:
    handed_on, moved = told(STAND[language])
    assert (handed_on[0], moved[0]) == ("Cy", "Ann")
    assert not re.search("lun|mon", moved[1], re.I), moved
    assert re.search("mar|die|tue", moved[1], re.I), moved


def test_without_the_embedded_model_sentences_are_told_apart_by_their_words() -> None:
    lines = [line for _, _, line in told(MACHINE, is_embedded=False)]
    assert any("sagst du den leuten bescheid? \u2192 " in line for line in lines)
