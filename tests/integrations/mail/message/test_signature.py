"""A signature is told from text that goes on: what is taken for it by mistake is never answered."""

import pytest

from integrations.mail.message.quotes import split_text


@pytest.mark.parametrize(
    "text",
    [
        "We got it.\nThanks!\nWe will pay on Friday.\nPlease send the bank details.",
        "Die Ware ist da.\n\nDanke!\n\nBitte schicken Sie noch die Rechnung.",
        "Send it.\n\nBest,\nAnn\n\nP.S. I need the invoice, too",
        "Options:\n--\nA: 3 EUR\nB: 4 EUR\n--\nWhich one?",
        "Fill in:\nName:\n___\nDate:\n___",
        "Hi Bob,\n\nPlease call me\n+49 30 1234567",
        "Hi Bob,\n\nCan you check these\nhttps://example.com/a",
        "Our account\n\nBank Example\nTel. +49 30 1234567\nPlease pay by Friday.",
        "First, we need 300 EUR.\n--\nSecond, we need a week for all of it.",
        "Teams\n\n----------\nAnn Lee\nCarl Ray\n\nPlease confirm the teams by Monday.",
        "Hi,\n\nGet Outlook for Android is what I use. It fails.",
        "Hi,\n\nthe parcel was\nsent with mail yesterday.",
        "Agenda:\n----------\nItem one",
        "Agenda\n----------\nItem one\n\nCan you come?",
        "Send it to:\n\nAnn Lee\nMain Street 1\n+49 30 1234567",
        "This e-mail is confidential.\n\nWhen can we talk?",
        "Hi,\n\nThis message is intended as a reminder.",
        "Hi,\nit was\nsent from my office.\nGesendet von Ann.",
        "Could you please settle the offer together\nwith Paul.",
        "They asked for\nBest price\n\nBring the list",
    ],
)
def test_text_below_what_looks_like_a_signature_stays_text(text: str) -> None:
    split = split_text(text)
    assert (split.new_text, split.signature) == (text, "")


@pytest.mark.parametrize(
    "signature",
    [
        *(
            f"{closing}\nAnn"
            for closing in (
                "Mit freundlichem Gruß", "Mit freundlichen Gruessen", "Sonnige Grüße aus Köln", "Hochachtungsvoll",
                "Bien à toi,", "Un cordial saludo,", "Melhores cumprimentos,", "Pozdrawiam serdecznie,",
                "\u0421 уважением,", "With kind regards", "Rgds,", "Sincerely yours,", "Grüße aus Berlin",
            )
        ),
        "Viele Grüße\nAnn Lee\n" + "Example GmbH\nTel. +49 30 1234567\n" * 8 + "www.example.com",
        "Ann Lee (she/her)\nExample Ltd",
        "Ann Lee | Sales | Example Ltd",
        "\u2014Ann",
        "\u2015" * 10 + "\n山田太郎\nTEL: 03-1234-5678",
        '--\n"Computers are useless. They can only give you answers."',
        "--\nDiese Nachricht wurde von meinem Android-Telefon mit GMX Mail gesendet.",
        "This e-mail is confidential.\nDo you need to print it?",
        "Questo messaggio è riservato.",
        "Dit e-mailbericht is vertrouwelijk.",
        "Esta mensagem é confidencial.",
    ],
)  # fmt: skip
def test_closings_names_and_legal_notices_of_many_languages_are_signatures(signature: str) -> None:
    split = split_text(f"See you at ten.\n\n{signature}")
    assert (split.new_text, split.signature) == ("See you at ten.", signature)


@pytest.mark.parametrize(
    "footer",
    [
        "Sent from an iPad", "Get BlueMail for Android", "Sent with [Proton Mail](https://proton.me/) secure email.",
        "Outlook für iOS<https://aka.ms/o0ukef> beziehen", "Von meinem/meiner Galaxy gesendet",
        "Envoyé avec Proton Mail.", "Obtenir Outlook pour iOS", "Enviado desde Outlook para Android",
        "Obter o Outlook para Android", "Ottieni Outlook per Android", "Verzonden vanaf mijn iPhone",
        "Hämta Outlook för Android", "Sendt fra min iPhone", "Отправлено \u0441 iPhone",
        "Pobierz aplikację Outlook dla systemu Android", "Outlook for iOS を入手", "나의 iPhone에서 보냄",
    ],
)  # fmt: skip
def test_the_lines_of_mail_programs_are_signatures(footer: str) -> None:
    split = split_text(f"See you at ten.\n\n{footer}\n\nOn Tue, 2 Jan 2024, Ann wrote:\n> At ten?")
    assert (split.new_text, split.signature) == ("See you at ten.", footer)
