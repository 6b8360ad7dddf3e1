"""Only proven faults are corrected: names, terms, code, quotations, other languages and sound sentences stay."""

from pathlib import Path

import pytest

from core.recipes.loader import load_recipes
from core.recipes.render import validate_inputs
from core.text import dictionaries
from core.text.catalogues import speaking
from core.text.dictionaries import dictionary_path, find_dictionary
from core.writing.grounded.grammar import Correction, apply
from core.writing.grounded.proofread import checked_note, propose, reasons
from core.writing.grounded.spelling import REPEATED, find_misspelt
from core.writing.plans import PLANS, PlanResult
from tests.core.writing.grounded.scripted_ask import ScriptedAsk

RECIPE = load_recipes()["proofread"]


def run(text: str, language: str = "") -> PlanResult:
    values = validate_inputs(RECIPE, {"text": text}) | ({"language": language} if language else {})
    return PLANS["proofread"](RECIPE, values, ScriptedAsk(""))


def corrected(text: str, language: str = "en") -> str:
    return apply(text, propose(text, language)[0])


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("We will recieve teh report.", "We will receive the report."),
        ("This is an test.", "This is a test."),
        ("The commitee meets on Monday.", "The committee meets on Monday."),
        ("A apple fell.", "An apple fell."),
        ("She dont know it.", "She doesn't know it."),
        ("It is the the end.", "It is the end."),
        ("The the end is near.", "The end is near."),
        ("We should of gone.", "We should have gone."),
        ("Their are three reasons.", "There are three reasons."),
        ("Thank you for you're patience.", "Thank you for your patience."),
        ("Its a pity.", "It's a pity."),
        ("He is taller then his brother.", "He is taller than his brother."),
        ("I do not know wether he comes.", "I do not know whether he comes."),
        ("We discussed about the price.", "We discussed the price."),
        ("They dont wait, and theres no time.", "They don't wait, and there's no time."),
        ("I am agree with you.", "I agree with you."),
        ("This is more easier to use.", "This is easier to use."),
        ("The exibition opens, the buiding is new.", "The exhibition opens, the building is new."),
        ("We open in Febuary or on Wensday.", "We open in February or on Wednesday."),
        ("I look forward to hear from you.", "I look forward to hearing from you."),
        ("It handles each connection in it's own process.", "It handles each connection in its own process."),
        ("We meet on friday, and the line ends in\n  in a word.", "We meet on Friday, and the line ends in a word."),
        ("Open the winodw of the clietn.", "Open the window of the client."),
        ("Priya recieves it. Huw recieves it, too.", "Priya receives it. Huw receives it, too."),
        (
            "Dwayne aquired it, seperately and with embarassing delays.",
            "Dwayne acquired it, separately and with embarrassing delays.",
        ),
    ],
)
def test_faults_are_corrected(wrong: str, right: str) -> None:
    assert corrected(wrong) == right


@pytest.mark.parametrize(
    "sound",
    [
        "Priya and Huw met Ratzel near Millingen aan de Rijn.",
        "She dealed the cards.",
        "Run `recieve_mail()` in C:\\teh\\path or see http://exampel.org/recieve.",
        "The button says “recieve”, and buildd is a program.",
        "RabbitMQ and HTTPX need an HTTP proxy, and the TEH team a UTC clock.",
        "[[Wich date?]] is open.",
        "The tokenizr runs. We start the tokenizr again.",
        "Thank you guys, if I were you I would wait; I was glad.",
        "The colour of the centre was organised by the programme.",
        "The constant a is zero, and (a over b) is a fraction.",
        "The form the client signed is in the form of a letter.",
        "You could of course ask, and it is better that the parties agree.",
        "Donec semper facilisis metus finibus, et ultricies nulla.",
        "Install apparmor apparmor-profiles now.",
        "It writes to stdout and reads two structs.",
        "The manpage describes each refname.",
        "Optional i returns that index, and press Ctrl-Shift-I selects it.",
        "The capability is advertized to customers.",
        "Names are ``nuget`` and ``velosity``.",
        "Thanks to Wieland\nHoffmann, Christoph\nAnton.",
        "On            On         off   off",
        "Fix the\n  completion\n  completion: more words.",
        "Do not let debug and progress output clash, it will ping later.",
        "Edges that fuse with their right neighbor stay.",
        "It is the type that probably means it's data.",
        "A non-negative int a into base ten, and instead of a always a b.",
        "Cannot find the closing notifi...",
        "It is guaranteed that that won't happen.",
        "Specifically the whether or not is open.",
        "We do not have to assume it's HTTP/2 at all.",
        "They gave way to high availability, and compare a an with the.",
        "The infor-\n  mation stands in the argu-\n  ments.",
        "The price is 2 pounds a ewe, and a union meets.",
        "It is booked from ten to for for a couple.",
        "Ash stackers come in three hardnesses.",
        "He past me on to his manager.",
        "Have a quiet one.\nPerpetua",
        "",
    ],
)
def test_sound_sentences_names_code_and_gaps_are_left_alone(sound: str) -> None:
    assert corrected(sound) == sound


