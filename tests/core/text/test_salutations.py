"""Greetings and how formal a text is."""

import pytest

from core.text.called import salutation, signed_address, signed_name
from core.text.language import detect_language
from core.text.lexicon import either
from core.text.salutations import (
    LAST_LINE,
    OPENS,
    SHORT_CLOSING,
    Called,
    address_of,
    clean_name,
    read_name,
    sign_off,
)


@pytest.mark.parametrize(
    ("language", "name", "answered", "line"),
    [
        ("fr", "Michèle Bertin", "Monsieur,\n\nAvez-vous changé ?\n\nM. Bertin", "Bonjour Michèle Bertin,"),
        ("fr", "Jean Bertin", "Bonjour,\n\nAvez-vous changé ?\n\nM. Bertin", "Bonjour Monsieur Bertin,"),
        ("fr", "Monique Perrin", "La table est rayée.\nMonique Perrin", "Bonjour Monique Perrin,"),
        ("es", "Beatriz Soler", "No ha llegado el paquete.\nBeatriz Soler", "Buenos días, Beatriz Soler:"),
        ("es", "Biblioteca Municipal", "El libro debía devolverse.", "Hola:"),
        ("en", "Derek Shaw", "I got a toaster.\nDerek Shaw", "Hi Derek,"),
    ],
)  # fmt: skip
def test_who_signs_with_the_whole_name_is_greeted_formally(language: str, name: str, answered: str, line: str) -> None:
    assert salutation(language, name, answered) == line


@pytest.mark.parametrize("signed", ["kez", "Kezia", "KEZ"])
def test_who_signs_with_a_short_form_of_an_unknown_name_is_greeted_by_the_name(signed: str) -> None:
    assert salutation("en", "Kezia Brandreth", f"can you come over?\n\n{signed}") == "Hi Kezia,"
    assert salutation("en", "Kezia Brandreth", "Can you come over?\n\nthe team") == "Hello,"


def test_a_given_name_alone_tells_nothing() -> None:
    assert signed_address("fr", "Monique Perrin", "La table est rayée.\nMonique") == ""


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Weber, Anna", "Anna Weber"),
        ("Weber, Prof. Dr. Anna", "Prof. Dr. Anna Weber"),
        ("WEBER Anna", "Anna Weber"),
        ("Ellis Lettings, Donna Ellis", "Donna Ellis"),
        ("École Jean-Zay, Mme Boutin", "Mme Boutin"),
        ("Reception, Anita Bose", "Anita Bose"),
        ("Atelier Prunelle (Lise Vandamme)", "Lise Vandamme"),
        ("Clínica Ollerías (recepción, Loli)", "Loli"),
        ("Anna Weber (Tom's mum)", "Anna Weber"),
        ("Domanex Support (automatisch)", "Domanex Support"),
        ("Sarah Obuya, HR, Northgate Logistics", "Sarah Obuya"),
        ("Mairie de Montbel \u2013 Lucas", "Lucas"),
        ("Stadtverwaltung \u2013 Frau Ritter", "Frau Ritter"),
        ("GAEC des Trois Sources", "GAEC des Trois Sources"),
        ("Dr M. Szymanska and family", "Dr M. Szymanska"),
        ("1. Vors. Gernot Abt", "Vors. Gernot Abt"),
    ],
)
def test_of_a_name_with_a_firm_the_person_counts(name: str, shown: str) -> None:
    assert clean_name(name) == shown


@pytest.mark.parametrize(
    ("language", "name", "answered", "line"),
    [
        ("en", "Cllr Mary Byrne", "Dear Mr Ray, could you?", "Dear Cllr Mary Byrne,"),
        ("fr", "Monsieur et Madame SOARES", "Bonjour Madame, pouvez-vous ?", "Bonjour Monsieur et Madame Soares,"),
        ("fr", "Mme DELORME Solange", "Bonjour Madame, pouvez-vous ?", "Bonjour Madame Delorme,"),
        ("en", "Hanneke de Wit", "Dear Ms Barker, could you?", "Dear Hanneke de Wit,"),
        ("en", "m.okonjo", "Can you come?", "Hello,"),
        ("en", "Sarah Obuya", "Dear Professor Whitmore, could you?", "Dear Sarah Obuya,"),
        ("en", "Mrs Caroline Hatch", "Dear Mr Ray, could you?", "Dear Mrs Hatch,"),
        ("en", "Miss A. Hatch", "Dear Mr Ray, could you?", "Dear Miss Hatch,"),
        ("en", "Ms Caroline Hatch", "Dear Mr Ray, could you?", "Dear Ms Hatch,"),
        ("en", "Sarah Obuya", "Mr. Vale-Haag:\n\nCould you?", "Dear Sarah Obuya,"),
        ("en", "Sarah Obuya, Deputy Inspector", "Dear Mr Ray, could you?", "Dear Sarah Obuya,"),
        ("fr", "École Vallès, Mme Roche", "Madame,\n\nOui ?\n\nMme Roche, directrice", "Bonjour Madame Roche,"),
    ],
)
def test_titles_couples_and_mailboxes_are_greeted_as_what_they_are(
    language: str, name: str, answered: str, line: str
) -> None:
    assert salutation(language, name, answered) == line


