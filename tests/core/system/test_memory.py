"""What a process holds is said as the system says it, and what is free goes back."""

import subprocess
import sys

import psutil
import pytest

from core.system.memory import ARENAS, give_back, held_bytes

MEGABYTE = 2**20


def test_what_is_held_is_what_the_system_says() -> None:
    give_back()
    taken = bytearray(64 * MEGABYTE)
    taken[::4096] = b"x" * len(taken[::4096])
    said = psutil.Process().memory_info().rss
    assert abs(held_bytes() - said) < 8 * MEGABYTE
    del taken
    give_back()
    assert held_bytes() < said - 32 * MEGABYTE


HEAPS = """
import ctypes, sys, threading
from core.system.memory import keep_small
libc, met = ctypes.CDLL(None), threading.Barrier(9)
if not hasattr(libc, "malloc_info"):
    sys.exit(77)
keep_small()

def hold():
    kept = [bytearray(5000) for _ in range(50)]
    met.wait()
    met.wait()

for _ in range(8):
    threading.Thread(target=hold).start()
met.wait()
libc.malloc_info(0, ctypes.c_void_p.in_dll(libc, "stdout"))
libc.fflush(None)
met.wait()
"""


def test_threads_share_two_heaps() -> None:
    done = subprocess.run([sys.executable, "-c", HEAPS], capture_output=True, text=True, check=False)
    if done.returncode == 77:
        pytest.skip("the C library is not glibc")
    assert done.stdout.count("<heap nr=") == ARENAS, done.stderr


@pytest.mark.parametrize("process", ["worker.consumer, worker.tasks, worker.transport", "integrations.web.app"])
def test_a_process_holds_nothing_of_what_measures_commands_to_the_broker(process: str) -> None:
    code = (
        "import sys; from core.system.memory import keep_small; keep_small(); import " + process + "; "
        "print({'opentelemetry.sdk', 'greenlet', 'yaml'} & set(sys.modules)); import opentelemetry.trace, yaml"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