def test_each_correction_has_its_reason() -> None:
    assert run("We recieve it.").notices == ("recieve → receive: the usual form is “receive”.",)
    assert run("We recieve the the mail.").notices[1] == "the the → the: doubled word."
    assert "doubled" not in reasons("We  receive it.", [Correction(2, 3, "", "a blank too many")], "en")[0]
    assert run("The exibition opens.").notices == ("exibition → exhibition: “exibition” is misspelt.",)


def test_the_table_of_another_language_is_used_and_a_missing_dictionary_is_said() -> None:
    found = run("Die Akten stehen Ihnen zu verfügung, der Brief ist nicht da.", "de")
    assert found.text == "Die Akten stehen Ihnen zur Verfügung, der Brief ist nicht da."
    assert found.notices[0] == "zu verfügung → zur Verfügung: richtig ist „zur Verfügung“."


def test_a_word_that_the_document_uses_elsewhere_too_is_a_term() -> None:
    values = validate_inputs(RECIPE, {"text": "The exibition opens."}) | {REPEATED: "exibition the"}
    assert PLANS["proofread"](RECIPE, values, ScriptedAsk("")).text == "The exibition opens."


def test_a_language_without_rules_is_said_and_stays() -> None:
    found = run("Dit is een brief en hij is niet goed geschreven.", "nl")
    assert found.text == "Dit is een brief en hij is niet goed geschreven."
    assert "no proofreading rules" in found.notices[0]


def test_dictionaries_are_found_in_the_usual_form_of_the_language(tmp_path: Path) -> None:
    for name in ("de_AT", "de_DE", "fr"):
        for ending in ("aff", "dic"):
            (tmp_path / f"{name}.{ending}").write_text("SET UTF-8\n" if ending == "aff" else "1\nx\n")
    (tmp_path / "es.dic").write_text("1\nx\n")
    found = [dictionary_path(code, [tmp_path]) for code in ("de", "fr", "es", "en")]
    assert [path.stem if path else None for path in found] == ["de_DE", "fr", None, None]
    assert "English" not in dictionaries.missing_dictionaries()


WRONG_WORDS = {
    "de": [
        ("Die Mitarbieter sind da, die Schlüßel auch.", "Die Mitarbeiter sind da, die Schlüssel auch."),
        ("Wir informiren Sie, desswegen können wir anfangen.", "Wir informieren Sie, deswegen können wir anfangen."),
        ("Der Termin ist am Mitwoch.", "Der Termin ist am Mittwoch."),
        ("Die Adresse steht vielleich im Annhang.", "Die Adresse steht vielleicht im Anhang."),
    ],
    "fr": [
        ("La réunion aura lieu mecredi prochain.", "La réunion aura lieu mercredi prochain."),
        ("Malheuresement, le montant ne corespond pas.", "Malheureusement, le montant ne correspond pas."),
        ("L'apartement est libre. Cordialment, Anne", "L'appartement est libre. Cordialement, Anne"),
    ],
    "es": [
        ("La exelente presentación de ayer gustó.", "La excelente presentación de ayer gustó."),
        ("Hay que debolver la tarjeta y el parrafo.", "Hay que devolver la tarjeta y el párrafo."),
        ("Gracias por su colavoración.", "Gracias por su colaboración."),
        ("El desarollo de la página sigue.", "El desarrollo de la página sigue."),
    ],
}
RIGHT_WORDS = {
    "de": "Die Projektleiterin hat den Kubernetes-Rollout mit Wojciech und Svantje im Wattenmeer besprochen. Wie viele"
    " Leute kommen, weiß nur Frau Rechner; der Vorstandt fehlt noch.",
    "fr": "Le collationneur et le modifieur de Nexxiom restent chez Reykjavik. Mme Prévot relit le dépôt inlaid-core.",
    "es": "El asignador y el manejador de Nexxiom siguen en Reikiavik. Que reintente la mantención, señora Dueñas.",
}


@pytest.mark.parametrize(
    ("language", "wrong", "right"), [(code, *pair) for code, all_ in WRONG_WORDS.items() for pair in all_]
)
def test_misspelt_words_of_every_language_are_put_right(language: str, wrong: str, right: str) -> None:
    if not find_dictionary(language):
        pytest.skip("the dictionaries are not on this platform")
    assert run(wrong, language).text == right


@pytest.mark.parametrize(
    ("language", "text", "wrong", "offered"),
    [
        ("en", "The desk is free, and rehersals end at 17:30.", "rehersals", "rehearsals"),  # seldom used
        ("en", "There is a pain au chocolat left in the box.", "chocolat", "chocolate"),  # French
        ("fr", "Je sais que l'equipe a terminé le projet.", "equipe", "équipe"),  # a word of another language, too
        ("es", "Avisen antes al vendedor de calsado, por favor.", "calsado", "calzado"),  # or "casado"
    ],
)
def test_a_misspelt_word_that_may_be_another_is_only_remarked_on(
    language: str, text: str, wrong: str, offered: str
) -> None:
    if not find_dictionary(language):
        pytest.skip("the dictionaries are not on this platform")
    made, likely = propose(text, language)
    assert not made
    assert (wrong, offered) in [(text[edit.start : edit.end], edit.text.split(" / ")[0]) for edit in likely]


