"""What a person is called: as they sign, and as they were greeted before."""

import pytest

from core.text.called import greeted_before, salutation, short_name, signed_greeting, signed_name
from core.text.salutations import Address


@pytest.mark.parametrize(
    ("name", "text", "signed"),
    [
        ("Ellis Lettings, Donna Ellis", "Could you look at it?\n\nDonna", "Donna"),
        ("Philippa Trench-Gore", "Can you come?\n\nPip", "Pip"),
        ("Beverley Tunde", "Kettle's on.\n\nBev\nSchool Business Manager", "Bev"),
        ("Annegret von Hagen", "Weißt du das?\n\nDeine Annegret", "Annegret"),
        ("Bashar Al-Khatib", "Bitte prüft das.\n\nLG Bashar", "Bashar"),
        ("Lucía Ferrer", "¿Vienes?\n\nBesos,\nLucía", "Lucía"),
        ("Syndic du 12", "Merci.\n\nCordialement,\nAurore Sévère", "Aurore Sévère"),
        ("Customer Care, Lowe & Finch", "Which one?\n\nKind regards,\nShanice\nCustomer Care", "Shanice"),
        ("Nachbarschaft Lindenweg", "Kommst du?\n\nBis dahin alles Liebe und sonnige Grüße\nConny und Ralf",
         "Conny und Ralf"),
        ("Ann Lee", "Can you come?\n\nThanks\nSee you", ""),
        ("Ann Lee", "Can you come?", ""),
        ("Theresa Moss", "Can you come?\n\nTa, T x", ""),
        ("Theresa Moss", "Can you come?\n\nTa", ""),
        ("Ann Lee", "Can you come?\n\nCheerio", ""),
        ("Ann Lee", "Kommst du?\n\nLG A.", "A."),
        ("Jeanne Roux", "Tu viens ?\n\nMerci bcp", ""),
        ("Jeanne Roux", "Tu viens ?\n\nMerci", ""),
        ("Ana Ruiz", "¿Vienes?\n\nMuchas gracias", ""),
        ("Ann Lee", "Can you come?\n\nAnnie", "Annie"),
        ("Ann Lee", "Can you come?\n\nNell", "Nell"),
    ],
)  # fmt: skip
def test_a_signature_is_read_with_the_name_that_is_shown(name: str, text: str, signed: str) -> None:
    assert signed_name(text, name) == signed


@pytest.mark.parametrize(
    ("name", "signed", "called"),
    [("Nagy Anna", "Anna", "Anna"), ("Anna Weber", "Weber", "Anna"), ("Anna Thomas", "Thomas", "Anna")],
)
def test_the_last_word_of_a_name_is_a_given_name_behind_no_other(name: str, signed: str, called: str) -> None:
    assert short_name(name, f"Can you come?\n\nBest,\n{signed}") == called


@pytest.mark.parametrize(
    ("language", "own", "line"),
    [
        ("de", ["Guten Tag Herr Perrone,\n\nIhre Buchung ist bestätigt."], "Guten Tag Herr Perrone,"),
        ("fr", ["Cher Carlo,\n\nParution le 10 décembre, c'est promis."], "Cher Carlo,"),
        ("en", ["Hello Carlo\n\nYes, we have plenty of them."], "Hello Carlo,"),
        ("es", ["Buenos días, Carlo:\n\nTienen que pasar 21 días."], "Buenos días, Carlo:"),
        # The last one that they had; and none of another person's, without a name, or in another language.
        ("en", ["Dear Mr Perrone,\n\nthank you.", "Hi Carlo,\n\nwe will do that."], "Hi Carlo,"),
        ("en", ["Hi Kim,\n\nwe will do that for you."], ""),
        ("en", ["Hello,\n\nwe will do that for you."], ""),
        ("en", ["Hi Don,\n\nwe will do that for you."], ""),
        ("fr", ["Bonjour Madame,\n\nnous vous enverrons la facture lundi."], ""),
        ("en", ["Guten Tag Herr Perrone,\n\nIhre Buchung ist bestätigt."], ""),
        ("es", ["Hola, Carlo. Va el presupuesto 118: limpieza de hélice, dos buzos."], "Hola, Carlo:"),
        ("es", ["Buenas tardes, Sr. Perrone: va el presupuesto."], "Buenas tardes, Sr. Perrone:"),
    ],
)  # fmt: skip
def test_who_was_greeted_before_is_greeted_so_again(language: str, own: list[str], line: str) -> None:
    assert greeted_before(language, "Carlo Perrone", "Wann?\n\nCarlo", own) == line


