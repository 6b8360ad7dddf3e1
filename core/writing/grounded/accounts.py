"""Accounts to pay to that a message gives and nothing before it holds: by them money is lost that nobody gets back.

Who pays checks such an account first, by a number that is known and does not stand in the message.
"""

from core.drafts import Gap
from core.text.facts import extract_facts
from core.text.forms import IBAN, digits_of
from core.text.language import detect_language
from core.text.lexicon import whole
from core.text.sentences import split_sentences, unwrap
from core.writing.checks import Grounds
from core.writing.checks.injection import bare
from core.writing.grounded.asked import Asking
from core.writing.grounded.forwarded import forwarded_mail
from core.writing.grounded.hints import open_others
from core.writing.grounded.occasions import pays, words_of
from core.writing.grounded.threads import ThreadPeople, messages_of, without_closing

_MIN_DIGITS = 7


def look_at_accounts(grounds: Grounds, safe: Grounds, asking: Asking) -> list[Gap]:
    """Return the gap that shows the accounts which a message gives and nothing written before, or known, holds.

    Args:
        grounds: of the reply.
        safe: the same with only what the sender of the message says in it.
        asking: how the message asks.
    """
    below, thread = forwarded_mail(grounds, safe), safe.values.get("thread", "")
    sender = safe.values.get("sender_name", "")
    if below:
        people = ThreadPeople(safe.values.get("owner_name", ""), sender)
        thread = "\n".join(mail.text for mail in messages_of(thread, people) if mail != below)
    known = bare(f"{thread}\n{safe.values.get('passages', '')}")
    said = without_closing(safe.source, sender)
    texts = [(asking.language, said), *([(detect_language(below.text), below.text)] if below else [])]
    lines = (line for language, text in texts for line in _giving(text, language, known))
    return open_others([*dict.fromkeys(lines)], asking, "new_account")


def _giving(text: str, language: str, known: str) -> list[str]:
    """Return the sentences of a text about paying that give an account which is not known."""
    if not pays(language, text):
        return []
    account = whole(words_of(language)["account"])
    return [
        line
        for line in map(unwrap, split_sentences(text))
        if any(bare(number) not in known for number in _numbers(line, is_account=bool(account.search(line))))
    ]


def _numbers(line: str, *, is_account: bool) -> list[str]:
    found = [match[0] for match in IBAN.finditer(line)]
    ids = (fact.text for fact in extract_facts(line).items if fact.kind == "id")
    return [*found, *(number for number in ids if is_account and len(digits_of(number)) >= _MIN_DIGITS)]
