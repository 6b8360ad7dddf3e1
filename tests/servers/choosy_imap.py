"""A small IMAP server with the habits of some providers.

Folders are refused to programs that do not say who they are (RFC 2971), and what a folder is for is shown only to those
who ask (RFC 6154).
"""

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

CAPABILITIES = b"IMAP4rev1 ID SPECIAL-USE LIST-EXTENDED AUTH=PLAIN"
FOLDERS = ((b"", b"INBOX"), (b"\\Drafts", b"Skizzen"), (b"\\Sent", b"Ausgang"), (b"", b"Drafts"))


class ChoosyImap:
    """Takes any login.

    Args:
        understands_return: whether LIST ... RETURN is understood; else it is answered with BAD.
        wants_id: whether a folder is refused before ID.

    Attributes:
        port: where it listens.
        commands: what it was told, without the tags.
    """

    def __init__(self, *, understands_return: bool = True, wants_id: bool = True) -> None:
        self._understands_return = understands_return
        self._wants_id = wants_id
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.commands: list[bytes] = []

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client = self._listener.accept()[0]
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with suppress(OSError), client, client.makefile("rb") as lines:
            client.sendall(b"* OK [CAPABILITY " + CAPABILITIES + b"] ready\r\n")
            is_known = not self._wants_id
            for line in lines:
                tag, _, command = line.strip().partition(b" ")
                self.commands.append(command)
                name = command.split(b" ")[0].upper()
                if name == b"AUTHENTICATE":
                    client.sendall(b"+ \r\n")
                    next(lines)
                is_known = is_known or name == b"ID"
                client.sendall(self._answer(tag, name, command, is_known=is_known))
                if name == b"LOGOUT":
                    return

    def _answer(self, tag: bytes, name: bytes, command: bytes, *, is_known: bool) -> bytes:
        if name in {b"SELECT", b"EXAMINE"}:
            if not is_known:
                return tag + b" NO " + name + b" Unsafe Login. Please contact the provider.\r\n"
            return b"* 0 EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n* OK [UIDNEXT 1] ok\r\n" + tag + b" OK done\r\n"
        if name == b"LIST":
            asked = b"RETURN" in command.upper()
            if asked and not self._understands_return:
                return tag + b" BAD too many arguments\r\n"
            rows = (b"* LIST (" + (use if asked else b"") + b') "/" ' + folder + b"\r\n" for use, folder in FOLDERS)
            return b"".join(rows) + tag + b" OK done\r\n"
        untagged = {
            b"CAPABILITY": b"* CAPABILITY " + CAPABILITIES + b"\r\n",
            b"LOGOUT": b"* BYE\r\n",
            b"ID": b"* ID NIL\r\n",
        }
        return untagged.get(name, b"") + tag + b" OK done\r\n"
