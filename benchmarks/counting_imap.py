"""A mail server for thousands of lines: any user, an empty inbox, IDLE. It counts what it is asked for.

`python -m benchmarks.counting_imap PORT` is that process; it prints its counts as a line of JSON when a line comes in.
"""

import asyncio
import json
import re
import subprocess
import sys
from collections import Counter
from types import TracebackType
from typing import Self

from core.system.subprocesses import module_command

_CAPABILITIES = "IMAP4rev1 IDLE UIDPLUS LITERAL+ AUTH=PLAIN"
_LITERAL = re.compile(rb"\{(\d+)(\+?)\}\r\n$")
_SELECTED = "* FLAGS (\\Seen)\r\n* 0 EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY 1] ok\r\n* OK [UIDNEXT 1] ok\r\n"
_SAID = {
    "CAPABILITY": f"* CAPABILITY {_CAPABILITIES}\r\n",
    "EXAMINE": _SELECTED,
    "SELECT": _SELECTED,
    "SEARCH": "* SEARCH\r\n",
    "LIST": '* LIST (\\Drafts) "/" Drafts\r\n* LIST () "/" INBOX\r\n',
    "LOGOUT": "* BYE\r\n",
}


class _Line:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, counts: "Counter[str]") -> None:
        self._reader, self._writer, self._counts = reader, writer, counts

    async def serve(self) -> None:
        self._counts["lines"] += 1
        self._counts["open"] += 1
        try:
            await self._say(f"* OK [CAPABILITY {_CAPABILITIES}] ready\r\n")
            while command := await self._command():
                await self._answer(*command)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self._counts["open"] -= 1
            self._writer.close()

    async def _say(self, text: str) -> None:
        self._writer.write(text.encode())
        await self._writer.drain()

    async def _command(self) -> tuple[str, str] | None:
        line = await self._reader.readline()
        while literal := _LITERAL.search(line):
            if not literal[2]:
                await self._say("+ go on\r\n")
            line = line[: literal.start()] + await self._reader.readexactly(int(literal[1]))
            line += await self._reader.readline()
        words = line.decode(errors="replace").split()
        if len(words) < 2:
            return None
        name = words[2] if words[1].upper() == "UID" else words[1]
        return words[0], name.upper()

    async def _answer(self, tag: str, name: str) -> None:
        self._counts[name] += 1
        if name in {"IDLE", "AUTHENTICATE"}:
            await self._say("+ \r\n")
            if not await self._reader.readline():
                raise ConnectionError
        await self._say(f"{_SAID.get(name, '')}{tag} OK done\r\n")
        if name == "LOGOUT":
            raise ConnectionError


async def _serve(port: int) -> None:
    counts: Counter[str] = Counter()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _Line(reader, writer, counts).serve()

    async with await asyncio.start_server(talk, "127.0.0.1", port, backlog=1024):
        print("ready", flush=True)
        while await asyncio.to_thread(sys.stdin.readline):
            print(json.dumps(counts), flush=True)


class CountingImap:
    """The server in a process of its own, for as long as the block lasts."""

    def __init__(self) -> None:
        from tests.servers.valkey import free_port  # not in that process, where another package is called `tests`

        self.port = free_port()

    def __enter__(self) -> Self:
        command = module_command("benchmarks.counting_imap", str(self.port))
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._read()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.kill()
        self._process.communicate()

    def counts(self) -> dict[str, int]:
        """Return how often each command came, how many `lines` there were, and how many are `open`."""
        assert self._process.stdin
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        counts: dict[str, int] = json.loads(self._read())
        return counts

    def _read(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
