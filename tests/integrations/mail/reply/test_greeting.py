"""The sender is greeted by first name, a desk without name, and the owner signs."""

import pytest

from integrations.mail.message.addresses import Address, OwnerAddresses
from integrations.mail.message.message import MailMessage
from integrations.mail.reply.greeting import mail_language, reply_frame, spelled_as_signed

OWNER = Address(name="Cash, Michelle", address="michelle.cash@example.com")


def frame(name: str, address: str, text: str = "Hi", language: str = "en") -> str:
    return reply_frame(MailMessage(sender=Address(name=name, address=address), text=text), OWNER, language).greeting


@pytest.mark.parametrize(
    ("name", "address", "greeting"),
    [
        ("Hill, Jo Ann", "ann.hill@example.com", "Hi Jo Ann,"),
        ("Cook, Kathleen A.", "kcook@example.com", "Hi Kathleen,"),
        ("Ann Lee", "a@example.com", "Hi Ann,"),
        ("Robin Lynn Frank", "r@example.com", "Hi Robin,"),
        ("Dr. Ann Lee", "a@example.com", "Hi Ann,"),
        ("Ann Lee (Sales)", "a@example.com", "Hi Ann,"),
        ("ANN LEE", "a@example.com", "Hi Ann,"),
        ("zoë", "zoë@example.com", "Hi zoë,"),
        ("Saint-Aubin", "comite@example.com", "Hello,"),
        ("Técnico", "t@example.com", "Hello,"),
        ("Elektro Brandl", "info@example.com", "Hello,"),
        ("O'Rourke, Ryan", "r@example.com", "Hi Ryan,"),
        ("Ann Lee", "info@example.com", "Hi Ann,"),
        ("山田 太郎", "t@example.com", "Hi 山田 太郎,"),
        ("", "jo.hill@example.com", "Hi Jo,"),
        ("", "jo.hill42@example.com", "Hi Jo,"),
        ("", "jhill@example.com", "Hello,"),
        ("", "info@example.com", "Hello,"),
        ("", "customer.service@example.com", "Hello,"),
        ("Example Support", "support@example.com", "Hello,"),
        ("Example GmbH", "office@example.com", "Hello,"),
        ("shop.example.com", "shop@example.com", "Hello,"),
        ("", "", "Hello,"),
        ("Ann", "ann@example.com", "Hi Ann,"),
        ("'Ann Lee' via Team", "team@example.com", "Hi Ann,"),
        ("Ann Lee | Example", "a@example.org", "Hi Ann,"),
        ("Ann Lee - Example GmbH", "a@example.org", "Hi Ann,"),
        ("Ann Lee (Example Ltd)", "a@example.org", "Hi Ann,"),
        ("Dr. med. Ann Lee", "a@example.org", "Hi Ann,"),
        ("Ann Lee, MBA", "a@example.org", "Hi Ann,"),
        ("J. Smith", "j@example.org", "Hello,"),
        ("Smith, J.", "j@example.org", "Hello,"),
        ("A. Jane Smith", "j@example.org", "Hi Jane,"),
        ("ann.lee", "ann.lee@example.org", "Hi Ann,"),
        ("Example", "news@mail.example.org", "Hello,"),
        ("Praxis Dr. Lee", "p@example.org", "Hello,"),
        ("Atención al Cliente", "p@example.org", "Hello,"),
        ("Commandes", "p@example.org", "Hello,"),
        ("Your Bank", "b@example.org", "Hello,"),
        ("Nordic Supply", "b@example.org", "Hello,"),
        ("Zizo Xhaka", "b@example.org", "Hello,"),
        ("Zizo Xhaka", "zizo.xhaka@example.org", "Hi Zizo,"),
    ],
)
def test_greets_the_sender(name: str, address: str, greeting: str) -> None:
    assert frame(name, address) == greeting


