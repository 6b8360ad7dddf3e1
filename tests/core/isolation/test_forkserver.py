"""The fork server as a program of its own."""

import socket
import subprocess

import pytest

from core.system.subprocesses import module_command

pytestmark = pytest.mark.processes
WAIT_SECONDS = 20.0


def test_a_server_without_calls_ends() -> None:
    caller, servers = socket.socketpair()
    number = servers.fileno()
    with caller, servers:
        command = module_command("core.isolation.forkserver", str(number), "0.1")
        assert subprocess.run(command, pass_fds=(number,), timeout=WAIT_SECONDS, check=False).returncode == 0


def test_a_server_whose_caller_has_gone_ends() -> None:
    caller, servers = socket.socketpair()
    number = servers.fileno()
    with servers:
        command = module_command("core.isolation.forkserver", str(number))
        server = subprocess.Popen(command, pass_fds=(number,))
        caller.close()
        assert server.wait(WAIT_SECONDS) == 0
