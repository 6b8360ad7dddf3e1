"""Which folders hold drafts and sent mail: SPECIAL-USE (RFC 6154) where offered, else the names that programs use."""

from imapclient import IMAPClient

DRAFTS = "Drafts"
# As mail programs and providers name the folder, in lower case.
_NAMES = (
    "drafts", "draft", "entwürfe", "entwurf", "brouillons", "borradores", "bozze", "concepten", "rascunhos",
    "utkast", "kladder", "luonnokset", "wersje robocze", "kopie robocze", "koncepty", "piszkozatok", "taslaklar",
    "черновики", "чернетки", "πρόχειρα", "下書き", "草稿", "草稿箱", "임시보관함",
)  # fmt: skip


# What programs call the folder of sent mail.
_SENT_NAMES = (
    "sent", "sent items", "sent mail", "sent messages", "gesendet", "gesendete objekte", "gesendete elemente",
    "envoyés", "messages envoyés", "éléments envoyés", "enviados", "elementos enviados", "posta inviata", "inviati",
    "verzonden", "verzonden items", "itens enviados", "skickat", "sendt", "lähetetyt", "wysłane", "odeslané",
    "elküldött", "gönderilmiş", "отправленные", "надіслані", "送信済み", "已发送", "寄件備份", "보낸편지함",
)  # fmt: skip


# Where programs put what a person has thrown away.
_TRASH_NAMES = (
    "trash", "deleted items", "deleted messages", "bin", "papierkorb", "gelöschte elemente", "gelöschte objekte",
    "corbeille", "éléments supprimés", "papelera", "elementos eliminados", "cestino", "posta eliminata", "prullenbak",
    "verwijderde items", "lixo", "lixeira", "itens excluídos", "papperskorgen", "papirkurv", "slettet post",
    "roskakori", "kosz", "koš", "kuka", "çöp kutusu", "корзина", "удаленные", "кошик", "ゴミ箱", "已删除邮件", "垃圾桶",
    "휴지통",
)  # fmt: skip


def drafts_folder(client: IMAPClient) -> str:
    """Return the Drafts folder of the mailbox; where there is none, make one as mail programs do."""
    found = _find(client, b"\\drafts", _NAMES)
    if found is None:
        found = _personal_prefix(client) + DRAFTS
        client.create_folder(found)
    return found


def sent_folder(client: IMAPClient) -> str | None:
    """Return the folder of sent mail, None when there is none that is known as such."""
    return _find(client, b"\\sent", _SENT_NAMES)


def trash_folder(client: IMAPClient) -> str | None:
    """Return the folder of what was thrown away, None when there is none that is known as such."""
    return _find(client, b"\\trash", _TRASH_NAMES)


def folders_of_received(client: IMAPClient) -> list[str]:
    """Return where received mail lies: the inbox, and the archive or the folder of all mail where there is one."""
    found = [_find(client, use, names) for use, names in ((b"\\archive", ("archive", "archiv")), (b"\\all", ()))]
    return ["INBOX", *(name for name in found if name)]


def _find(client: IMAPClient, use: bytes, names: tuple[str, ...]) -> str | None:
    folders = [
        (tuple(flag.lower() for flag in flags), delimiter, name)
        for flags, delimiter, name in client.list_folders()
        if not any(flag.lower() in {b"\\noselect", b"\\nonexistent"} for flag in flags)
    ]
    for flags, _, name in folders:
        if use in flags:
            return str(name)
    by_last_part = {_last_part(name, delimiter): name for _, delimiter, name in reversed(folders)}
    return next((str(by_last_part[known]) for known in names if known in by_last_part), None)


def _last_part(name: str, delimiter: bytes | None) -> str:
    return (name.rpartition(delimiter.decode())[2] if delimiter else name).casefold()


def _personal_prefix(client: IMAPClient) -> str:
    """Return what names of own folders begin with: `INBOX.` on some servers."""
    if not client.has_capability("NAMESPACE"):
        return ""
    personal = client.namespace().personal
    return str(personal[0][0]) if personal else ""
