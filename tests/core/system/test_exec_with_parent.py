"""A program that the kernel kills when the process that started it ends."""

import os
import subprocess
import sys

import psutil
import pytest

from core.system import exec_with_parent
from core.system.exec_with_parent import die_with_parent

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has this signal")
SCRIPT = exec_with_parent.__file__
# Starts a program as the script does, says its process id, and ends at once.
LEAVE_A_CHILD = """
import os, subprocess, sys
command = [sys.executable, "-I", "-S", sys.argv[1], str(os.getpid()), sys.executable, "-c", "input()"]
child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
print(child.pid, flush=True)
input()
os._exit(0)
"""


@pytest.mark.processes
def test_the_program_ends_with_its_parent() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", LEAVE_A_CHILD, SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout
        child = psutil.Process(int(parent.stdout.readline()))
        parent.communicate("end\n", timeout=10)
        child.wait(timeout=10)


@pytest.mark.processes
def test_the_program_replaces_the_script_and_gets_its_arguments() -> None:
    command = [sys.executable, "-I", "-S", SCRIPT, str(os.getpid()), sys.executable, "-c", "print('hello')"]
    assert subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout == "hello\n"


def test_who_was_started_by_another_process_ends() -> None:
    with pytest.raises(SystemExit, match="starting process ended"):
        die_with_parent(os.getpid())