def test_a_desk_that_signs_is_nobody_and_who_signs_above_it_is_greeted() -> None:
    assert frame("", "c@example.com", "Hi\n\nKind regards,\nCustomer Care") == "Hello,"
    assert frame("", "c@example.com", "Hi\n\nKind regards,\nShanice\nCustomer Care") == "Hi Shanice,"


def test_a_double_first_name_is_kept_when_the_sender_signs_with_it() -> None:
    assert frame("Jo Ann Hill", "j@example.com", "Hi\n\nThanks,\nJo Ann") == "Hi Jo Ann,"


def test_the_signature_helps_when_headers_hold_no_name() -> None:
    assert frame("", "kvanpelt@example.com", "Can you come?\n\nThanks,\nKim") == "Hi Kim,"
    assert frame("", "kvanpelt@example.com", "Can you come?\n\nKind regards,\nKim Lee\nExample Ltd") == "Hi Kim,"
    assert frame("", "kvanpelt@example.com", "Can you come?\n\nBest, Kim") == "Hi Kim,"
    assert frame("", "kvanpelt@example.com", "Can you come?\n\nAtenciosamente\nKim") == "Hi Kim,"
    assert frame("A Lee", "a@example.com", "Can you come?\n\nBest,\nAnn") == "Hi Ann,"
    assert frame("", "lee@example.de", "Können Sie kommen?\n\nViele Grüße\nAnn Lee", "de") == "Guten Tag Ann Lee,"
    assert frame("", "sales@example.com", "Can you come?\n\nThanks,\nKim") == "Hello,"


@pytest.mark.parametrize(
    ("language", "greeting", "closing"),
    [
        ("en", "Hi Ann,", "Best regards,"),
        ("de", "Guten Tag Ann Lee,", "Mit freundlichen Grüßen"),
        ("fr", "Bonjour Ann Lee,", "Cordialement,"),
        ("es", "Buenos días, Ann Lee:", "Un saludo,"),
        ("fi", "Hi Ann,", "Best regards,"),
    ],
)
def test_greets_in_the_language_of_the_mail(language: str, greeting: str, closing: str) -> None:
    found = reply_frame(MailMessage(sender=Address(name="Ann Lee", address="a@example.com")), OWNER, language)
    assert (found.greeting, found.closing) == (greeting, closing)


@pytest.mark.parametrize(
    ("text", "greeting"),
    [
        ("Wann fährt der Aufzug? Sonst gehe ich zum Anwalt.\n\nGruß\nKevin", "Guten Tag Kevin Meier,"),
        ("Hallo Michelle,\n\nwann fährt der Aufzug?\n\nGruß\nKevin", "Hallo Kevin,"),
        ("Wann fährt der Aufzug?\n\nLG Kevin", "Hallo Kevin,"),
    ],
)
def test_who_shows_no_form_of_address_is_greeted_formally(text: str, greeting: str) -> None:
    assert frame("Kevin Meier", "kevin@example.de", text, "de") == greeting


@pytest.mark.parametrize(
    ("name", "signature", "greeting"),
    [
        ("RheinFinanz", "Ihr Forderungsmanagement\nFrau Yilmaz", "Guten Tag Frau Yilmaz,"),
        ("RheinFinanz", "Ihr Mahnwesen", "Guten Tag,"),
        ("Elektro Sander", "Sander", "Guten Tag,"),
        ("Sanitär Brandt", "Brandt", "Guten Tag,"),
        ("Elektro Sander", "Marta Sander", "Guten Tag Marta Sander,"),
    ],
)
def test_a_department_and_a_family_name_are_no_given_names(name: str, signature: str, greeting: str) -> None:
    text = f"Sehr geehrter Herr Cash,\n\nbitte senden Sie uns die Liste.\n\nMit freundlichen Grüßen\n{signature}"
    assert frame(name, "sander.buero@example.de", text, "de") == greeting


