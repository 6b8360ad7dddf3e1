"""How many files and connections this process may have open."""

from contextlib import suppress


def raise_file_limit() -> int | None:
    """Let this process open as many files as it may, and return how many that are; None where nothing limits them."""
    try:
        import resource
    except ImportError:  # not on Windows, where sockets do not count
        return None
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return None if soft == resource.RLIM_INFINITY else soft