@pytest.mark.parametrize("language", RIGHT_WORDS)
def test_names_rare_words_and_what_may_be_two_words_stay(language: str) -> None:
    assert corrected(RIGHT_WORDS[language], language) == RIGHT_WORDS[language]


def test_a_sentence_full_of_slips_is_corrected_and_one_in_another_language_is_not() -> None:
    wrong = "I beleive the meeting was postponned untill next week becuase of the strike."
    assert corrected(wrong) == "I believe the meeting was postponed until next week because of the strike."
    german = "Der Nachlass wird vom Amtsgericht eröffnet und danach verteilt."
    assert corrected(german) == german


@pytest.mark.parametrize(
    ("language", "sound"),
    [
        ("de", "Ihr Brief liess die Frage offen und muss sie schliessen."),
        ("de", "Dann brauchts jemand, der es bei euch macht."),
        ("de", "Die Beflockung der Trikots ist gratis."),
        ("fr", "bonjour madame maelle je passe demain"),
        ("fr", "Merci pour votre réponse.\nC. Rouquette"),
        ("es", "Nos vemos el sábado.\nTomás Berrocal"),
        ("es", "Envía 1.200 euros en bitcoin hoy."),
        ("es", "Los que quieran talla pequeña deven decirlo ya."),
        ("es", "La barca es una gamela y el pulpo es á feira."),
    ],
)
def test_names_and_words_of_elsewhere_stay(language: str, sound: str) -> None:
    assert apply(sound, find_misspelt(sound, language)) == sound


@pytest.mark.parametrize(
    ("language", "sound"),
    [
        ("en", "The distance between the child and its left and right neighbors, in pixels."),
        ("es", "Tómate un vasito de leche."),
        ("es", "Indentar los árboles."), ("de", "Das Log sofort flushen."),
    ],
)  # fmt: skip
def test_what_is_made_of_a_known_word_stays(language: str, sound: str) -> None:
    assert corrected(sound, language) == sound


def test_dass_stands_behind_joy() -> None:
    assert run("Wir freuen uns das sie morgen kommen.").text == "Wir freuen uns, dass sie morgen kommen."


def test_a_quotation_in_another_language_is_left_alone_by_every_rule() -> None:
    quoted = "La fuerza responsable de los objetos que caen en la tierra es la misma que en las órbitas."
    text = f"The book says so in these words, and they are right.\n\n{quoted}\n\nPlease recieve it."
    assert [edit.text for edit in propose(text, "en")[0]] == ["receive"]


@pytest.mark.parametrize(
    ("language", "sound"),
    [
        ("en", "There is rebar on the truck, and the crew unloads it."),
        ("en", "I really really love birds, and it shines so much people think that it is wet."),
        ("fr", "Il ne vient pas avant février, faque on verra."),
        ("fr", "Une seule réunion règlerait sans doute la question."),
        ("es", "En el bar habrá mistela y coca de llanda."),
        ("es", "Avisale vos a los de soporte, que no llegan, y comprá pan."),
        ("de", "morgen ihr lieben. wer hat den kaffee leer gemacht? und wo ist die kasse?"),
        ("de", "gestern abend war nacht im büro. bis montag ist alles da."),
    ],
)
def test_words_of_a_region_or_a_trade_and_small_letters_are_no_faults(language: str, sound: str) -> None:
    assert apply(sound, propose(sound, language)[0]) == sound


@pytest.mark.parametrize(
    ("language", "wrong", "right"),
    [
        ("es", "Hay que hablar del presio con ella.", "Hay que hablar del precio con ella."),
        ("de", "Das währe gut.", "Das wäre gut."),
        ("fr", "La troisème fois, le tirroir reste fermé.", "La troisième fois, le tiroir reste fermé."),
    ],
)
def test_usual_slips_are_corrected_in_short_words_too(language: str, wrong: str, right: str) -> None:
    assert apply(wrong, propose(wrong, language)[0]) == right


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "I catched a cold from my flatmate this week."),
        ("en", "The calender on line 2 is creasing the pillowcases."),
        ("en", "A colleage of mine has the key to the archive."),
        ("es", "Conviene subir la balla veinte centímetros."),
        ("es", "Dígale al portero que nos habra la puerta del garaje."),
    ],
)
def test_a_word_that_stands_for_another_one_is_not_put_right_wrongly(language: str, text: str) -> None:
    assert apply(text, propose(text, language)[0]) == text


def test_each_remark_and_reason_is_one_sentence_that_ends_once() -> None:
    result = run("Hi team, their are three points, and the the budget is exeeded. Could you please sent me the list?")
    told = [*(finding.sentence for finding in result.findings), *result.notices]
    assert any("“their”" in sentence for sentence in told)
    assert [one for one in told if "?." in one or "`" in one or " ." in one] == []


def test_what_was_looked_at_is_told_as_the_person_is_spoken_to_where_a_text_shows_no_language() -> None:
    with speaking("de"):
        assert checked_note("Alles gut.").startswith("Geprüft: Rechtschreibung")
