"""Which folder holds the drafts: SPECIAL-USE (RFC 6154) where the server says so, else the names that programs use."""

from imapclient import IMAPClient

DRAFTS = "Drafts"
# As mail programs and providers name the folder, in lower case.
_NAMES = (
    "drafts", "draft", "entwürfe", "entwurf", "brouillons", "borradores", "bozze", "concepten", "rascunhos",
    "utkast", "kladder", "luonnokset", "wersje robocze", "kopie robocze", "koncepty", "piszkozatok", "taslaklar",
    "черновики", "чернетки", "πρόχειρα", "下書き", "草稿", "草稿箱", "임시보관함",
)  # fmt: skip


def drafts_folder(client: IMAPClient) -> str:
    """Return the Drafts folder of the mailbox; where there is none, make one as mail programs do."""
    folders = [
        (tuple(flag.lower() for flag in flags), delimiter, name)
        for flags, delimiter, name in client.list_folders()
        if not any(flag.lower() in {b"\\noselect", b"\\nonexistent"} for flag in flags)
    ]
    for flags, _, name in folders:
        if b"\\drafts" in flags:
            return str(name)
    by_last_part = {_last_part(name, delimiter): name for _, delimiter, name in reversed(folders)}
    for known in _NAMES:
        if known in by_last_part:
            return str(by_last_part[known])
    name = _personal_prefix(client) + DRAFTS
    client.create_folder(name)
    return name


def _last_part(name: str, delimiter: bytes | None) -> str:
    return (name.rpartition(delimiter.decode())[2] if delimiter else name).casefold()


def _personal_prefix(client: IMAPClient) -> str:
    """Return what names of own folders begin with: `INBOX.` on some servers."""
    if not client.has_capability("NAMESPACE"):
        return ""
    personal = client.namespace().personal
    return str(personal[0][0]) if personal else ""
