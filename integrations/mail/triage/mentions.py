"""Whether a mail turns to its owner by name, itself or through a tool that passes on what somebody wrote. Pure."""

import re
from collections.abc import Iterator, Mapping
from itertools import chain, zip_longest

from core.text.asks import Wanted, called_in, find_wanted
from core.text.forms import ALPHABETIC
from core.text.lexicon import pattern_beside
from core.writing.grounded.third_people import asked_of_others as asked_in_text
from integrations.mail.message.addresses import Address
from integrations.mail.triage.program_text import mass_marks
from integrations.mail.triage.triage_input import TriageInput

_MAX_CHARS = 5_000
_TURNS_TO_ONE = {
    "greets_owner",
    "calls_owner",
    "names_owner",
    "mentioned",
    "relayed",
    "signed",
    "signed_by_anybody",
    "conversation",
}
# A site passes on what somebody wrote, and takes the answer by mail.
_RELAYED = pattern_beside(__file__, "relayed", r"(?<!\w)")
# Tools that keep issues, code and tickets say in a header or a last line why they wrote.
_MENTIONED = pattern_beside(__file__, "mentioned", r"(?<!\w)")
_REASON_FIELDS = ("x-github-reason", "x-gitlab-notificationreason")
_ASKING_REASONS = frozenset(
    {"mention", "mentioned", "directly_addressed", "review_requested", "assign", "assigned", "approval_requested"}
)
# A name that is turned to: "@Claire", "Claire, you said …", "Frau Bennett: …"; never what follows in an address.
_CALLED = re.compile(r"(?<![\w.%+-])[@~][\w.]{2,40}|[^\W\d_][\w'-]{1,25}(?=\s?[,:(\u2013-])")
_GREETING_CHARS = 40
# "Claire: how many …", in a mail that tells several people what each is to do.
_LINE_TO = re.compile(
    r"^\W{0,3}([^\W\d_][\w'-]{1,25}(?: (?-i:[A-Z\u00c0-\u00de])[\w'-]{1,25})?)\s?(?:--|[:,\u2013\u2014-])\s+(?=\S)",
    re.M,
)


def calls_owner(facts: TriageInput, asked: Wanted) -> bool:
    """Whether a sentence calls the owner by name and asks them ("@Claire, can you approve it?")."""
    names = name_words(facts.owner).union(*map(name_words, own_addresses(facts)))
    called = [called_in(sentence).casefold() for sentence in asked.all]
    if any(set(name.split()) & names for name in called if name):
        return True
    return bool(asked.all) and any(find_wanted(said).all for said in _said_to(facts.split.new_text[:_MAX_CHARS], names))


def _said_to(text: str, names: set[str]) -> Iterator[str]:
    """Yield what stands in lines that begin with one of these names, up to the next name or an empty line."""
    lines = [*_LINE_TO.finditer(text)]
    for line, after in zip_longest(lines, lines[1:]):
        if set(line[1].casefold().split()) <= names:
            yield text[line.start() : after.start() if after else None].partition("\n\n")[0]


def asked_of_others(facts: TriageInput, asked: Wanted) -> set[str]:
    """Return what is asked of others to whom the mail went, by name ("@Olaf: can you …"), and not of the owner."""
    own = name_words(facts.owner).union(*map(name_words, own_addresses(facts)))
    others = (person for person in (*facts.message.to, *facts.message.cc) if not facts.owner.owns(person))
    return asked_in_text(facts.split.new_text[:_MAX_CHARS], asked.all, {*chain(*map(name_words, others))} - own)


def names_owner(facts: TriageInput) -> bool:
    """Whether the owner is turned to by name: "@Claire" anywhere, "Claire, you said ..." behind the greeting."""
    names = name_words(facts.owner).union(*map(name_words, own_addresses(facts)))
    handles = _handles(facts.owner.name, names)
    return any(
        any(handle in re.sub(r"[\W_]", "", found[0].casefold()) for handle in handles)
        if found[0][0] in "@~"
        else found.start() >= _GREETING_CHARS and found[0].casefold() in names
        for found in _CALLED.finditer(facts.split.new_text[:_MAX_CHARS])
    )


def _handles(name: str, words: set[str]) -> set[str]:
    """Return what a handle of a person may hold: a longer word of their name, or it as one word ("bobray", "bray")."""
    shown = ALPHABETIC.findall(name.casefold())
    whole = {"".join(shown), f"{shown[0][0]}{shown[-1]}"} if len(shown) > 1 else set()
    return whole | {word for word in words if len(word) > 3}


def is_mentioned(facts: TriageInput) -> bool:
    """Whether a tool says that it wrote because somebody mentioned the owner, or asks them."""
    message = facts.message
    if any(message.header(name).strip().lower() in _ASKING_REASONS for name in _REASON_FIELDS):
        return True
    below = f"{facts.split.new_text[-_MAX_CHARS:]}\n{facts.split.signature}"
    return _MENTIONED.search(f"{message.subject}\n{below}") is not None


def is_relayed(facts: TriageInput) -> bool:
    """Whether a site says that it passes on what somebody wrote."""
    return _RELAYED.search(facts.split.new_text[:_MAX_CHARS]) is not None


def passes_on_question(facts: TriageInput, asked: Wanted) -> bool:
    """Whether a tool or a site passes on what a person asks the owner: then it is judged by what the person wrote."""
    if not asked.all and "?" not in facts.split.new_text[:_MAX_CHARS]:
        return False
    text = f"{facts.split.new_text}\n{facts.split.signature}"
    return (is_mentioned(facts) and names_owner(facts)) or (is_relayed(facts) and not mass_marks(text))


def name_words(address: Address) -> set[str]:
    """Return the words of a person's name and address, in lower case."""
    return set(re.findall(r"[^\W\d_]{2,}", f"{address.name} {address.local_part}".lower()))


def own_addresses(facts: TriageInput) -> tuple[Address, ...]:
    """Return the owner's addresses that a mail was sent to."""
    return tuple(address for address in (*facts.message.to, *facts.message.cc) if facts.owner.owns(address))


def goes_to_subscribers(facts: TriageInput, signs: Mapping[str, float]) -> bool:
    """Whether it went to those who subscribed to a list, and nothing in it tells of a person who turns to one."""
    has_fields = all(facts.message.has_header(name) for name in ("list-id", "list-unsubscribe"))
    return has_fields and not _TURNS_TO_ONE & signs.keys()