@pytest.mark.parametrize(
    ("language", "name", "own", "line"),
    [
        ("fr", "Carla Perrone", "Madame,\n\nnous vous enverrons la facture lundi.", "Madame,"),
        ("fr", "Carla Perrone", "Bonjour Madame,\n\nnous vous enverrons la facture lundi.", "Bonjour Madame,"),
        ("es", "Prof. Ramón Ruiz", "Profesor, buenas tardes.\n\nVan los 22 trajes.", "Profesor, buenas tardes:"),
        ("de", "Carla Perrone", "Sehr geehrte Frau Pfarrerin,\n\ndie Rechnung kommt.", "Sehr geehrte Frau Pfarrerin,"),
        ("fr", "Monsieur Carlo Perrone", "Madame,\n\nnous vous enverrons la facture lundi.", ""),
        ("fr", "Carla Perrone", "Madame Roy vous écrira, la facture part lundi.", ""),
        ("en", "Carla Perrone", "Dear Sir or Madam,\n\nthe invoice comes on Monday.", ""),
    ],
)
def test_a_title_without_a_name_is_theirs_to_whom_it_surely_was_written(
    language: str, name: str, own: str, line: str
) -> None:
    assert greeted_before(language, name, "", [own], is_known=True) == line
    assert not line or greeted_before(language, name, "", [own]) == ""


def test_who_writes_now_for_a_firm_is_not_greeted_as_its_other_people_were() -> None:
    own, firm = ["Dear Ms Vane,\n\nWhen can we sign?"], "Strickland & Vane Solicitors"
    now = "We can offer Monday.\n\nKind regards,\nJoan Holt\nSecretary to Ms H. Vane"
    assert greeted_before("en", firm, now, own) == ""
    assert greeted_before("en", firm, "We can offer Monday.\n\nKind regards,\nHelen Vane", own) == "Dear Ms Vane,"
    assert greeted_before("en", "Helen Vane", "We can offer Monday.\n\nKind regards,\nHelen", own) == "Dear Ms Vane,"


def test_a_formal_message_with_a_whole_name_below_tells_nothing_more() -> None:
    assert signed_greeting("de", "formal", "Ann Lee", "Kommen Sie?\n\nAnn Lee") == ""
    assert signed_greeting("de", "formal", "Ann Lee", "Kommen Sie?\n\nAnn") == "Guten Tag Ann,"
    assert signed_greeting("de", "", "Sr. Benedikta Wallrath", "") == "Guten Tag Sr. Benedikta Wallrath,"
    assert signed_greeting("en", "formal", "Strickland & Vane", "Dear Sir\n\nPhilip Vane") == "Dear Philip Vane,"
    assert (
        signed_greeting("fr", "", "Laetitia Okoye", "Tu viens ?\n\nLaetitia et Emeka") == "Bonjour Laetitia et Emeka,"
    )


@pytest.mark.parametrize(
    ("language", "address", "name"),
    [
        ("en", "formal", "Sr. García"),
        ("fr", "", "Sr. Pablo García"),
        ("es", "formal", "Sr. Pablo García"),
        ("en", "formal", "Sr. Account Manager"),
        ("de", "formal", "Sr. Account Manager"),
        ("de", "familiar", "Sr. Benedikta Wallrath"),
    ],
)
def test_a_spanish_man_a_senior_and_whom_one_knows_well_are_no_nuns(language: str, address: Address, name: str) -> None:
    assert signed_greeting(language, address, name, "") == ""
    assert "Sr." not in salutation(language, name, address=address) or language == "es"


def test_a_title_that_stays_with_a_name_is_kept_and_a_family_name_is_no_given_one() -> None:
    assert (
        signed_greeting("es", "formal", "Hermana Asunción", "¿Puede?\n\nHna. Asunción") == "Buenos días, Hna. Asunción:"
    )
    assert short_name("Anna Weber", "Kommst du?\n\nWeber") == "Anna"
    assert short_name("Councillor Neil Braithwaite", "Is it?\n\nNeil") == "Neil"