@pytest.mark.parametrize(
    ("answered", "line"),
    [
        ("Könnten Sie kommen? Wir haben einen grossen Saal.\n\nFreundliche Grüsse\nUrs", "Mit freundlichen Grüssen"),
        ("Kannst du kommen?\n\nLiebe Grüsse\nUrs", "Viele Grüsse"),
        ("Könnten Sie kommen? Der Saal ist groß.\n\nFreundliche Grüsse\nUrs", "Mit freundlichen Grüßen"),
        ("Könnten Sie kommen, Frau Weiss? Das muss nicht sein.", "Mit freundlichen Grüßen"),
    ],
)
def test_who_writes_german_as_the_swiss_do_is_answered_so(answered: str, line: str) -> None:
    assert sign_off("de", "Heinz Weiß", answered) == f"{line}\nHeinz Weiß"


def test_who_signs_for_an_office_signs_with_their_name() -> None:
    assert sign_off("en", "Reception, Anita Bose") == "Best regards,\nAnita Bose"
    assert sign_off("en", "Mr Lowe") == "Best regards,\nMr Lowe"
    assert sign_off("de", "Frau Dierks") == "Viele Grüße\nDierks"
    assert sign_off("en", "Mr and Mrs D. Holt") == "Best regards,\nMr and Mrs D. Holt"


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Steffi Graf", Called("Steffi", "Graf")),
        ("Graf, Peter", Called("Peter", "Graf")),
        ("Sacha Baron Cohen", Called("Sacha", "Baron Cohen")),
        ("Santiago Ramón y Cajal", Called("Santiago", "Ramón y Cajal")),
        ("Ana y Luis Pérez", Called("Ana y Luis", "Pérez")),
    ],
)
def test_a_family_name_is_no_title_and_two_surnames_are_no_couple(name: str, called: Called) -> None:
    assert read_name(name) == called


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("de", "Guten Abend zusammen,"), ("de", "Servus Leute!"), ("de", "Grüß Gott Frau Weber,"), ("de", "Moin moin,"),
        ("fr", "Bonsoir à tous,"), ("fr", "Coucou l'équipe !"), ("fr", "Chères collègues,"),
        ("es", "Buenas tardes a todos:"), ("es", "Apreciado cliente:"), ("en", "Dear all,"), ("en", "Good day Ms Ray,"),
        ("it", "Buongiorno Paolo,"),
    ],
)  # fmt: skip
def test_one_table_knows_how_letters_open_and_so_their_language(language: str, line: str) -> None:
    assert detect_language(line) == language
    assert OPENS.match(line)


@pytest.mark.parametrize(
    "said",
    ["Hi-fi is loud.", "Hellogreen", "Buenas noticias", "Morning slots are free.", "Greetings cards, 500 of them"],
)
def test_a_word_that_only_begins_as_a_greeting_is_none(said: str) -> None:
    assert OPENS.match(said) is None


@pytest.mark.parametrize(
    "said",
    ["Buenas a todos, mañana", "Buenas Ana, mañana", "Buenos dias Ana,", "Greetings from Linz,", "Greetings Ann,"],
)
def test_a_greeting_is_known_by_whom_it_greets(said: str) -> None:
    assert OPENS.match(said)


@pytest.mark.parametrize("line", ["with Paul", "With breakfast", "Best price", "Kind of", "Warm water", "Many parts"])
def test_a_word_that_only_begins_as_a_closing_is_none(line: str) -> None:
    assert not either([LAST_LINE]).fullmatch(line)


