"""What a sender wrote now is told from what is quoted and from the signature."""

import time
from dataclasses import dataclass

import pytest

from integrations.mail.message.quotes import label_kind, oldest_first, split_text


@dataclass(frozen=True)
class Case:
    """One mail as a mail program writes it. `quoted` and `signature` are stretches that must be found there."""

    name: str
    text: str
    new_text: str
    quoted: str = ""
    signature: str = ""


CASES = [
    Case("plain", "Can you come?", "Can you come?"),
    Case(
        "gmail",
        "Yes.\n\nOn Tue, Jan 2, 2024 at 10:15 AM Ann Lee <ann@example.com> wrote:\n\n> Coming?\n> Ann\n",
        "Yes.",
        "> Coming?",
    ),
    Case(
        "gmail attribution over two lines",
        "Yes.\n\nOn Tue, Jan 2, 2024 at 10:15 AM Ann Lee Marie Smith-Jones\n<ann@example.com> wrote:\n\n> Coming?",
        "Yes.",
        "> Coming?",
    ),
    Case(
        "attribution over three lines",
        "Yes.\n\nOn Tuesday, January 2, 2024 at 10:15 AM,\nAnn Lee Marie Smith <\nann@example.com> wrote:\n> Coming?",
        "Yes.",
        "ann@example.com> wrote:",
    ),
    Case("quote without marks", "Yes.\n\nOn Jan 2, 2024, at 10:15, Ann wrote:\n\nComing?\n\nAnn", "Yes.", "Coming?"),
    Case("apple mail", "Hello\n\nOn Apr 3, 2012, at 4:19 PM, bob wrote:\n\n> Hi\n", "Hello", "> Hi"),
    Case("thunderbird", "Fine.\n\nAnn Lee wrote:\n> Is it?\n", "Fine.", "Ann Lee wrote:"),
    Case(
        "outlook",
        "Fine.\n\n-----Original Message-----\nFrom: Lee, Ann\nSent: Tuesday\nTo: Bob\nSubject: x\n\nIs it?",
        "Fine.",
        "Is it?",
    ),
    Case(
        "outlook without a delimiter",
        "Fine.\n\nFrom: Ann Lee <ann@example.com>\nSent: Tuesday, January 2, 2024 10:15\nTo: Bob\nSubject: x\n\nIs it?",
        "Fine.",
        "Is it?",
    ),
    Case(
        "outlook with many recipients",
        "Fine.\n\nFrom: Ann\nSent: Tuesday\nTo: Bob;\n" + "Carl <carl@example.com>;\n" * 20 + "Subject: x\n\nIs it?",
        "Fine.",
        "Is it?",
    ),
    Case(
        "outlook with a rule and bold labels",
        "Fine.\n\n________________________________\n*From:* Ann <ann@example.com>\n*Date:* Monday\n*To:* Bob\n"
        "*Subject:* x\n\nIs it?",
        "Fine.",
        "________________________________",
    ),
    Case(
        "outlook with quote marks and the answer below",
        "-----Original Message-----\nFrom: Ann\nSent: Monday\nTo: Bob\nSubject: x\n\n> Is it?\n\nYes, it is.",
        "Yes, it is.",
        "> Is it?",
    ),
    Case(
        "notes",
        "Fine with me.\n\nAnn Lee\n10/11/2000 06:13 PM\nTo: Bob Ray/HOU/ECT@ECT\ncc: \nSubject: Lunch\n\nIs it?",
        "Fine with me.",
        "Ann Lee",
    ),
    Case(
        "notes forward",
        "FYI\n---------------------- Forwarded by Bob Ray/HOU/ECT on 10/11/2000 06:20 PM ---------------\nIs it?",
        "FYI",
        "Is it?",
    ),
    Case("gmail forward", "See below.\n\n---------- Forwarded message ---------\nFrom: Ann\n\nHi", "See below.", "Hi"),
    Case("apple forward", "Begin forwarded message:\n\nFrom: Ann\nSubject: x\n\nHi", "", "Hi"),
    Case(
        "bottom reply",
        "On Mon, 1 Jan 2024, Ann Lee wrote:\n> Is it?\n> Ann\n\nYes, it is.\n",
        "Yes, it is.",
        "> Is it?",
    ),
    Case(
        "inline reply",
        "Ann Lee <ann@example.com> writes:\n> One?\nFirst answer.\n> Two?\nSecond answer.\n",
        "First answer.\n\nSecond answer.",
        "> Two?",
    ),
    Case("initials as quote marks", "J> One?\nJ> Two?\n\nYes.", "Yes.", "J> Two?"),
    Case("de", "Ja.\n\nAm Di., 2. Jan. 2024 um 10:15 Uhr schrieb Ann Lee <ann@example.de>:\n\n> Gut?", "Ja.", "> Gut?"),
    Case("de, name first", "Ja.\n\nAnn Lee schrieb am 02.01.2024 um 10:15:\n> Gut?", "Ja.", "> Gut?"),
    Case(
        "de outlook",
        "Ja.\n\n-----Ursprüngliche Nachricht-----\nVon: Ann\nGesendet: Montag\nAn: Bob\nBetreff: x\n\nGut?",
        "Ja.",
        "Gut?",
    ),
    Case(
        "fr",
        "Oui.\n\nLe mar. 2 janv. 2024 à 10:15, Ann Lee <ann@example.fr> a écrit :\n\n> Ça va ?",
        "Oui.",
        "> Ça va ?",
    ),
    Case("fr outlook", "Oui.\n\nDe : Ann\nEnvoyé : lundi\nÀ : Bob\nObjet : x\n\nÇa va ?", "Oui.", "Ça va ?"),
    Case(
        "es", "Sí.\n\nEl mar, 2 ene 2024 a las 10:15, Ann (<ann@example.es>) escribió:\n\n> ¿Vale?", "Sí.", "> ¿Vale?"
    ),
    Case("es outlook", "Sí.\n\nDe: Ann\nEnviado el: lunes\nPara: Bob\nAsunto: x\n\n¿Vale?", "Sí.", "¿Vale?"),
    Case(
        "it",
        "Sì.\n\nIl giorno mar 2 gen 2024 alle ore 10:15 Ann <ann@example.it> ha scritto:\n\n> Va bene?",
        "Sì.",
        "> Va",
    ),
    Case("nl", "Ja.\n\nOp di 2 jan 2024 om 10:15 schreef Ann Lee <ann@example.nl>:\n\n> Goed?", "Ja.", "> Goed?"),
    Case(
        "pt", "Sim.\n\nEm ter., 2 de jan. de 2024 às 10:15, Ann <ann@example.pt> escreveu:\n\n> Bem?", "Sim.", "> Bem?"
    ),
    Case("sv", "Ja.\n\nDen tis 2 jan. 2024 kl 10:15 skrev Ann Lee <ann@example.se>:\n\n> Bra?", "Ja.", "> Bra?"),
    Case("sv outlook", "Ja.\n\nFrån: Ann\nSkickat: måndag\nTill: Bob\nÄmne: x\n\nBra?", "Ja.", "Bra?"),
    Case(
        "pl", "Tak.\n\nwt., 2 sty 2024 o 10:15 Ann Lee <ann@example.pl> napisał(a):\n\n> Dobrze?", "Tak.", "> Dobrze?"
    ),
    Case("pl, date first", "Tak.\n\nW dniu 2.01.2024 o 10:15, Ann pisze:\n> Dobrze?", "Tak.", "> Dobrze?"),
    Case(
        "ja", "はい。\n\n2024年1月2日(火) 10:15 Ann Lee <ann@example.jp>:\n\n> いいですか?", "はい。", "> いいですか?"
    ),
    Case(
        "ja outlook",
        "はい。\n\n差出人: Ann\n送信日時: 2024\n宛先: Bob\n件名: x\n\nいいですか?",
        "はい。",
        "いいですか?",
    ),
    Case("zh", "好。\n\n在 2024年1月2日,Ann Lee <ann@example.cn> 写道:\n\n> 好吗?", "好。", "> 好吗?"),
    Case("zh outlook", "好。\n\n发件人: Ann\n发送时间: 2024\n收件人: Bob\n主题: x\n\n好吗?", "好。", "好吗?"),
    Case("dashes", "Yes.\n\n-- \nAnn Lee\nExample Ltd", "Yes.", "", "Ann Lee\nExample Ltd"),
    Case("dashes that lost their blank", "Yes.\n--\nAnn Lee", "Yes.", "", "Ann Lee"),
    Case("phone", "Yes.\n\nSent from my iPhone", "Yes.", "", "Sent from my iPhone"),
    Case("phone, de", "Ja.\n\nVon meinem iPhone gesendet", "Ja.", "", "iPhone"),
    Case("phone above a quote", "Yes.\nSent from my iPhone\n\nOn 1/2/24, Ann wrote:\n> Hi", "Yes.", "> Hi", "iPhone"),
    Case("closing and name", "Send it to me.\n\nThanks,\nAnn", "Send it to me.", "", "Thanks,\nAnn"),
    Case(
        "closing and block",
        "Bitte senden.\n\nMit freundlichen Grüßen\n\nAnn Lee\nExample GmbH\nTel. +49 30 1234567",
        "Bitte senden.",
        "",
        "Example GmbH",
    ),
    Case("name and block", "Send it.\n\nAnn Lee\nExample Ltd\n+1 202 555 0100", "Send it.", "", "+1 202 555 0100"),
    Case("initials alone", "Send it.\n\nAnn", "Send it.", "", "Ann"),
    Case("thanks are the text", "Thanks,\nAnn", "Thanks,\nAnn"),
    Case(
        "thanks within the text", "Thanks for the list.\n\nCan you add Bob?", "Thanks for the list.\n\nCan you add Bob?"
    ),
    Case(
        "list footer",
        "Has anyone tried?\n\n_______________________________________________\nTalk mailing list\nTalk@example.com",
        "Has anyone tried?",
        "",
        "Talk mailing list",
    ),
    Case(
        "legal notice",
        "Can you sign?\n\nThis e-mail and its attachments are confidential and intended for the addressee.",
        "Can you sign?",
        "",
        "confidential",
    ),
    Case("a sentence with wrote", "As Ann wrote:\nwe should go.", "As Ann wrote:\nwe should go."),
    Case("hours are no header", "From: 9:00\nTo: 10:00\nDate: Monday\nOK?", "From: 9:00\nTo: 10:00\nDate: Monday\nOK?"),
    Case(
        "a dated sentence",
        "On 2/1/2024 Ann wrote to a@b.com:\nNo.\n\nOK?",
        "On 2/1/2024 Ann wrote to a@b.com:\nNo.\n\nOK?",
    ),
    Case(
        "sentences before an announcement",
        "On Monday we met.\nAt 10:15 it ended.\nAnn <ann@example.com> wrote:\n> Yes",
        "On Monday we met.\nAt 10:15 it ended.",
        "> Yes",
    ),
    Case(
        "de, name first over two lines",
        "Ja.\n\nAnn <ann@example.de> schrieb am Di., 2. Jan. 2024,\n10:15:\n> Gut?",
        "Ja.",
        "> Gut?",
    ),
    Case(
        "pl over two lines",
        "Tak.\n\nwt., 2 sty 2024, 10:15 użytkownik Ann <ann@example.pl>\nnapisał:\n> Dobrze?",
        "Tak.",
        "> Dobrze?",
    ),
    Case(
        "pl apple",
        "Tak.\n\nWiadomość napisana przez Ann <ann@example.pl> w dniu 02.01.2024, o godz. 10:15:\n\nDobrze?",
        "Tak.",
        "Dobrze?",
    ),
    Case("ru", "Да.\n\nвт, 2 янв. 2024 10:15, Ann Lee <ann@example.ru>:\n\nOK?", "Да.", "OK?"),
    Case("ru yandex", 'Да.\n\n02.01.2024, 10:15, "Ann" <ann@example.ru>:\n\nOK?', "Да.", "OK?"),
    Case("ko", "네.\n\n2024년 1월 2일 (화) 오전 10:15, Ann <ann@example.kr>님이 작성:\n\n좋아?", "네.", "좋아?"),
    Case("ko outlook", "네.\n\n보낸 사람: Ann\n보낸 날짜: 2024\n받는 사람: Bob\n제목: x\n\n좋아?", "네.", "좋아?"),
    Case("fi outlook", "Joo.\n\nLähettäjä: Ann\nLähetetty: tiistai\nVastaanottaja: Bob\nAihe: x\n\nOk?", "Joo.", "Ok?"),
    Case(
        "yahoo on a phone",
        "Fine.\n\n  On Tue, 2 Jan 2024 at 10:15, Ann<ann@example.com> wrote:   Is it?",
        "Fine.",
        "Is it?",
    ),
    Case(
        "zoho",
        "Fine.\n\n---- On Tue, 02 Jan 2024 10:15:00 +0100 Ann <ann@example.com> wrote ----\n\nIs it?",
        "Fine.",
        "Is it?",
    ),
    Case("tutanota", "Fine.\n\n2 Jan 2024, 10:15 by ann@example.de:\n\n> Is it?", "Fine.", "10:15 by"),
    Case(
        "notes in one line",
        'Fine.\n\n"Ann Lee" ---01/02/2024 10:15:00 AM---Is it?\n\nFrom: Ann\nTo: Bob\n\nIs it?',
        "Fine.",
        "---Is it?",
    ),
    Case("zimbra, fr", "Oui.\n\n----- Mail original -----\nDe: Ann\nObjet: x\n\nVa ?", "Oui.", "Mail original"),
    Case("empty", "", ""),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_splits_the_mail_of_each_program_and_language(case: Case) -> None:
    split = split_text(case.text)
    assert split.new_text == case.new_text
    assert case.quoted in split.quoted
    assert case.signature in split.signature
    assert bool(split.quoted) == bool(case.quoted)
    assert bool(split.signature) == bool(case.signature)


@pytest.mark.parametrize(
    "text",
    [
        ">" * 300_000,
        ">\n" * 150_000,
        "On Mon, Jan 2, 2024 Ann " * 40_000 + "wrote:",
        "On Mon, Jan 2, 2024 Ann\n" * 40_000,
        "On Mon, Jan 2, 2024 Ann wrote:\n" * 30_000,
        ("2024-" * 78 + ":\n") * 3_000,
        "Ann wrote:\n> x\n" * 20_000,
        "To: a\nSubject: b\n" * 20_000,
        "-" * 300_000,
        "x\n" + "-----\n" * 60_000 + "From: a\nTo: b\nSubject: c\n",
        "-----" + " " * 300_000 + "Original Message",
        "----------\n" * 30_000,
        "Regards,\n" * 30_000,
        "A" * 300_000,
        "a.b-" * 80_000 + "\n\n" + "Ann Lee " * 100_000,
        "\n" * 300_000,
    ],
    ids=lambda text: repr(text[:20]),
)
def test_hostile_text_takes_linear_time(text: str) -> None:
    started = time.thread_time()
    split_text(text)
    assert time.thread_time() - started < 2


def test_a_quoted_conversation_is_read_from_the_oldest_to_the_newest() -> None:
    quoted = split_text(
        "Yes.\n\nOn 2024-06-03 at 10:15, Ann Lee <ann@example.com> wrote:\n> Does 9 suit you?\n>\n"
        "> Ann Lee\n>\n> On 2024-06-02 at 09:00, Bob Ray <bob@example.org> wrote:\n>> Shall we meet?\n>>\n>> Bob\n"
    ).quoted
    assert oldest_first(quoted) == (
        "On 2024-06-02 at 09:00, Bob Ray <bob@example.org> wrote:\nShall we meet?\n\n"
        "On 2024-06-03 at 10:15, Ann Lee <ann@example.com> wrote:\nDoes 9 suit you?"
    )


def test_blocks_of_outlook_are_read_from_the_oldest_to_the_newest() -> None:
    def block(sender: str, day: int, text: str) -> str:
        return f"From: {sender}\nSent: Monday, 3 June 2024 10:0{day}\nTo: Bob Ray\nSubject: Plan\n\n{text}\n\n"

    quoted = split_text(f"Yes.\n\n{block('Ann Lee', 2, 'Second.')}{block('Cy Moe', 1, 'First.')}").quoted
    assert [part in oldest_first(quoted) for part in ("From: Cy Moe", "First.", "Second.")] == [True] * 3
    assert oldest_first(quoted).index("First.") < oldest_first(quoted).index("Second.")


@pytest.mark.parametrize("quoted", ["", "no quote at all\nof any form", "> one mail without who wrote it"])
def test_a_quote_without_form_is_read_as_it_is(quoted: str) -> None:
    assert oldest_first(quoted) == quoted.removeprefix("> ")


@pytest.mark.parametrize("blank", ["", " ", "\u202f", "\u2009", "\u3000"])
def test_a_header_line_is_one_whatever_blank_stands_before_its_colon(blank: str) -> None:
    assert [label_kind(f"{name}{blank}: x") for name in ("De", "*Envoyé*", "Objet")] == ["from", "date", "subject"]


def test_a_hostile_quote_is_read_in_bounded_time() -> None:
    oldest_first(">" * 200_000)
    oldest_first("\n".join(f"{'>' * depth} deeper" for depth in range(2_000)))
