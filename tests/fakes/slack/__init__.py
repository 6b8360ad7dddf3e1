"""A fake Slack on loopback, for the real slack_sdk and slack_bolt.

It enforces the limits that Slack documents, so that a wrong payload fails here as it would fail there, and it
remembers every call and everything that became visible, and to whom. In a test:

```python
def test_summary(slack: FakeSlack) -> None:
    acme = slack.workspace("Acme")                           # the app is installed: acme.bot_token, acme.bot
    ada, grace = acme.person("Ada Lovelace"), acme.person("Grace Hopper", is_restricted=True)
    general = acme.channel("general", ada, grace)            # kind="private", app_in=False, archived=True ...
    root = ada.writes("Shall we ship?", general)             # seeds a message, sends nothing to the app

    client = WebClient(acme.bot_token, base_url=slack.api_url)
    slack.connect("http://127.0.0.1:8000/slack/events")      # or a function (body, headers) -> (status, headers, body)
                                                             # or slack.connect_socket_mode()
    ack = ada.slash("/draft", "a note", channel=general)     # signed, with trigger_id and response_url
    assert ack.ok and ack.seconds < 0.1                      # ack.trouble, ack.status, ack.json, ack.text
    slack.ledger.wait_until(lambda: ada.sees(general)[-1].only_for == ada.id)
    ada.click(ada.sees(general)[-1], "post")                 # any element, by its action_id
    assert len(slack.ledger.answers(channel=general.id)) == 2
    assert not slack.ledger.answers(to=grace.id, via="chat.postEphemeral")
    assert slack.ledger.refusals == []                       # nothing the app sent was refused
```

In this process, Bolt is connected like this:

```python
def handler(body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
    response = app.dispatch(BoltRequest(body=body.decode(), headers=headers))
    return response.status, {name: values[0] for name, values in response.headers.items()}, response.body.encode()
```

What people do, each on a `Person`:
    slash, shortcut(callback_id, message?), click(message or view, action_id, value?), suggest, submit(values),
    cancel, opens_home(tab), mentions_app, writes_to_app, opens_assistant, changes_context, looks_at, stops(message).
    Acts return an `Ack`; events return an `EventDelivery` with `run_retries()` and `send()` for another delivery.
    `installs(url)` goes through the app's OAuth pages.

What they see: `sees(channel, thread_ts)`, `modal`, `home`, `status_line`, `was_shown()`; ephemerals end by `reloads()`.
What became visible: `slack.ledger.shown`, each with `kind`, `shown_to`, `via`, `words`, `broadcasts`, `mentions`,
`links`; `slack.ledger.answers(to=, channel=, via=)` are the app's new messages among them.

A `Workspace` also has `messages(channel)`, `dm(person)`, `install(scopes, org_wide=True)`, `revoke_tokens()`,
`user_token(person, scopes)`, `config_grant(person)`, `uninstall()`, `limits_events()` and `event({...})` for an event
that has no act here.

Duplicates and attacks: `slack.deliver_again(ack)` sends the same payload with a new signature, `slack.replay(ack)`
the very same bytes and headers; `with slack.signatures.forged():` (or `tampered`, `stale(301)`, `missing`, `garbled`).

Bad days: `slack.faults.add("chat.postMessage", AnswerLost())` (or `Reset`, `Status(503)`, `Slow(0.2)`,
`Error("fatal_error")`; the method may be a pattern, `response_url` or `upload`), `with slack.down():`,
`slack.faults.go_down(seconds)`, `slack.refuse_connections()` and `slack.listen()`, `slack.rate_limits.enforced = True`.
`AnswerLost` and `Reset` end the connection, which slack_sdk's default handler answers with one more try.

Time: `slack.clock.advance(seconds)` and `slack.clock.freeze()` rule over trigger ids (3 s), response URLs (30 min),
streams (5 min), status lines (2 min), tokens (12 h), rate limits and outages. Signatures carry real time.

The app's configuration is `slack.app` (an `AppSettings`): secrets, scopes, events, `pane` ("agent" or "assistant"),
`token_rotation`, `outside_marketplace`, tabs. Events follow only if `slack.app.events` names them. What Slack would
send because of the app's own calls waits in `slack.outbox.flush()`.

Loud refusals: `slack.ledger.refusals` and `Ack.trouble` tell what Slack did not take. An error that has no rule here
(`edit_window_closed`, `message_limit_exceeded` ...) comes by `slack.faults.add(method, Error("..."))`.

Where no page confirms a behaviour the fake takes the harder one, and the docstring there says UNCONFIRMED.
"""

from tests.fakes.slack.faults import AnswerLost, Error, Reset, Slow, Status
from tests.fakes.slack.service import FakeSlack

__all__ = ["AnswerLost", "Error", "FakeSlack", "Reset", "Slow", "Status"]
