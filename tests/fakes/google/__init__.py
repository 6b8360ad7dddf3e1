"""A strict fake of what Google offers for Gmail: the sign-in by OAuth 2.0 and the Gmail API, over TLS.

What a request may look like is read from Google's own description of the API, which comes with its Python library: an
unknown parameter, a wrong value or a missing scope is refused as Google refuses it. What it does not offer on purpose
is sending: an attempt is refused and stands in `ledger.sends`.
"""

from tests.fakes.google.faults import OVER_QUOTA, Refused
from tests.fakes.google.mailboxes import Mailbox, Stored
from tests.fakes.google.service import FakeGoogle, Person
from tests.fakes.microsoft.faults import AnswerLost, Garbled, Reset

__all__ = ["OVER_QUOTA", "AnswerLost", "FakeGoogle", "Garbled", "Mailbox", "Person", "Refused", "Reset", "Stored"]