@pytest.mark.parametrize(
    ("language", "desk"),
    [
        ("en", "Customer Care"), ("en", "Support"), ("en", "Info"), ("en", "Front Desk"), ("en", "The Booking Office"),
        ("en", "Guest Relations"), ("en", "Returns"), ("en", "Northside Support"),
        ("de", "Kundendienst"), ("de", "Empfang"), ("de", "Kundenbetreuung"), ("de", "Technischer Dienst"),
        ("de", "Einkauf"),
        ("fr", "Accueil"), ("fr", "Service Client"), ("fr", "Ressources Humaines"), ("fr", "Commandes"),
        ("es", "Atención al Cliente"), ("es", "Recepción"), ("es", "Pedidos"), ("es", "Soporte Técnico"),
        ("es", "Academia Lumen"), ("de", "Nachbarschaft"), ("en", "Nordic Supply"), ("fr", "Voisinage"),
        ("es", "Vecindario"),
    ],
)  # fmt: skip
def test_a_desk_is_greeted_by_no_name_also_where_it_signs(language: str, desk: str) -> None:
    message = f"Can you tell us?\n\n{desk}"
    assert signed_greeting(language, "", desk, message) == ""
    assert short_name(desk, message) == ""
    assert salutation(language, desk, message) == salutation(language)


def test_a_family_that_is_called_as_a_house_is_no_office() -> None:
    assert short_name("Anna Neuhaus", "Kommst du?\n\nAnna") == "Anna"
    assert salutation("de", "Anna Neuhaus") == "Hallo Anna,"
    assert salutation("de", "Autohaus Neumann") == salutation("de")


@pytest.mark.parametrize(
    ("language", "name", "text", "line"),
    [
        ("en", "Ottery Handbell Ringers", "Dear Nell,\n\nFriday at 7.\n\nLove,\nCordelia Obuya", "Hi Cordelia,"),
        ("es", "Ortopedia Trotín", "Hola, Casilda:\n\nClaro.\n\nÁnimo a los dos,\nTeo Villaverde", "Hola, Teo:"),
        ("en", "Porthgarrow Swimmers", "Hi Lin,\n\nRolls after.\n\nSee you in the drink,\nDenzil Rowe", "Hi Denzil,"),
        ("de", "Hörstudio Kessenich", "Guten Tag,\n\nja.\n\nGrüße\nMarlies Pütz, Meisterin\nHörstudio Kessenich, Bonn",
         "Hallo Marlies,"),
    ],
)  # fmt: skip
def test_who_signs_for_a_firm_is_greeted_behind_whatever_closing_words(
    language: str, name: str, text: str, line: str
) -> None:
    assert signed_greeting(language, "familiar", name, text) == line


@pytest.mark.parametrize(
    ("language", "name", "text", "line"),
    [
        ("de", "Lena und Jonas", "Er ist da!\n\nLiebe Grüße von\nLena, Jonas & Mats", "Hallo Lena und Jonas,"),
        ("fr", "Claire et Paul", "Nous arrivons samedi.\n\nClaire, Paul et Zoé", "Bonjour Claire et Paul,"),
        ("es", "Carmen y Luis", "Llegamos el sábado.\n\nCarmen, Luis y Ana", "Hola, Carmen y Luis:"),
    ],
)
def test_two_who_write_together_are_greeted_both(language: str, name: str, text: str, line: str) -> None:
    assert signed_greeting(language, "familiar", name, text) == ""
    assert salutation(language, name, text) == line


@pytest.mark.parametrize(
    ("name", "text", "own", "line"),
    [
        ("Dr. Ina Rahl", "Wann?\n\nIna Rahl", "Guten Tag Frau Dr. Rahl, bitte.", "Guten Tag Frau Dr. Rahl,"),
        ("Xóchitl Rahl", "¿Cuándo?\n\nXóchitl Rahl", "Estimada Lic. Rahl:\n\nVa el plan.", "Estimada Lic. Rahl:"),
        ("Vane (Radio Rahl)", "¿Cuándo?\n\nVane", "Hola, Vane. Encantado de participar en esto.", "Hola, Vane:"),
        ("Ina Rahl", "When?\n\nIna Rahl", "Hi all. Ina will come.", ""),
        ("Jorid Rahl", "Wann?\n\nJ.", "Hallo Jorid, kurzer Stand.", "Hallo Jorid,"),
    ],
)
def test_a_former_greeting_ends_behind_the_name(name: str, text: str, own: str, line: str) -> None:
    language = "es" if line.endswith(":") else "en" if "Hi" in own else "de"
    assert greeted_before(language, name, text, [own]) == line


@pytest.mark.parametrize(
    ("text", "signed"),
    [
        ("Wann?\n\nMit freundlichen Grüßen\ni. A. Petra Ohlsen", "Petra Ohlsen"),
        ("Wann?\n\nMit freundlichen Grüßen\nIm Auftrag\nPetra Ohlsen\nLandkreis", "Petra Ohlsen"),
    ],
)
def test_who_signs_for_an_office_is_called_by_a_whole_name_only(text: str, signed: str) -> None:
    assert signed_name(text, "Ordnungsamt Nord") == signed


