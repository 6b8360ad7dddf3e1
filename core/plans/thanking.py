"""The first line of a reply: thanks for what was written, worded by the model where its words hold."""

import re

from core.checks import Grounds
from core.drafts import ChatMessage
from core.facts import extract_facts
from core.facts.content import content_stems, stem
from core.facts.names import find_names, known_name
from core.facts.sentences import unwrap
from core.plans.choosing import choose_units, read_units
from core.plans.cleaning import clean
from core.plans.model import Ask
from core.plans.weighing import word_weights
from core.recipes.courtesies import plain_subject
from core.recipes.templates import as_data

_INSTRUCTION = "Write how a polite reply to the message begins. One short sentence."
_EXAMPLES = (
    ("Could you tell me where the spare keys are kept? The cleaner comes on Friday.",
     "Thank you for your message about the spare keys."),
    ("The new printer driver crashes on my laptop since the last update.",
     "Thank you for letting me know about the problem with the new printer driver."),
    ("I think that we should not move the archive to the second floor, the lift is too small.",
     "Thank you for your thoughts on moving the archive to the second floor."),
    ("Attached is the new price list. The old one is no longer valid.",
     "Thank you for sending the new price list."),
)  # fmt: skip
# The model goes on from one of these, so that the line thanks and claims nothing.
_BEGINNINGS = (
    "Thank you for your message about",
    "Thank you for your thoughts on",
    "Thank you for letting me know about",
)
_SAFE = re.compile(
    r"Thank you for (?:your (?:message|question|questions|thoughts|note|mail|e-?mail|comments?|reply|answer"
    r"|help|interest"
    r"|suggestions?|update|feedback|explanation|offer|invitation|report|opinion|view)|letting me know"
    r"|sharing|telling me"
    r"|sending|asking|writing|pointing out|explaining|the (?:message|information|update|explanation|link|details?))\b"
)
_PERSONAL = re.compile(r"(?i)(?<![\w'])(?:i|i'm|i'll|we|we're|we'll|us|our|my|mine|sorry|unfortunately)(?![\w'])")
_TOPIC_WORD = re.compile(r"(?<![\w./@-])[^\W\d_]{4,20}(?![\w/@-]|\.\w)")
_MOST_TOPICS = 2
_MOST_NEW_WORDS = 1
_MOST_WORDS = 22
_MOST_TOKENS = 36
_MESSAGE_CHARS = 400


def thanks(grounds: Grounds, ask: Ask) -> str:
    """Return a sentence of thanks that names what the message is about, "" when the model finds no sound one.

    Raises:
        InlaidError: whatever `ask` raises.
    """
    subject = plain_subject(grounds.values.get("subject", ""))
    message = " ".join(part for part in (f"{subject}." if subject else "", _gist(grounds.source)) if part)
    # Left to itself, the model may speak of its examples: then it is given the word to begin with.
    for beginning in (*_BEGINNINGS, *(f"{_BEGINNINGS[0]} {topic}" for topic in _topics(grounds, subject))):
        chat = [ChatMessage(role="system", content=_INSTRUCTION)]
        for given, wanted in _EXAMPLES:
            chat += [ChatMessage(role="user", content=given), ChatMessage(role="assistant", content=wanted)]
        chat.append(ChatMessage(role="user", content=as_data(message)))
        written = ask(chat, max_tokens=_MOST_TOKENS, stop=("\n", ". ", "!"), prefill=beginning)
        text = clean(written if written.startswith(beginning) else f"{beginning}{written}", source=message)
        sentence = f"{text.rstrip('.')}."
        if written.strip() and is_sound(sentence, grounds):
            return sentence
    return ""


def _topics(grounds: Grounds, subject: str) -> list[str]:
    """Return "the …" for the words that say most, those of the subject before others."""
    weights = word_weights(f"{subject}\n{grounds.source}")
    # As the message writes it, and only then as the subject does, where every word may have a capital.
    words = {stem(word): word for word in reversed(_TOPIC_WORD.findall(f"{grounds.source} {subject.casefold()}"))}
    in_subject = set(content_stems(subject)) & set(content_stems(grounds.source))
    ranked = sorted((key for key in words if key in weights), key=lambda key: (key not in in_subject, -weights[key]))
    return [f"the {words[key]}" for key in ranked[:_MOST_TOPICS]]


def _gist(message: str) -> str:
    """Return the sentences that say most, since a small model loses itself in a long message."""
    units = read_units(message)
    chosen = choose_units(units, most_chars=_MESSAGE_CHARS, most_units=3)
    return " ".join(unit.text for unit in chosen) or unwrap(message)[:_MESSAGE_CHARS]


def is_sound(sentence: str, grounds: Grounds) -> bool:
    """Tell whether a sentence only thanks, and names nothing that the message does not hold."""
    match = _SAFE.match(sentence)
    if not match or sentence[-1:] not in ".!" or len(sentence.split()) > _MOST_WORDS:
        return False
    rest = sentence[match.end() :]
    topic = content_stems(rest)
    known = set(content_stems(grounds.everything))
    new = sum(1 for word in topic if word not in known)
    return (
        bool(topic)
        and new <= _MOST_NEW_WORDS
        and new < len(topic)
        and not _PERSONAL.search(rest)
        and not extract_facts(sentence).missing_from(grounds.facts)
        and all(known_name(name, grounds.words) for name in find_names(sentence))
    )
