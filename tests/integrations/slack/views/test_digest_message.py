"""A digest as Slack shows it: within its limits, and nothing in it is what it is not."""

from core.signals.digest import MAX_TOLD, DigestSignal, SignalDigest
from core.signals.model import Scan, Signal, SignalQuote
from core.text.catalogues import speaking
from integrations.slack.views.digest_message import digest_message
from tests.fakes.slack.blocks import faults_in_message

SCAN = Scan("scan", "T1", "U1", "Weekly", ("source",), zone="Europe/Berlin")
AT = 1_795_000_000.0


def told(number: int, text: str, link: str = "https://example.com/minutes", kind: str = "risk") -> DigestSignal:
    quote = SignalQuote(text, "Minutes", link, "Kim", "", AT)
    signal = Signal(
        id=f"s{number}", scan_id="scan", kind=kind, text=text, state="open", severity=1 + number % 3, reasons=(),
        why="", owner="", count=1, items=1, first_at=AT, last_at=AT, rank=1.0, quotes=(quote,),
    )  # fmt: skip
    return DigestSignal(signal, "new", 1)


def test_a_long_digest_stays_within_the_limits_of_a_message() -> None:
    many = [told(number, "word " * 2_000) for number in range(80)]
    message = digest_message(
        SignalDigest(SCAN, AT, AT - 7 * 86_400, many, [one.signal for one in many]), notes=["Why."]
    )
    assert faults_in_message(message.blocks) == []
    assert len(message.blocks) <= 2 + 2 * MAX_TOLD
    assert f"And {80 - MAX_TOLD} more: inlaid signals list" in repr(message.blocks)
    assert message.text == "Weekly: 80 new, 80 without news since 11 November 2026."


def test_what_people_wrote_is_no_mention_and_no_link_of_slack() -> None:
    hostile = "<!channel> see <https://evil.example|the minutes> & *act* <@U2>"
    message = digest_message(SignalDigest(SCAN, AT, None, [told(1, hostile, "file:///etc/passwd", kind="<!here>")], []))
    shown = repr(message.blocks)
    assert "<!channel>" not in shown
    assert "<!here>" not in shown
    assert "<https://evil" not in shown
    assert "<@U2>" not in shown
    assert "file:///" not in shown


def test_nothing_new_is_one_line() -> None:
    message = digest_message(SignalDigest(SCAN, AT, AT - 7 * 86_400, [], [told(1, "The boiler may fail.").signal]))
    assert len(message.blocks) == 1
    assert message.text == "Weekly: nothing new since 11 November 2026."


def test_the_title_of_one_thread_is_said_once_and_each_place_stays_linked() -> None:
    links = [f"https://example.com/{number}" for number in range(3)]
    signals = [told(number, f"Leak {number} is open.", link) for number, link in enumerate(links)]
    shown = repr(digest_message(SignalDigest(SCAN, AT, None, signals, [])).blocks)
    assert shown.count("Minutes") == 1
    assert all(link in shown for link in links)


def test_a_page_is_linked_where_there_is_one() -> None:
    digest = SignalDigest(SCAN, AT, None, [told(1, "The boiler may fail.")], [])
    assert "<https://inlaid.example/console/signals|" in repr(
        digest_message(digest, address="https://inlaid.example/console/signals").blocks
    )
    assert "<https://example.com/minutes|Minutes>" in repr(digest_message(digest).blocks)


def test_all_of_it_is_in_the_language_of_its_reader() -> None:
    quiet = [told(number, f"Leak {number} is open.").signal for number in range(5)]
    grown = DigestSignal(told(2, "The boiler may fail.").signal, "grown", 3)
    many = [told(1, "The lift may stop.", kind="idea"), grown, *(told(number, "More.") for number in range(3, 12))]
    with speaking("de"):
        message = digest_message(
            SignalDigest(SCAN, AT, AT - 7 * 86_400, many, quiet), address="https://inlaid.example/console/signals"
        )
    first, second = (block["text"]["text"].splitlines()[0] for block in (message.blocks[1], message.blocks[3]))
    assert first == ":large_orange_circle: *Idee* · mittel · neu · 1 Stelle"
    assert second == ":red_circle: *Risiko* · hoch · häufiger · 1 Stelle, 3 davon neu"
    below = message.blocks[-1]["elements"][0]["text"].splitlines()
    assert below == [
        "Und 6 weitere.",
        "Ohne Neuigkeiten: Leak 0 is open; Leak 1 is open; Leak 2 is open; und 2 weitere.",
        "<https://inlaid.example/console/signals|Alles ansehen und entscheiden>",
    ]