@pytest.mark.parametrize(
    ("greeted", "text", "greeting"),
    [
        ("Guten Tag Frau Lindqvist,", "Wann wird geputzt?", "Guten Tag Frau Lindqvist,"),
        ("Liebe Petra,", "Wann wird geputzt?", "Liebe Petra,"),
        ("Liebe Petra,", "Können Sie kommen?", "Guten Tag Petra Lindqvist,"),
        ("Guten Tag Frau Lindqvist,", "Kannst du kommen?", "Hallo Petra,"),
        ("Guten Tag Herr Meier,", "Wann wird geputzt?", "Guten Tag Petra Lindqvist,"),
    ],
)
def test_a_sender_is_greeted_as_before_unless_they_speak_otherwise(greeted: str, text: str, greeting: str) -> None:
    message = MailMessage(sender=Address(name="Petra Lindqvist", address="p@example.de"), text=text)
    assert reply_frame(message, OWNER, "de", greeted).greeting == greeting


def test_a_mail_of_its_subject_alone_is_answered_as_that_speaks() -> None:
    said = MailMessage(sender=Address(name="Jana Frost", address="j@x.example"), subject="Kannst du mich anrufen?")
    assert mail_language(said) == "de"
    assert reply_frame(said, OWNER, "de").greeting == "Hallo Jana,"


def test_german_as_the_swiss_write_it_is_answered_so() -> None:
    message = MailMessage(sender=Address(address="u@example.ch"), text="Kommen Sie?\n\nFreundliche Grüsse\nUrs Frei")
    assert reply_frame(message, OWNER, "de").closing == "Mit freundlichen Grüssen"


def test_formal_german_is_answered_formally() -> None:
    message = MailMessage(sender=Address(name="Lee, Ann", address="a@example.de"), text="Könnten Sie kommen?")
    found = reply_frame(message, OWNER, "de")
    assert (found.greeting, found.closing) == ("Guten Tag Ann Lee,", "Mit freundlichen Grüßen")


@pytest.mark.parametrize(
    ("name", "text", "greeting"),
    [
        ("Dr. Sabine Müller", "Könnten Sie kommen?", "Guten Tag Dr. Müller,"),
        ("Müller, Dr. med. Sabine", "Könnten Sie kommen?", "Guten Tag Dr. Müller,"),
        ("Prof. Dr. Sabine Müller", "Könnten Sie kommen?", "Guten Tag Prof. Müller,"),
        ("Prof. Dr. Dr. Weber", "Könnten Sie kommen?", "Guten Tag Prof. Weber,"),
        ("Herr Prof. Dr. Dr. h.c. Weber", "Könnten Sie kommen?", "Guten Tag Herr Professor Weber,"),
        ("Prof. Dr.-Ing. Karl Weber", "Könnten Sie kommen?", "Guten Tag Prof. Weber,"),
        ("Dr. med. dent. Ute Weber", "Könnten Sie kommen?", "Guten Tag Dr. Weber,"),
        ("Univ.-Prof. Mag. Dr. Eva Huber", "Könnten Sie kommen?", "Guten Tag Prof. Huber,"),
        ("Mag. Dr. Eva Huber", "Könnten Sie kommen?", "Guten Tag Dr. Huber,"),
        ("Mag. rer. soc. oec. Dr. Eva Huber", "Könnten Sie kommen?", "Guten Tag Dr. Huber,"),
        ("Me Linh Tran", "Könnten Sie kommen?", "Guten Tag,"),
        ("Mag. Lena Huber", "Könnten Sie kommen?", "Guten Tag Mag. Huber,"),
        ("Sabine Müller", "Könnten Sie kommen?\n\nViele Grüße\nDr. Sabine Müller", "Guten Tag Dr. Müller,"),
        ("Eva Weber", "Hallo Herr Ray,\n\ngeht es am Dienstag?\n\nFrau Eva Weber", "Guten Tag Frau Weber,"),
        ("Eva Weber", "OK?\n\n> Könnten Sie kommen?", "Guten Tag Eva Weber,"),
        ("Eva Weber", "Kannst du Anna fragen? Sie weiß es.", "Hallo Eva,"),
        ("Dr. Eva Weber", "Kommst du?\n\n> Könnten Sie kommen?", "Hallo Eva,"),
    ],
)
def test_german_greets_as_formally_as_it_was_written_to(name: str, text: str, greeting: str) -> None:
    assert frame(name, "s@example.de", text, "de") == greeting