@pytest.mark.parametrize(
    "line",
    [
        "Mit besten Grüßen", "Herzliche Grüße", "Mit freundlichem Gruß", "Viele liebe Gruesse", "Bien cordialement",
        "Sincères salutations", "Un abrazo", "Saludos cordiales", "With kind regards", "My very best wishes", "mvh",
        "Kind regards from Berlin", "Un saludo afectuoso", "thx", "Yours", "Sincerely yours", "Grüße aus Berlin",
        "Best", "Many thanks", "Veuillez agréer, Madame, l'expression de mes sentiments distingués",
        "Je vous prie d'agréer, Monsieur, mes salutations distinguées",
    ],
)  # fmt: skip
def test_a_closing_is_known_in_any_language(line: str) -> None:
    assert either([SHORT_CLOSING]).fullmatch(line)


@pytest.mark.parametrize("line", ["Vielen Dank", "Merci d'avance", "Bis bald", "Hasta pronto"])
def test_thanks_may_be_a_last_line_and_tell_no_name_behind_them(line: str) -> None:
    assert either([LAST_LINE]).fullmatch(line)
    assert not either([SHORT_CLOSING]).fullmatch(line)


@pytest.mark.parametrize(
    ("language", "name", "text", "line"),
    [
        ("es", "Gimnasio Olympo - Recepción", "Hola, Lola:\n\n¿Vienes?\n\nRecepción", "Hola:"),
        ("en", "Ottery Handbell Ringers", "Dear Nell,\n\nFriday at 7.", "Hello,"),
        ("es", "VendoSur", "Hola:\n\n¿Vienes?\n\nVendoSur", "Hola:"),
        ("en", "Katrin Vosseler | Personal | Heilbronn", "Hi,\n\nWhen?", "Hi Katrin,"),
        ("de", "Hinterzarten", "Hallo Petra,\n\nkommst du?\n\nWir freuen uns auf dich!", "Hallo,"),
        ("de", "Klassenlehrerin 4b", "Guten Tag,\n\nkommen Sie?\n\nU. Brenner", "Guten Tag,"),
        ("fr", "L'accueil", "Bonjour,\n\nTu viens ?\n\nL'accueil", "Bonjour,"),
        ("fr", "Trésorier", "Bonjour Paul,\n\nPeux-tu payer ?\n\nLe trésorier", "Bonjour,"),
        ("es", "Centro de Formación", "Hola, Lidia:\n\n¿Vienes?\n\nSecretaría", "Hola:"),
        ("es", "pepe_gijon", "Estimados señores:\n\nNo llega.", "Buenos días:"),
        ("en", "Flat 12", "Dear Mr Ray,\n\nWhen?\n\nThe people in Flat 12", "Hello,"),
        ("en", "Lena", "Can you come?\n\nLena", "Hi Lena,"),
        ("de", "Dipl.-Ing. Rüdiger Stamm", "Guten Tag Frau Hansen,\n\nWann kommen Sie?", "Guten Tag Rüdiger Stamm,"),
        ("en", "Nordic Supply", "Hi Ann,\n\nWhen?\n\nNordic Supply", "Hello,"),
        ("de", "Blumen Weber", "Hallo Petra,\n\nkommst du?\n\nBlumen Weber", "Hallo,"),
        ("es", "Talleres Ortiz", "Hola, Marta:\n\n¿Vienes?\n\nTalleres Ortiz", "Hola:"),
        ("fr", "Maison Duval", "Bonjour,\n\nTu viens ?\n\nMaison Duval", "Bonjour,"),
        ("en", "Zizo Xhaka", "Hi Ann,\n\nWhen?\n\nThanks, Zizo", "Hi Zizo,"),
        ("en", "Zizo Xhaka", "Hi Ann,\n\nWhen?\n\nZizo Xhaka", "Hello,"),
        ("de", "Ayşe-Łucja Şahin", "Hallo Petra, kommst du?", "Hallo Ayşe-Łucja,"),
    ],
)
def test_no_desk_firm_town_or_degree_is_greeted_as_a_person(language: str, name: str, text: str, line: str) -> None:
    assert salutation(language, name, text) == line


@pytest.mark.parametrize(
    ("language", "name", "answered", "line"),
    [
        ("en", "Ottilia Quarrell", "Dear Mr Ray,\n\nI need it.\n\nBest,\nOttilia Quarrell", "Dear Ottilia Quarrell,"),
        ("en", "Revd Ottilia Quarrell", "Dear Mr Ray,\n\nI need it.\n\nOttilia Quarrell", "Dear Ottilia Quarrell,"),
        (
            "en",
            "Ottilia Quarrell, Clerk to Easby Council",
            "Dear Mr Ray,\n\nI need it.\n\nO. Quarrell",
            "Dear Ottilia Quarrell,",
        ),
        (
            "de",
            "OStR Burkwin Ahlfels",
            "Liebe Frau Frey,\n\nich komme.\n\nBurkwin Ahlfels",
            "Guten Tag Burkwin Ahlfels,",
        ),
        ("en", "Quarrell Glazing", "Dear Mr Ray,\n\nwe come on Monday.\n\nQuarrell Glazing", "Hello,"),
        ("en", "Nordic Quarrell", "Dear Mr Ray,\n\nwe come on Monday.\n\nNordic Quarrell", "Hello,"),
    ],
)
def test_who_writes_as_one_and_signs_with_a_name_is_greeted_by_it(
    language: str, name: str, answered: str, line: str
) -> None:
    assert salutation(language, name, answered) == line


