"""What is cut is cut, one way or both, and what is mended works."""

import subprocess
import sys

import pytest

from tests.servers.far_host import FarHost, SmallDisk
from tests.servers.valkey import ValkeyProcess

ASK = """
import socket, sys
try:
    with socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=1) as line:
        line.sendall(b"PING\\r\\n")
        print(line.recv(100))
except TimeoutError:
    print("silence")
"""


def test_a_line_is_cut_each_way_and_mended(valkey: ValkeyProcess) -> None:
    with FarHost() as host:
        port = host.serve(("127.0.0.1", valkey.port))
        command = [*host.via, sys.executable, "-S", "-c", ASK, host.near, str(port)]

        def answer() -> str:
            return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

        for fault in (host.cut, host.deafen, host.mute):
            fault()
            assert answer() == "silence"
            host.mend()
            assert answer() == r"b'+PONG\r\n'"


def test_a_full_disk_takes_nothing_until_there_is_room(tmp_path_factory: pytest.TempPathFactory) -> None:
    with SmallDisk(tmp_path_factory.mktemp("disk"), 2**20) as disk:
        give_room = disk.fill()
        with pytest.raises(OSError, match="No space left"):
            (disk.folder / "file").write_bytes(b"x" * 4096)
        give_room()
        assert (disk.folder / "file").write_bytes(b"x" * 4096)
