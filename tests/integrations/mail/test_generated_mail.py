"""Mails made by a grammar: whatever they claim of themselves they become a message or a named error, soon."""

import time

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import MessageError
from integrations.mail.message.message import MailMessage, parse_message
from integrations.mail.message.mime import has_control_characters
from integrations.mail.triage.decide import decide
from tests.hostile import EXAMPLES
from tests.integrations.mail.generated import Sound, mails, sound_mails

MAX_SECONDS = 2.0
hostile = settings(
    max_examples=EXAMPLES or 120,
    deadline=None,
    database=None,
    derandomize=not EXAMPLES,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


def require_clean(message: MailMessage) -> None:
    """Fail when a field holds what no screen, log or header can bear."""
    names = [message.sender.name, message.sender.address, *(attachment.name for attachment in message.attachments)]
    people = [text for one in (*message.to, *message.cc, *message.reply_to) for text in (one.name, one.address)]
    for text in (message.subject, message.message_id, *message.references, *names, *people):
        assert not has_control_characters(text), repr(text)
    message.model_dump_json().encode()


@hostile
@given(st.one_of(mails(), mails().map(lambda data: data.replace(b"\r\n", b"\n"))))
def test_a_mail_of_any_form_becomes_a_message_or_a_message_error_soon(data: bytes) -> None:
    began = time.thread_time()
    try:
        message = parse_message(data)
    except MessageError as refusal:
        # The fix is part of the promise; `pytest.raises` would demand that every such mail is refused.
        assert refusal.fix  # noqa: PT017
        return
    assert decide(message).reason
    assert time.thread_time() - began < MAX_SECONDS
    require_clean(message)


@hostile
@given(sound_mails())
def test_what_a_mail_says_is_read_wherever_it_stands_and_however_it_is_encoded(sound: Sound) -> None:
    message = parse_message(sound.data)
    assert sound.text in message.text
    assert message.sender.address == "ann@example.com"
