"""A process may have as many files open as the system lets it."""

import resource

from core.system.open_files import raise_file_limit


def test_the_limit_is_raised_to_what_is_allowed() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(256, before[1]), before[1]))
        assert raise_file_limit() in (before[1], None)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
