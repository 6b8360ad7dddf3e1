"""Nothing of one person or company reaches another: random worlds, served by the real code; 10,000 in benchmarks."""

from core.settings import Settings
from tests.integrations.slack.served_worlds import serve_worlds

WORLDS = 250


def test_in_random_worlds_nobody_reads_what_is_anothers(settings: Settings) -> None:
    result = serve_worlds(settings, range(WORLDS))
    assert result.leaks == []
    assert result.refused_colleagues == []
    # The worlds were such that something could leak.
    assert min(result.served, result.refused, result.read_shared) > WORLDS / 10
    assert result.read_private > WORLDS / 50
