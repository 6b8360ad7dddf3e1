"""What a process holds is said as the system says it, and what is free goes back."""

import psutil

from core.system.memory import give_back, held_bytes

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
