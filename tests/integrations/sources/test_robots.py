"""Which paths a site allows, by the rules of RFC 9309."""

import pytest

from integrations.sources.robots import NOTHING, read_robots

TEXT = """
# for everybody
User-agent: *
Disallow: /private/
Allow: /private/open
Disallow: /*.pdf$
Crawl-delay: 2.5

User-agent: other
User-Agent: Inlaid   # us
Disallow: /drafts
Allow: /
Disallow:

User-agent: inlaid
Disallow: /late
"""


@pytest.mark.parametrize(
    ("path", "is_allowed"),
    [("/", True), ("/private/a", False), ("/private/open/a", True), ("/a.pdf", False), ("/a.pdf?x", True)],
)
def test_the_longest_rule_counts(path: str, is_allowed: bool) -> None:
    assert read_robots(TEXT, "stranger").allows(path) is is_allowed


@pytest.mark.parametrize(
    ("path", "is_allowed"), [("/private/a", True), ("/drafts/a", False), ("/late", False), ("/%64rafts", False)]
)
def test_groups_that_name_the_robot_replace_those_for_all(path: str, is_allowed: bool) -> None:
    assert read_robots(TEXT, "inlaid").allows(path) is is_allowed


def test_the_wanted_pause_is_told_within_a_bound() -> None:
    assert read_robots(TEXT, "stranger").delay_seconds == 2.5
    assert read_robots("User-agent: *\nCrawl-delay: 86400", "inlaid").delay_seconds == 30
    assert read_robots("User-agent: *\nCrawl-delay: soon", "inlaid").delay_seconds == 0


PATTERNS = [
    ("/a*b*c", "/axbxc", True), ("/a*b*c", "/acb", False), ("/a*", "/a", True), ("/a$", "/a", True),
    ("/a$", "/ab", False), ("/a*b$", "/axbxb", True), ("/ab*b$", "/ab", False), ("*", "/x", True),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "path", "fits"), PATTERNS)
def test_patterns_fit_as_the_standard_says(pattern: str, path: str, fits: bool) -> None:
    assert read_robots(f"User-agent: *\nDisallow: {pattern}", "inlaid").allows(path) is not fits


def test_an_allowance_wins_a_tie_and_an_empty_file_allows_all() -> None:
    assert read_robots("User-agent: *\nDisallow: /a\nAllow: /a", "inlaid").allows("/a")
    assert read_robots("", "inlaid").allows("/a")
    assert not NOTHING.allows("/a")
