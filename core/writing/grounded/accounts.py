"""Accounts to pay to that a message gives or tells of and nothing before it holds: by them money is lost for good.

Who pays checks such an account first, by a number that is known and does not stand in the message. Whose customer
tells of a new account of theirs has mostly been forged: beside it stands what they wrote of their account before.
"""

from collections.abc import Iterator, Mapping

from core.drafts import Gap
from core.text.facts import extract_facts
from core.text.forms import IBAN, digits_of
from core.text.language import detect_language
from core.text.lexicon import WORD_BEGINS, either, whole
from core.text.sentences import split_sentences, unwrap
from core.writing.checks import Grounds
from core.writing.checks.injection import bare
from core.writing.grounded.asked import Asking
from core.writing.grounded.forwarded import forwarded_mail
from core.writing.grounded.hints import open_others
from core.writing.grounded.lines import Line
from core.writing.grounded.occasions import is_negated, pays, words_of
from core.writing.grounded.questions import with_words
from core.writing.grounded.threads import ThreadPeople, messages_of, without_closing

_MIN_DIGITS = 7
# "One that ends in 882"
_MIN_END_DIGITS, _MAX_OWN = 3, 2


def look_at_accounts(grounds: Grounds, safe: Grounds, asking: Asking) -> list[Gap]:
    """Return the gap that shows the accounts which a message gives and nothing written before, or known, holds.

    So it does those that a message only calls new or others, with what the owner wrote of theirs before.

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
    own = [*_own_lines(safe.values)]
    is_announced = any(
        _tells_new(line.sentence, line.language, is_paid=pays(line.language, line.sentence))
        and not is_negated(line.language, line.sentence)
        for line in own
    )
    lines = [line for language, text in texts for line in _giving(text, language, known, is_announced=is_announced)]
    found = open_others([*dict.fromkeys(lines)], asking, "new_account")
    return [*found[:-1], *(with_words(gap, own[-_MAX_OWN:], asking) if own else gap for gap in found[-1:])]


def _own_lines(values: Mapping[str, str]) -> Iterator[Line]:
    """Yield the sentences of the thread in which the owner told of an account to pay to."""
    people = ThreadPeople(values.get("owner_name", ""), values.get("sender_name", ""))
    for mail in messages_of(values.get("thread", ""), people):
        if people.role_of(mail.who) == "owner":
            language = detect_language(mail.text)
            account = whole(words_of(language)["account"])
            told = (line for line in map(unwrap, split_sentences(mail.text)) if account.search(line))
            yield from (Line("owner", mail.who, mail.date, language=language, sentence=line) for line in told)


def _giving(text: str, language: str, known: str, *, is_announced: bool) -> list[str]:
    """Return the sentences of a text that give or tell of an account which is not known.

    Who was told of a new account by the owner knows it, as long as no other digits stand there.
    """
    account, is_paid = whole(words_of(language)["account"]), pays(language, text)
    found = list[str]()
    for line in map(unwrap, split_sentences(text)):
        numbers = _numbers(line, is_account=bool(account.search(line)))
        is_new = any(bare(number) not in known for number in numbers)
        # An IBAN is there to be paid to, whatever the rest says.
        is_given = any(bare(match[0]) not in known for match in IBAN.finditer(line))
        is_known = (numbers and not is_new) or (is_announced and _has_only_known(line, known))
        if is_given or (is_paid and is_new) or (_tells_new(line, language, is_paid=is_paid) and not is_known):
            found.append(line)
    return found


def _tells_new(line: str, language: str, *, is_paid: bool) -> bool:
    """Tell whether a line speaks of a bank account that is new, or, where a text is about paying, another."""
    names = ["new_account", *(["other_account"] if is_paid else [])]
    return (
        either([pattern for name in names for pattern in words_of(language)[name]], WORD_BEGINS).search(line)
        is not None
    )


def _has_only_known(line: str, known: str) -> bool:
    ends = (word.strip(".,;:()") for word in line.split())
    return all(end in known for end in ends if end.isdigit() and len(end) >= _MIN_END_DIGITS)


def _numbers(line: str, *, is_account: bool) -> list[str]:
    found = [match[0] for match in IBAN.finditer(line)]
    ids = (fact.text for fact in extract_facts(line).items if fact.kind == "id")
    return [*found, *(number for number in ids if is_account and len(digits_of(number)) >= _MIN_DIGITS)]