@pytest.mark.parametrize(
    ("language", "name", "text", "greeting"),
    [
        ("fr", "Pr Jean Dupont", "Pourriez-vous venir mardi ?", "Bonjour Professeur Dupont,"),
        ("fr", "Me Claire Dupont", "Pourriez-vous venir mardi ?", "Bonjour Maître Dupont,"),
        ("fr", "Maître Claire Dupont", "Pourriez-vous venir mardi ?", "Bonjour Maître Dupont,"),
        # In English, and in capitals, it is a name that no list knows.
        ("fr", "ME Smith", "Pourriez-vous venir mardi ?", "Bonjour,"),
        ("en", "ME Smith", "Could you come?", "Hello,"),
        ("en", "Me Linh Tran", "Could you come?", "Hello,"),
        ("es", "Dra. Ana Pérez", "¿Podría usted venir el martes?", "Estimada Dra. Pérez:"),
        ("en", "Assoc. Prof. Jane Lee", "Dear Ms Blake,\n\nCould you come?\n\nYours sincerely", "Dear Professor Lee,"),
        ("de", "Museum Torfhaus, Dr. Sünje Ahlers", "Könnten Sie kommen?\n\nBeste Grüße\nSünje Ahlers",
         "Guten Tag Dr. Ahlers,"),
        ("de", "Stadtmarketing Bad Orlau, Frau Zierold", "Könnten Sie kommen?\n\nBeate Zierold",
         "Guten Tag Frau Zierold,"),
        ("de", "Steinmetz Ruprecht Hählen", "Könnten Sie kommen?\n\nMit stillem Gruß\nRuprecht Hählen",
         "Guten Tag Ruprecht Hählen,"),
        ("de", "Burschenverein Hinterried", "Kannst du kommen?\n\nDank dir\nVitus Kreuzpointner", "Hallo Vitus,"),
        ("es", "Teatro Aula Menor", "¿Le parece bien?\n\nCordialmente,\nUlises Barrientos",
         "Buenos días, Ulises Barrientos:"),
        ("fr", "Romane Villedieu, Courts du Marais", "Tu viens ?\n\nÀ très vite,\nRomane", "Bonjour Romane,"),
        ("en", "Ottery Handbell Ringers", "Can you come?\n\nLove,\nCordelia Obuya", "Hi Cordelia,"),
        ("en", "Clearwater Surveys, Imran Stott", "Can we come?\n\nImran Stott", "Hi Imran,"),
        ("en", "Porthgarrow Sea Swimmers", "Can you come?\n\nSee you in the drink,\nDenzil", "Hi Denzil,"),
        ("en", "Ammonite House, Lyme", "Might we come?\n\nYours,\nDr Thandeka Loveridge", "Dear Dr Loveridge,"),
        ("en", "Skylark Mornings (Bettina)", "How would you like to proceed?\n\nBettina", "Hi Bettina,"),
    ],
)  # fmt: skip
def test_who_writes_for_a_firm_or_a_house_is_greeted_by_their_own_name(
    language: str, name: str, text: str, greeting: str
) -> None:
    assert frame(name, "post@example.org", text, language) == greeting


