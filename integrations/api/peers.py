"""Which user of this machine holds the other end of a loopback connection (Linux; proc_net(5))."""

import ipaddress
import os
import sys
from pathlib import Path

TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))


def is_loopback(address: str) -> bool:
    """Say whether an address is this machine's own."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return bool((mapped or found).is_loopback)


def is_own_user(client: tuple[str, int], server: tuple[str, int]) -> bool:
    """Say whether the client's socket is of the user who runs this process.

    True where the system does not tell (other than Linux): there a loopback address has to do.
    """
    if sys.platform != "linux":
        return True
    rows: list[list[str]] = []
    try:
        for table in TABLES:
            if table.exists():
                rows += [line.split() for line in table.read_text().splitlines()[1:]]
    except OSError:
        return True
    wanted = {(_hex(client, six), _hex(server, six)) for six in (False, True)}
    return any(
        len(row) > 7 and (row[1].upper(), row[2].upper()) in wanted and row[7] == str(os.getuid()) for row in rows
    )


def _hex(end: tuple[str, int], is_six: bool) -> str:
    """Return an end as the tables write it: each 32-bit word of the address in the machine's byte order."""
    address = ipaddress.ip_address(end[0])
    packed = address.packed
    if is_six and len(packed) == 4:
        packed = ipaddress.ip_address(f"::ffff:{address}").packed
    if not is_six and len(packed) == 16:
        return ""
    words = (packed[at : at + 4] for at in range(0, len(packed), 4))
    turned = (word[::-1] if sys.byteorder == "little" else word for word in words)
    return f"{b''.join(turned).hex().upper()}:{end[1]:04X}"