@pytest.mark.parametrize(
    ("name", "text", "signed"),
    [
        ("Encarna Villaescusa", "Cuánto? Tenemos seguro pero no sé si entra. Encarna", "Encarna"),
        ("Rehana Siddiqui", "I pay £9.50 for this. What are you going to do about it? R. Siddiqui", "R. Siddiqui"),
        ("Maribel Zorrilla", "¿Puedo delegar?\n\nMaribel 655 20 14 98", "Maribel"),
        ("Mr. & Mrs. Halloran", "Piden la devolución. ¿Qué les respondo? Saludos, Mónica, Viajes Tránsito", "Mónica"),
        # The end of a sentence that names somebody is no signature.
        ("Carlo Perrone", "Please come on Friday. Ask Carlo Perrone.", ""),
        ("Carlo Perrone", "The key is with our neighbour. Ask Ann.", ""),
    ],
)
def test_who_writes_in_one_go_or_with_a_number_signs_too(name: str, text: str, signed: str) -> None:
    assert signed_name(text, name) == signed


@pytest.mark.parametrize(
    ("language", "name", "text", "line"),
    [
        ("de", "Wolfgang Tietze", "Ich brauche ein Rezept.\n\nW. Tietze, geb. 3.8.1954", "Guten Tag Wolfgang Tietze,"),
        ("fr", "Irène Szymczak", "Je veux des excuses pour cette lettre. I. Szymczak", "Bonjour Irène Szymczak,"),
        ("de", "Gerlinde und Hartmut Böhnke", "Haben Sie ein Zimmer?\n\nGerlinde und Hartmut Böhnke",
         "Guten Tag Gerlinde und Hartmut Böhnke,"),
        ("es", "Mr. & Mrs. Halloran", "¿Qué les respondo? Saludos, Mónica, Viajes Tránsito", "Hola:"),
    ],
)  # fmt: skip
def test_who_signs_with_the_family_name_is_not_called_by_the_given_one(
    language: str, name: str, text: str, line: str
) -> None:
    assert salutation(language, name, text) == line


def test_who_signs_is_greeted_and_a_small_name_has_its_capital() -> None:
    assert signed_greeting("es", "formal", "Mr. & Mrs. Halloran", "¿Qué respondo?\n\nSaludos,\nMónica") == (
        "Buenos días, Mónica:"
    )
    assert signed_greeting("de", "familiar", "Bichler Sepp", "sog hoid bscheid\n\nsepp") == "Hallo Sepp,"
    assert signed_greeting("es", "familiar", "Rubén Rey", "avisame hoy\n\nruben") == "Hola, Rubén:"


def test_a_second_greeting_of_one_day_is_none_of_the_next() -> None:
    own = ["Hi Carlo,\n\nwe will do that.", "Hi again Carlo,\n\none more thing about that."]
    assert greeted_before("en", "Carlo Perrone", "When?\n\nCarlo", own) == "Hi Carlo,"


@pytest.mark.parametrize(
    ("language", "name", "text", "line"),
    [
        ("fr", "Ndèye Coumba Sarr", "Je vous écris.\n\nMerci et bonne soirée\nNdèye Coumba, Couture Style, Thiès",
         "Bonjour Ndèye Coumba,"),
        ("es", "Nilda Quispe Mamani", "Le saluda Nilda de la agencia.\n\nAtte.\nNilda Quispe",
         "Buenos días, Nilda Quispe:"),
        ("es", "Choni Hidalgo", "Paco guapo, que soy Choni la del tercero. ¿Puedes venir?\n\nbesos", "Hola, Choni:"),
        ("es", "Reformas Hidalgo", "Paco, soy Reformas de confianza. ¿Puedes venir?\n\nbesos", "Hola:"),
    ],
)  # fmt: skip
def test_who_says_who_they_are_is_greeted_whatever_their_name(language: str, name: str, text: str, line: str) -> None:
    assert (signed_greeting(language, "", name, text) or salutation(language, name, text)) == line


def test_a_lawyers_title_is_said_in_french_alone() -> None:
    assert salutation("fr", "Me Dupont", "", "formal") == "Bonjour Maître Dupont,"
    assert salutation("fr", "ME Smith", "", "formal") == "Bonjour,"
    assert salutation("en", "Me Linh Tran", "", "formal") == "Hello,"
    assert salutation("de", "Me Linh Tran", "", "formal") == "Guten Tag,"
