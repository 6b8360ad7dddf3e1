"""Runs a program that the kernel kills when the process that started it ends (Linux).

A script, not only a module: `python -I -S exec_with_parent.py PARENT_PID PROGRAM ARGUMENT...`. Setting this between
fork and exec of the parent instead would run Python code in the fork of a process that may have threads.
"""

import os
import sys

if sys.platform == "linux":
    import ctypes
    import signal


def die_with_parent(parent_pid: int) -> None:
    """Have the kernel kill this process when the one that started it ends, where the kernel can (Linux)."""
    if sys.platform == "linux":
        set_parent_death_signal = 1  # PR_SET_PDEATHSIG of prctl(2); it survives execve
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)
        if os.getppid() != parent_pid:
            sys.exit("The starting process ended.")


def main() -> None:
    """Bind this process to its parent, then replace it."""
    parent_pid, *command = sys.argv[1:]
    die_with_parent(int(parent_pid))
    os.execv(command[0], command)  # noqa: S606 # the arguments are built by core.system.subprocesses


if __name__ == "__main__":
    main()