@pytest.mark.parametrize("name", ["", "(Sales)", "<x@y.example>", "jsmith@example.com"])
def test_an_empty_display_name_is_signed_with_by_nobody(name: str) -> None:
    assert salutation("en", name, "Hello,\n\nI need my keys.\n\nJ. Smith") == "Hello,"


@pytest.mark.parametrize(
    "signature",
    [
        "Yours faithfully\nB. Oyelaran-Finch\nLicensing Officer\n{name}",
        "Yours faithfully,\n\nB. Oyelaran-Finch\n\n{name}",
        "B. Oyelaran-Finch\nLicensing Officer\n{name}",
    ],
)
@pytest.mark.parametrize("name", ["Borough of Stanmere", "Stanmere Lindale", "Easby Oyelaran-Finch"])
def test_an_office_below_whoever_signs_for_it_is_not_greeted(name: str, signature: str) -> None:
    text = f"Hello,\nI refer to your application.\n\n{signature.format(name=name)}"
    assert salutation("en", name, text) == "Hello,"


def test_a_name_of_an_office_that_alone_signs_is_not_greeted() -> None:
    text = "Hello,\nI refer to your application.\n\nYours faithfully\nBorough of Stanmere"
    assert salutation("en", "Borough of Stanmere", text) == "Hello,"


def test_who_signs_with_a_trade_below_the_name_is_greeted_by_it() -> None:
    text = "Dear Mr Ray,\nI need it\n\nThanks again,\n\nOttilia Quarrell\nClerk\nEasby Hall\n12 High Street\n0123 4567"
    assert salutation("en", "Ottilia Quarrell", text) == "Dear Ottilia Quarrell,"


@pytest.mark.parametrize(
    "text",
    [
        "Hello,\n\nI come on Monday.\nTuesday 24\n\nXynthera Quorvale",
        "Hello,\n\nI bring:\n- Table 4\n\nXynthera Quorvale",
        "Hello,\n\nI come on Monday.\n\nXynthera Quorvale\nThanks",
    ],
)
def test_a_rare_name_is_found_below_entries_of_a_list_and_before_thanks(text: str) -> None:
    assert signed_name(text, "Xynthera Quorvale") == "Xynthera Quorvale"


@pytest.mark.parametrize(
    ("language", "name", "greeted"),
    [
        ("en", "Lina & Otto Perske", "Hi Lina and Otto,"),
        ("de", "Lina & Otto Perske", "Hallo Lina und Otto,"),
        ("es", "Lina & Otto Perske", "Hola, Lina y Otto:"),
        ("en", "Smith & Perske Lettings", "Hello,"),
        ("de", "Specht, M.", "Hallo M. Specht,"),
    ],
)
def test_two_with_one_surname_are_greeted_by_their_first_names_and_an_initial_is_no_title(
    language: str, name: str, greeted: str
) -> None:
    assert salutation(language, name) == greeted


def test_an_amount_in_eur_is_no_familiar_address() -> None:
    told = "Unsere Rechnung über 318,40 EUR ist noch offen. Wann dürfen wir mit der Zahlung rechnen?"
    assert address_of("de", f"Sehr geehrte Frau Brandt,\n\n{told}") == "formal"
    assert address_of("de", told) == ""
    assert address_of("de", "Wie war eure Reise?") == "familiar"


@pytest.mark.parametrize(
    ("name", "signed"),
    [
        ("Ambrose & Gillow, Turret Clocks", "Ambrose & Gillow, Turret Clocks"),
        ("Fuhrpark, Sina Eggebrecht", "Sina Eggebrecht"),
        ("Landtechnik Gruber-Aigner, Lager, Didi", "Didi"),
        ("Ellis & Sons, Donna Ellis", "Donna Ellis"),
    ],
)
def test_who_signs_for_a_firm_or_a_department_signs_whole(name: str, signed: str) -> None:
    assert sign_off("de", name).split("\n")[1] == signed
