"""What a message asks of its reader, and what else of it is shown."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from core.text.asks import is_question, kind_of, without_greeting
from core.text.called import short_name
from core.text.lexicon import whole
from core.text.salutations import (
    Address,
    address_of,
    clean_name,
    first_name,
    signed_address,
)
from core.text.sentences import split_paragraphs, split_sentences, unwrap
from core.writing.checks import Grounds
from core.writing.grounded.asked import (
    Asking,
    closes,
    greets_familiarly,
    letters_of,
    not_among,
    things_asked,
    wishes_in,
    without_parts,
)
from core.writing.grounded.occasions import (
    objects,
    occasion_of,
    only_introduces,
    wants_no_reply,
)
from core.writing.grounded.offered import drops_a_day, offered_dates, offers_listed
from core.writing.grounded.questions import GLAD
from core.writing.grounded.signals import tells_danger
from core.writing.grounded.surroundings import MAX_QUOTE_CHARS, says_something
from core.writing.grounded.third_people import asked_of_others, third_people
from core.writing.grounded.threads import ThreadPeople, messages_of, without_closing, without_salutation
from core.writing.result import PlanOptions

_MAX_BESIDES, _FEW_WORDS = 12, 3


class Read(NamedTuple):
    """What a message asks, what else may want something, and whether it only tells something good."""

    source: str
    wanted: list[str]
    likely: list[str]
    is_glad: bool


def read_message(safe: Grounds, asking: Asking, options: PlanOptions) -> Read:
    """Return what a message asks, without what is asked of others, greets or only chooses a day."""
    sender, owner = (safe.values.get(f"{who}_name", "") for who in ("sender", "owner"))
    source = offers_listed(without_salutation(without_closing(safe.source, sender), owner), asking).rest
    wishes, likely = wishes_in(source, asking.language, options.embedder)
    is_glad = (asking.occasion in GLAD or wants_no_reply(asking.language, source)) and not tells_danger(source)
    if is_glad and not things_asked(source, asking):
        # Who tells of a birth or says that no answer is needed, and asks nothing, wants nothing either.
        told = [wish for wish in wishes if not (is_question(wish) or kind_of(wish) == "request")]
        wishes, likely = not_among(wishes, told), [*told, *likely]
    wanted = without_parts(things_asked(source, asking, wishes))
    of_others = asked_of_others(source, wanted, third_people(safe.values))
    likely = [*(line for line, goes_on in of_others.items() if goes_on), *likely]
    wanted = [line for line in wanted if line not in of_others]
    likely = [line for line in not_among(likely, wanted) if not closes(line, asking)]
    leads = (wants_no_reply, only_introduces)
    likely = [line for line in likely if not any(is_none(asking.language, line) for is_none in leads)]
    # "Let me know which day suits": the gap for the dates asks it.
    chooses = whole(asking.words["which"]) if asking.offered else None
    likely = [line for line in likely if not (line.endswith(":") or _only_chooses(line, chooses))]
    return Read(source, wanted, likely, is_glad)


def told_besides(shown: str, source: str, asking: Asking) -> list[str]:
    """Return all else that a message says, in its order, so that nothing of it is missed.

    Sentences that follow each other in a paragraph are one quote. Of a long message the last quotes are left out.
    """
    runs = _runs_of(source, letters_of(shown), asking)
    return sorted(dict.fromkeys(runs), key=lambda line: not tells_danger(line))[:_MAX_BESIDES]


def _runs_of(source: str, known: str, asking: Asking) -> Iterator[str]:
    """Yield the sentences that are not known yet, those together that follow each other in a paragraph."""
    paragraphs = split_paragraphs(source)
    for number, paragraph in enumerate(paragraphs):
        run = ""
        for sentence in map(unwrap, split_sentences(paragraph)):
            # "These slots are free:" leads to dates that are asked.
            is_lead = sentence.endswith(":") and bool(asking.listed)
            is_known = is_lead or letters_of(without_greeting(sentence)) in known
            # "Sixteen crates. Is that all right?" is one thing.
            says = says_something(sentence, asking) or (bool(run) and is_question(sentence))
            is_new = says and not is_known
            if run and (not is_new or len(f"{run} {sentence}") > MAX_QUOTE_CHARS):
                yield run
                run = ""
            run = f"{run} {sentence}".strip() if is_new else run
        # "¿Cómo va?" and "Merci ben!" stand at either end.
        is_end = number in {0, len(paragraphs) - 1} and len(run.split()) <= _FEW_WORDS and run.endswith(("!", "?"))
        if run and not (is_end and not any(map(str.isdigit, run)) and not tells_danger(run)):
            yield run


def asking_of(grounds: Grounds, safe: Grounds, language: str) -> Asking:
    """Return how a message asks; `safe` are its grounds without what instructs a model and what others say in it."""
    values = grounds.values
    usual = values.get("usual_greeting", "")
    name = values.get("sender_name", "")
    address: Address = next(filter(None, (address_of(language, text) for text in (safe.source, usual))), "")
    if not address and greets_familiarly(safe.source, first_name(values.get("owner_name", "")), Asking(language)):
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
    inline = next((dates for dates in offers if len(dates) > 1 and not any(map(str.isdigit, dates))), ())
    never = whole([asking.words["never"]])
    others = _written_by({"owner", "other"}, safe.values)
    refused = (line for text in others for line in split_sentences(text) if never.search(line))
    asking = replace(asking, refused=tuple(refused))
    return replace(asking, offered=listed or inline, listed=listed, source=without_closing(safe.source, name))


def _written_by(roles: Collection[str], values: Mapping[str, str]) -> list[str]:
    """Return what people of some roles wrote in the thread."""
    people = ThreadPeople(values.get("owner_name", ""), values.get("sender_name", ""))
    written = messages_of(values.get("thread", ""), people)
    return [message.text for message in written if people.role_of(message.who) in roles]


def _only_chooses(line: str, chooses: re.Pattern[str] | None) -> bool:
    """Tell whether a line says no more than that a day is to be chosen, and no figure."""
    return bool(chooses and chooses.search(line)) and not any(map(str.isdigit, line))
