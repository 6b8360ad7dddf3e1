"""A fake Microsoft 365: Entra and Graph over real TLS on loopback, strict about what is documented.

```python
with FakeMicrosoft() as microsoft:
    bob = microsoft.person("bob@example.org", "Bob Ray")
    microsoft.environment()                  # INLAID_MICROSOFT_* and SSL_CERT_FILE, for a process or monkeypatch
    microsoft.app.redirect_uris.add("http://127.0.0.1:8000/graph/signed-in")
    page = bob.signs_in(link)                # through the consent page and back, as a browser
    microsoft.app.application.add("Mail.ReadWrite")              # an administrator grants it to the app itself
    microsoft.reach = {"bob@example.org"}                        # an access policy: only these mailboxes
    assertion = microsoft.entra.tokens.for_api(bob)              # what a pane sends to our API, for on-behalf-of
```

Mail: `box = microsoft.mailbox(bob)`; `box.receive(mime)` lets a mail arrive and notifies whoever subscribed;
`box.drafts`, `box.edits(draft, text)`, `box.sends(draft)`, `box.discards(draft)`, `box.begins_reply(mail)`,
`box.has_answered(mail)`, `box.is_full`, `mail.refuses_mime`, `del box.folders["drafts"]`. Notices go out at once;
`microsoft.outbox.hold()` and `.release()`, `.storm = Storm(lost=0.2, doubled=0.3, is_shuffled=True)`, `.deliveries`,
`.retry()`; `tell_lifecycle(microsoft.subscriptions[0], "missed")`; `microsoft.rounds.forget()` makes delta links 410.

Bad days: `microsoft.faults.add("POST */createReply", AnswerLost())` (or `Reset()`, `Garbled()`, `Refused(503)`,
`THROTTLED`), `bob.withdraws_consent()`, `bob.changes_password()`, `bob.must_prove_more(claims)`,
`microsoft.keys.rotate()`, `microsoft.clock.advance(seconds)` for the life of tokens, codes and subscriptions.

What happened: `microsoft.ledger.requests`, `.find("PATCH */messages/*")`, `.refusals`, and `.sends`: attempts to send
mail, which must stay empty.

Another part of Graph adds its routes in `service.py`; `wire.py` shows how, `profiles.py` is the shortest example.

Where no page confirms a behaviour the fake takes the harder one, and the docstring there says UNCONFIRMED.
"""

from tests.fakes.microsoft.faults import THROTTLED, AnswerLost, Garbled, Refused, Reset
from tests.fakes.microsoft.outbox import Storm
from tests.fakes.microsoft.people import Person
from tests.fakes.microsoft.service import FakeMicrosoft
from tests.fakes.microsoft.subscriptions import tell_lifecycle

__all__ = [
    "THROTTLED",
    "AnswerLost",
    "FakeMicrosoft",
    "Garbled",
    "Person",
    "Refused",
    "Reset",
    "Storm",
    "tell_lifecycle",
]
