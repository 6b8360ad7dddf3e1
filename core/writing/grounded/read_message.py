"""What a message asks of its reader, and what else of it is shown."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from core.text.asks import is_question, kind_of
from core.text.called import short_name, signed_address
from core.text.forms import BETWEEN_MAILS
from core.text.language import detect_language
from core.text.lexicon import whole
from core.text.salutations import (
    Address,
    address_of,
    clean_name,
    first_name,
)
from core.text.sentences import split_sentences, unwrap
from core.writing.checks import Grounds
from core.writing.grounded.asked import (
    Asking,
    greets_familiarly,
    is_relative,
    things_asked,
    with_joined_apart,
    with_questions_apart,
    without_parts,
)
from core.writing.grounded.later import written_later
from core.writing.grounded.occasions import (
    blames,
    objects,
    occasion_of,
)
from core.writing.grounded.offered import drops_a_day, offered_dates, offers_listed
from core.writing.grounded.rows import with_tables_apart
from core.writing.grounded.signals import concerns_safety
from core.writing.grounded.third_people import asked_of_others, third_people
from core.writing.grounded.threads import ThreadPeople, messages_of, without_closing, without_salutation
from core.writing.result import PlanOptions
from core.writing.roles.mails import (
    CALLED,
    CONFIDENCE,
    DANGER,
    ONLY_COURTEOUS,
    SURE_ALERT,
    SURE_UNSAID,
    SURELY_DANGEROUS,
    MailReading,
    read_mail,
)

_MIN_WORDS = 4
# Of a long thread the newest mails of others are read for dangers and for what they told in confidence.
_MAX_OTHERS, _MAX_OTHER_CHARS = 6, 2_000


class Read(NamedTuple):
    """What a message says, asks, and what is to be seen first; whether it is no more than a courtesy, and was read.

    `called` are the alerts that are called so, `perhaps` may tell a danger; `before` is what of the thread is to be
    seen first, by the name of its wording: dangers, what third people told in confidence, which the sender need not
    know, and what was written since.
    """

    source: str
    wanted: list[str]
    alerts: list[str]
    called: list[str]
    perhaps: list[str]
    before: Sequence[tuple[str, list[str]]]
    is_courtesy: bool
    is_read: bool


def read_message(safe: Grounds, asking: Asking, options: PlanOptions) -> Read:
    """Return what a message says without greeting and closing, and what it asks, without what is asked of others."""
    sender, owner = (safe.values.get(f"{who}_name", "") for who in ("sender", "owner"))
    mails = (without_salutation(without_closing(mail, sender), owner) for mail in safe.source.split(BETWEEN_MAILS))
    source = with_questions_apart(with_tables_apart(BETWEEN_MAILS.join(mails)))
    mail = read_mail(source, asking.language, options.embedder)
    # What is dangerous or wished was learnt of whole sentences.
    source = with_joined_apart(source, asking.language)
    said = (
        with_joined_apart(unwrap(line.raw), asking.language) for line in mail.sentences if line.wants >= SURE_UNSAID
    )
    wishes = [unwrap(wish) for wishes in said for wish in split_sentences(wishes)]
    wishes = [wish for wish in wishes if len(wish.split()) >= _MIN_WORDS]
    alerts = mail.alerts()
    is_courtesy = mail.courtesy >= ONLY_COURTEOUS and not (
        alerts or things_asked(source, asking) or blames(asking.language, source)
    )
    if is_courtesy:
        # Who only thanks or tells good news, and asks nothing, wants nothing either.
        wishes = [wish for wish in wishes if is_question(wish) or kind_of(wish) == "request"]
    wanted = without_parts(things_asked(source, asking, wishes))
    of_others = asked_of_others(source, wanted, third_people(safe.values))
    wanted = [line for line in wanted if line not in of_others]
    later = ("written_later", written_later(safe.values, safe.source))
    perhaps, before = mail.perhaps_dangerous, (*_before(safe, options), later)
    return Read(source, wanted, alerts, mail.alerts(limits=CALLED), perhaps, before, is_courtesy, bool(mail.sentences))


def _before(safe: Grounds, options: PlanOptions) -> tuple[tuple[str, list[str]], ...]:
    """Return the dangers that others told in the thread, and what third people told in confidence, behind their names.

    What is both is told as a danger.
    """
    thread = safe.values.get("thread", "")
    people, language = _people(safe.values), detect_language(thread)
    dangers, confided = list[str](), list[str]()
    written = [(people.role_of(mail.who), mail) for mail in messages_of(thread, people)]
    seen = max((at for at, (role, _) in enumerate(written) if role == "owner"), default=-1)
    others = [(at, role, mail) for at, (role, mail) in enumerate(written) if role != "owner"]
    for at, role, mail in others[-_MAX_OTHERS:]:
        read = read_mail(mail.text[:_MAX_OTHER_CHARS], language, options.embedder, asks_reader=False)
        # What the owner has answered since was seen.
        grave = _grave(mail.text, language, read, SURE_ALERT if at < seen and role == "sender" else SURELY_DANGEROUS)
        secret = read.alerts({CONFIDENCE}) if role == "other" else []
        name = f"{mail.who}: " if mail.who else ""
        dangers += [f"{name}{line}" for line in grave]
        confided += [f"{name}{' '.join(kept)}"] if (kept := [line for line in secret if line not in grave]) else []
    return ("look_first_thread", dangers), ("confided", confided)


def _grave(text: str, language: str, read: MailReading, least: float) -> list[str]:
    """Return the sentences of an earlier mail that surely tell a danger: by meaning, without the model by words."""
    if read.sentences:
        return [unwrap(line.raw) for line in read.sentences if line.alerts[DANGER] >= least]
    told = (unwrap(line) for line in split_sentences(text[:_MAX_OTHER_CHARS]) if not is_question(line))
    return [line for line in told if concerns_safety(line, language)]


def asking_of(grounds: Grounds, safe: Grounds, language: str) -> Asking:
    """Return how a message asks; `safe` are its grounds without what instructs a model and what others say in it."""
    values = grounds.values
    greeted = values.get("greeting") or values.get("usual_greeting", "")
    name = values.get("sender_name", "")
    address: Address = next(filter(None, (address_of(language, text) for text in (safe.source, greeted))), "")
    called = ((safe.source, first_name(values.get("owner_name", ""))), (greeted, short_name(name, safe.source)))
    if not address and any(greets_familiarly(text, given, Asking(language)) for text, given in called):
        address = "familiar"
    address = address or signed_address(language, name, safe.source) or address_of(language, values.get("thread", ""))
    occasion = occasion_of(language, safe.values.get("subject", ""), safe.source)
    shown = clean_name(name).partition(", ")[0] if address == "formal" else short_name(name, safe.source)
    # Who withholds a payment is offered no word of paying.
    is_disputed = occasion == "reminder" and any(
        objects(language, text) for text in _written_by({"owner"}, safe.values)
    )
    occasion = "complaint" if is_disputed else occasion
    is_first = not safe.values.get("thread")
    asking = Asking(language, address, occasion, sender=shown, is_disputed=is_disputed, is_first=is_first)
    asking = replace(asking, is_sad=asking.tells_ill(unwrap(safe.source)))
    source = "" if drops_a_day(safe.source, asking.words) else safe.source
    offers = (offered_dates(sentence, asking.words) for sentence in split_sentences(source))
    listed = offers_listed(safe.source, asking).dates
    # "Today or tomorrow" is another day for who reads it later.
    fixed = (dates for dates in offers if len(dates) > 1 and not any(is_relative(date, asking) for date in dates))
    inline = next((dates for dates in fixed if not any(map(str.isdigit, dates))), ())
    never = whole([asking.words["never"]])
    others = _written_by({"owner", "other"}, safe.values)
    refused = (line for text in others for line in split_sentences(text) if never.search(line))
    asking = replace(asking, refused=tuple(refused))
    return replace(asking, offered=listed or inline, listed=listed, source=without_closing(safe.source, name))


def _written_by(roles: Collection[str], values: Mapping[str, str]) -> list[str]:
    """Return what people of some roles wrote in the thread."""
    people = _people(values)
    written = messages_of(values.get("thread", ""), people)
    return [message.text for message in written if people.role_of(message.who) in roles]


def _people(values: Mapping[str, str]) -> ThreadPeople:
    return ThreadPeople(values.get("owner_name", ""), values.get("sender_name", ""))