@pytest.mark.parametrize(
    ("name", "signed", "greeting"),
    [
        ("Tanaka Yuki", "Yuki", "Hi Yuki,"),
        ("Zhang Wei", "Wei", "Hi Wei,"),
        ("Nagy Anna", "Anna", "Hi Anna,"),
        ("J. Anna", "Anna", "Hi Anna,"),
        ("Anna Thomas", "Thomas", "Hi Anna,"),
        ("Elektro Sander", "Sander", "Hello,"),
    ],
)
def test_who_is_shown_family_name_first_is_greeted_by_the_name_they_sign_with(
    name: str, signed: str, greeting: str
) -> None:
    assert frame(name, "post@example.org", f"Can you come?\n\nBest,\n{signed}", "en") == greeting


def test_who_says_tu_gets_a_mild_closing() -> None:
    ann = Address(name="Ann Lee", address="a@example.fr")
    assert reply_frame(MailMessage(sender=ann, text="Peux-tu venir ?"), OWNER, "fr").closing == "Bien à toi,"
    assert reply_frame(MailMessage(sender=ann, text="Pouvez-vous venir ?"), OWNER, "fr").closing == "Cordialement,"


@pytest.mark.parametrize(
    ("owner", "signature"),
    [
        (OWNER, "Michelle Cash"),
        (OwnerAddresses(name="Bob Ray", address="b@example.com"), "Bob Ray"),
        (Address(address="michelle.cash@example.com"), "Michelle Cash"),
        (Address(address="mcash@example.com"), ""),
        (Address(name="J. Cash"), "J. Cash"),
        (Address(), ""),
    ],
)
def test_the_owner_signs(owner: Address, signature: str) -> None:
    assert reply_frame(MailMessage(), owner, "en").signature == signature


@pytest.mark.parametrize(
    ("signed", "greeting"), [("Jo Ann Hill", "Hi Jo,"), ("Jo Ann", "Hi Jo Ann,"), ("Jo", "Hi Jo,"), ("", "Hi Jo,")]
)
def test_who_signs_with_the_whole_name_is_greeted_by_the_first(signed: str, greeting: str) -> None:
    assert frame("Jo Ann Hill", "jo@example.com", f"Hi Michelle,\n\ncan you call me?\n\nBest,\n{signed}") == greeting


@pytest.mark.parametrize(
    ("name", "signed", "greeting"),
    [
        ("Ines Ortega", "Inés Ortega", "Hola, Inés:"),
        ("INES ORTEGA", "Inés Ortega", "Hola, Inés:"),
        ("Ortega, Ines", "Inés Ortega", "Hola, Inés:"),
        ("Inés Ortega", "Ines Ortega", "Hola, Inés:"),
        ("Ines Ortega", "Inés", "Hola, Inés:"),
        ("Ines Ortega", "Ines Ortega", "Hola, Ines:"),
        ("Ines Ortega", "INÉS ORTEGA", "Hola, Inés:"),
    ],
)
def test_accents_are_those_of_the_signature(name: str, signed: str, greeting: str) -> None:
    text = f"Hola, Michelle:\n\n¿puedes confirmarme la reunión del martes?\n\nUn saludo,\n{signed}"
    assert frame(name, "i@example.com", text, "es") == greeting


@pytest.mark.parametrize(
    ("name", "signed", "spelled"),
    [
        ("Anne-Gaelle Roy", "ANNE-GAËLLE ROY", "Anne-Gaëlle Roy"),
        ("Eva Muller-Ludenscheidt", "EVA MÜLLER-LÜDENSCHEIDT", "Eva Müller-Lüdenscheidt"),
        ("Luc D'Ete", "LUC D'ÉTÉ", "Luc D'Été"),
    ],
)
def test_who_signs_in_capitals_keeps_one_in_each_part_of_a_name(name: str, signed: str, spelled: str) -> None:
    sender = Address(name=name, address="i@example.com")
    message = MailMessage(sender=sender, text=f"Bonjour,\n\npouvez-vous m'appeler demain ?\n\nCordialement,\n{signed}")
    assert spelled_as_signed(message).sender.name == spelled
