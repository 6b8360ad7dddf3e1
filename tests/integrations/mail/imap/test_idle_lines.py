"""Lines that idle, each with a server that is played by the test: what a server may do wrong ends its own line."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from integrations.mail.imap.idle_lines import IdleLines
from integrations.mail.imap.idle_talk import MAX_BYTES, Event, Fallen, Folder, Name, ServerTold, Stands
from tests.integrations.mail.imap.test_connection import make_certificate
from tests.integrations.mail.imap.test_watching import eventually

BOB: Name = ("local", "bob@example.org")
KIM: Name = ("local", "kim@example.org")
FOLDER = Folder(uidvalidity=7, uidnext=4, exists=3)
EXAMINED = b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 4] x\r\n"


@dataclass
class Server:
    """The other end of a line."""

    line: socket.socket
    tag: bytes = b""
    heard: bytes = b""

    def __post_init__(self) -> None:
        self.line.settimeout(10.0)

    def say(self, data: bytes) -> None:
        self.line.sendall(data)

    def hear(self, command: bytes) -> None:
        """Wait for a command, and remember its tag."""
        end = command + b"\r\n"
        while end not in self.heard:
            data = self.line.recv(4096)
            assert data, f"no {command!r} in {self.heard!r}"
            self.heard += data
        before, _, self.heard = self.heard.partition(end)
        if words := before.split(b"\r\n")[-1].strip():
            self.tag = words

    def examine(self, folder: bytes = EXAMINED) -> None:
        self.hear(b"EXAMINE INBOX")
        self.say(folder + self.tag + b" OK done\r\n")

    def begin(self, folder: bytes = EXAMINED) -> None:
        """Answer until IDLE stands."""
        self.examine(folder)
        self.hear(b"IDLE")
        self.say(b"+ idling\r\n")

    def end(self) -> None:
        self.hear(b"DONE")
        self.say(self.tag + b" OK done\r\n")

    def is_closed(self) -> bool:
        try:
            while self.line.recv(4096):
                continue
        except TimeoutError:
            return False
        except OSError:
            return True
        return True


@dataclass
class Held:
    """Lines in a thread of their own, and what they told."""

    reissue_seconds: float = 600.0
    answer_seconds: float = 20.0
    told: list[Event] = field(default_factory=list)
    servers: list[Server] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lines = IdleLines(
            self.told.append, reissue_seconds=self.reissue_seconds, answer_seconds=self.answer_seconds
        )
        self.thread = threading.Thread(target=self.lines.run)
        self.thread.start()

    def add(self, name: Name = BOB) -> Server:
        ours, theirs = socket.socketpair()
        self.servers.append(Server(theirs))
        self.lines.add(name, ours)
        return self.servers[-1]

    def of(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.told if isinstance(event, kind)]

    def fell(self, name: Name = BOB) -> str:
        """Wait until a line has fallen, and return why."""
        eventually(lambda: any(isinstance(event, Fallen) and event.name == name for event in self.told))
        return next(event.error.code for event in self.told if isinstance(event, Fallen) and event.name == name)


@pytest.fixture
def hold() -> Iterator[Callable[..., Held]]:
    made: list[Held] = []

    def make(reissue_seconds: float = 600.0, answer_seconds: float = 20.0) -> Held:
        made.append(Held(reissue_seconds, answer_seconds))
        return made[-1]

    yield make
    for one in made:
        for server in one.servers:
            server.line.close()
        one.lines.stop()
        one.thread.join(10.0)
        assert not one.thread.is_alive()


def test_what_a_server_announces_is_told(hold: Callable[..., Held]) -> None:
    held = hold()
    server = held.add()
    server.begin()
    server.say(b"* 4 EX")
    server.say(b"ISTS\r\n* 1 RECENT\r\n* 2 fetch (FLAGS (\\Flagged))\r\n* OK still here\r\n* 1 EXPUNGE\r\n")
    server.say(b"* 2 FETCH (FLAGS (\\Flagged \\Answered))\r\n")
    eventually(lambda: len(held.told) == 5)
    assert held.told == [
        Stands(BOB, FOLDER, is_first=True, has_changed=False), ServerTold(BOB, "mail"), ServerTold(BOB, "marks"),
        ServerTold(BOB, "removed"), ServerTold(BOB, "answered"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("announced", "folder", "has_changed"),
    [
        (b"", EXAMINED, False),
        (b"", EXAMINED.replace(b"NEXT 4", b"NEXT 5"), True),
        (b"", EXAMINED.replace(b"VALIDITY 7", b"VALIDITY 8"), True),
        (b"", EXAMINED.replace(b"* 3", b"* 2"), False),
        (b"* 4 EXISTS\r\n", EXAMINED.replace(b"* 3", b"* 4").replace(b"NEXT 4", b"NEXT 5"), False),
        (b"* 1 EXPUNGE\r\n* 3 EXISTS\r\n", EXAMINED.replace(b"NEXT 4", b"NEXT 5"), False),
        (b"* 4 EXISTS\r\n", EXAMINED.replace(b"* 3", b"* 5").replace(b"NEXT 4", b"NEXT 6"), True),
    ],
    ids=["nothing", "mail", "renumbered", "deleted", "told", "told after a deletion", "one of two told"],
)
def test_a_renewal_finds_what_was_never_announced(
    hold: Callable[..., Held], announced: bytes, folder: bytes, has_changed: bool
) -> None:
    held = hold(reissue_seconds=0.3)
    server = held.add()
    server.begin()
    server.say(announced)
    server.end()
    server.begin(folder)
    eventually(lambda: len(held.of(Stands)) >= 2)
    found = held.of(Stands)[1]
    assert isinstance(found, Stands)
    assert (found.is_first, found.has_changed) == (False, has_changed)


def test_mail_that_comes_while_idle_ends_or_begins_is_told(hold: Callable[..., Held]) -> None:
    held = hold(reissue_seconds=0.2)
    server = held.add()
    server.examine()
    server.hear(b"IDLE")
    server.say(b"* 4 EXISTS\r\n+ idling\r\n")
    eventually(lambda: len(held.told) == 2)
    server.hear(b"DONE")
    server.say(b"* 5 EXISTS\r\n" + server.tag + b" OK done\r\n")
    eventually(lambda: len(held.of(ServerTold)) == 2)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (b"* BYE going down\r\n", "outage"),
        (b"I2 OK that is enough\r\n", "outage"),
        (b"I2 NO not now\r\n", "input"),
        (b"* 1 RECENT\r\n" * (MAX_BYTES // 12 + 1), "outage"),
        (b"*" * 70_000, "outage"),
    ],
    ids=["BYE", "ends IDLE", "refuses IDLE", "tells without end", "line without end"],
)
def test_a_server_that_does_wrong_loses_its_own_line_alone(hold: Callable[..., Held], wrong: bytes, code: str) -> None:
    held = hold()
    server, other = held.add(), held.add(KIM)
    server.begin()
    other.begin()
    with suppress(OSError):  # it is closed before all was said
        server.say(wrong)
    assert held.fell() == code
    assert server.is_closed()
    other.say(b"* 4 EXISTS\r\n")
    eventually(lambda: ServerTold(KIM, "mail") in held.told)


@pytest.mark.parametrize("at", ["EXAMINE", "IDLE", "DONE"])
@pytest.mark.parametrize("drips", [False, True], ids=["silent", "drips"])
def test_a_server_that_owes_an_answer_is_left(hold: Callable[..., Held], at: str, drips: bool) -> None:
    held = hold(answer_seconds=0.6, reissue_seconds=0.1)
    server = held.add()
    if at == "IDLE":
        server.examine()
    elif at == "DONE":
        server.begin()
    began = time.monotonic()
    while drips and not held.of(Fallen) and time.monotonic() < began + 10.0:
        with suppress(OSError):
            server.say(b"*")
        time.sleep(0.05)
    assert held.fell() == "outage"
    assert time.monotonic() - began < 5.0


def test_a_cut_line_falls_and_another_takes_its_place(hold: Callable[..., Held]) -> None:
    held = hold()
    server = held.add()
    server.begin()
    server.line.close()
    assert held.fell() == "outage"
    held.add().begin()
    eventually(lambda: len(held.of(Stands)) == 2)
    assert len(held.lines) == 1


def test_lines_are_ended_in_good_order(hold: Callable[..., Held]) -> None:
    held = hold()
    server, other, stubborn = held.add(), held.add(KIM), held.add(("local", "hung@example.org"))
    for one in (server, other, stubborn):
        one.begin()
    eventually(lambda: len(held.of(Stands)) == 3)
    held.lines.drop(BOB)
    server.hear(b"DONE")
    server.hear(b"LOGOUT")
    server.say(b"* BYE\r\n")
    server.line.close()
    held.lines.stop()
    other.hear(b"LOGOUT")
    held.thread.join(10.0)
    assert not held.thread.is_alive()
    assert stubborn.is_closed()
    assert held.of(Fallen) == []


def test_what_tls_holds_back_is_read(hold: Callable[..., Held], tmp_path: Path) -> None:
    """One record of TLS holds more than one read takes; the socket itself has nothing left to say then."""
    certificate, key = make_certificate(tmp_path)
    accepting, trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context(cafile=str(certificate))
    accepting.load_cert_chain(certificate, key)
    listener = socket.create_server(("127.0.0.1", 0))
    served: list[Server] = []

    def accept() -> None:
        served.append(Server(accepting.wrap_socket(listener.accept()[0], server_side=True)))

    accepting_thread = threading.Thread(target=accept)
    accepting_thread.start()
    line = trusting.wrap_socket(socket.create_connection(listener.getsockname()), server_hostname="127.0.0.1")
    accepting_thread.join(10.0)
    held = hold()
    held.servers.extend(served)
    held.lines.add(BOB, line)
    served[0].begin()
    eventually(lambda: len(held.told) == 1)
    served[0].say(b"* OK waiting\r\n" * 1_100 + b"* 4 EXISTS\r\n")
    eventually(lambda: ServerTold(BOB, "mail") in held.told)
    listener.close()


def test_thousands_of_lines_are_held_by_one_thread(hold: Callable[..., Held]) -> None:
    held = hold()
    before = set(threading.enumerate())
    names: list[Name] = [("local", f"box{number}@example.org") for number in range(1_000)]
    servers = [held.add(name) for name in names]
    for server in servers:
        server.begin()
    eventually(lambda: len(held.of(Stands)) == len(names))
    assert set(threading.enumerate()) <= before
    servers[500].say(b"* 4 EXISTS\r\n")
    eventually(lambda: held.of(ServerTold) == [ServerTold(names[500], "mail")])
