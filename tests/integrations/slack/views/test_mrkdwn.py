"""Markdown becomes mrkdwn, and nothing that a model or a message says can act in Slack."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.slack.views.mrkdwn import (
    escape,
    find_urls,
    inert_markdown,
    link,
    mentioned_users,
    plain_text,
    to_mrkdwn,
)


@pytest.mark.parametrize(
    ("markdown", "mrkdwn"),
    [
        ("# A title", "*A title*"),
        ("**bold** and *slanted* and ~~gone~~", "*bold* and _slanted_ and ~gone~"),
        ("use `a < b`", "use `a &lt; b`"),
        ("```python\nif a < b:\n    go()\n```", "```\nif a &lt; b:\n    go()\n```"),
        ("- one\n- two\n  - three", "• one\n• two\n    • three"),
        ("3. three\n4. four", "3. three\n4. four"),
        ("- one\n\n  more\n- two", "• one\n  more\n• two"),
        ("> said\n> so", "> said\n> so"),
        ("a\n\nb", "a\n\nb"),
        ("---", "———"),
        ("| a | b |\n|---|---|\n| 1 | two |", "```\na  b\n-  ---\n1  two\n```"),
        ("2 < 3 & 4 > 1", "2 &lt; 3 &amp; 4 &gt; 1"),
        ("AT&amp;T", "AT&amp;amp;T"),
        ("![a picture](https://x.example/p.png)", "a picture"),
        ("<b>html</b>", "&lt;b&gt;html&lt;/b&gt;"),
        ("[[Which day?]]", "[[Which day?]]"),
        ("", ""),
    ],
)
def test_markdown_is_written_as_mrkdwn(markdown: str, mrkdwn: str) -> None:
    assert to_mrkdwn(markdown) == mrkdwn


@pytest.mark.parametrize(
    ("markdown", "mrkdwn"),
    [
        ("[here](https://a.example/x)", "here (`https://a.example/x`)"),
        ("see https://a.example/x.", "see `https://a.example/x`."),
        ("<https://a.example/x>", "`https://a.example/x`"),
        ("[ref][1]\n\n[1]: https://a.example/x", "ref (`https://a.example/x`)"),
        ("[a|b>](https://ok.example/y)", "<https://ok.example/y|a¦b&gt;>"),
        ("https://ok.example/y", "<https://ok.example/y|https://ok.example/y>"),
        ("https://ok.example/y?q=1", "`https://ok.example/y?q=1`"),
    ],
)
def test_only_allowed_addresses_can_be_clicked(markdown: str, mrkdwn: str) -> None:
    assert to_mrkdwn(markdown, allowed_urls={"https://ok.example/y"}) == mrkdwn


HOSTILE = st.lists(
    st.one_of(
        st.sampled_from(
            ["<!channel>", "<@U123>", "<#C1|x>", "@channel", "@here", "@everyone", "<https://e.example|x>", "[a](b:c)",
             "```", "`", "\n", "- ", "> ", "|", "**", "<!date^1^x|y>", "&lt;!here&gt;", "\u202e", "\u200b", "![", "]("]
        ),
        st.text(max_size=8),
    ),
    max_size=12,
).map("".join)  # fmt: skip


@given(HOSTILE)
def test_no_text_can_mention_link_or_hide(text: str) -> None:
    for written in (to_mrkdwn(text), escape(text)):
        assert re.search(r"<[!@#a-z]", written) is None
        assert re.search(r"@(channel|here|everyone)\b", written, re.IGNORECASE) is None
        assert "\u202e" not in written


@given(HOSTILE)
def test_what_streams_cannot_mention_or_link(text: str) -> None:
    written = inert_markdown(text)
    assert re.search(r"<[!@#a-zA-Z]", written) is None
    assert re.search(r"@(channel|here|everyone)\b", written, re.IGNORECASE) is None
    assert find_urls(written) == frozenset()


def test_a_link_of_ours_cannot_be_broken_out_of() -> None:
    assert link("https://a.example/x|y>z", "a|b>c") == "<https://a.example/x%7Cy%3Ez|a¦b&gt;c>"


def test_a_message_reads_as_people_see_it() -> None:
    message = "<@U1> see <#C1|general>, <!here>: <https://a.example|the page> or <mailto:x@y.example|x@y.example> &lt;3"
    expected = "@Ada see #general, @here: the page (https://a.example) or x@y.example <3"
    assert plain_text(message, {"U1": "Ada"}) == expected


def test_unknown_people_are_somebody() -> None:
    assert plain_text("<@U9> said", {}) == "@somebody said"


def test_mentions_are_found_once_in_order() -> None:
    assert mentioned_users("<@U2> and <@U1|ada> and <@U2>") == ("U2", "U1")


def test_nothing_takes_long() -> None:
    for text in ("[" * 5000, "*" * 5000, "> " * 3000, "<" * 20000, "- " * 3000, "https://" * 2000, "`" * 5000):
        to_mrkdwn(text)
        inert_markdown(text)
