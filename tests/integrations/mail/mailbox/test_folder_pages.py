"""Folders as knowledge, whoever provides the mailbox: on a real Dovecot, at the fake Microsoft, and in memory."""

import pytest

from core.errors import CursorExpired, NotFoundError
from integrations.mail.mailbox.folder_pages import SENT, FolderPage
from integrations.mail.message.message import parse_message
from tests.fakes.microsoft.delta import Rounds
from tests.integrations.mail.imap.mails import question
from tests.integrations.mail.mailbox.conftest import GmailRig, GraphRig, Rig, own_mail


def pages(rig: Rig, folder: str = SENT, position: str = "") -> list[FolderPage]:
    """Return the pages of a folder to its end."""
    found: list[FolderPage] = []
    while not found or not found[-1].is_last:
        with rig.provider.open(rig.account) as mailbox:
            found.append(mailbox.folder_page(folder, found[-1].position if found else position))
    return found


def subjects(found: list[FolderPage]) -> list[str]:
    return sorted(mail.message.subject for page in found for mail in page.mails)


def test_sent_mail_comes_once_and_what_was_deleted_is_told(rig: Rig) -> None:
    for number in range(1, 4):
        own_mail(rig, days=number, number=number)
    first = pages(rig)
    assert len(subjects(first)) == 3
    own_mail(rig, days=0, number=4)
    second = pages(rig, position=first[-1].position)
    assert len(subjects(second)) == 1
    assert all(not page.gone for page in second)
    (mail,) = (mail for page in second for mail in page.mails)
    with rig.provider.open(rig.account) as mailbox:
        again = mailbox.raw_in(SENT, mail.uid)
    assert again
    assert parse_message(again).text == mail.message.text


def test_folders_are_named_and_another_is_refused_with_what_there_is(rig: Rig) -> None:
    own_mail(rig, days=1, number=1)
    rig.receive(question(rig.address))
    with rig.provider.open(rig.account) as mailbox:
        names = mailbox.folders()
        assert any(name.casefold() == "inbox" for name in names)
        assert not {"drafts", "trash", "junk", "deleted items"} & {name.casefold() for name in names}
        with pytest.raises(NotFoundError, match="Nowhere") as refused:
            mailbox.folder_page("Nowhere", "")
    assert any(name in refused.value.fix for name in names)


def test_mail_that_is_moved_away_is_gone(rig: Rig) -> None:
    rig.receive(question(rig.address))
    with rig.provider.open(rig.account) as mailbox:
        inbox = next(name for name in mailbox.folders() if name.casefold() == "inbox")
    first = pages(rig, inbox)
    (mail,) = (mail for page in first for mail in page.mails)
    rig.discard_source()
    (later,) = pages(rig, inbox, first[-1].position)
    assert [*later.gone] == [mail.uid]
    assert not later.mails


def test_a_position_that_is_not_known_any_more_begins_again(rig: Rig, request: pytest.FixtureRequest) -> None:
    own_mail(rig, days=1, number=1)
    position = pages(rig)[-1].position
    if isinstance(rig, GraphRig):
        rounds: Rounds = request.getfixturevalue("microsoft").rounds
        rounds.forget()
    elif isinstance(rig, GmailRig):
        rig.forget_positions()
    else:
        position = position.replace('"uidvalidity": ', '"uidvalidity": 9')
    with pytest.raises(CursorExpired), rig.provider.open(rig.account) as mailbox:
        mailbox.folder_page(SENT, position)
