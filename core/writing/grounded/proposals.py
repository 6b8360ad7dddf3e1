"""What an owner said yes to: what the sender, or somebody else, asked right before it in a thread."""

from collections.abc import Sequence

from core.text.asks import is_question, without_greeting
from core.text.facts import extract_facts
from core.text.language import detect_language
from core.text.lexicon import lexicon
from core.text.sentences import split_sentences, unwrap
from core.writing.grounded.threads import EarlierMessage, ThreadPeople

# Who agrees says little more in the same sentence, and what they agree to is shown beside it.
_MAX_WORDS, _MAX_CHARS = 15, 240


def proposed_before(earlier: Sequence[EarlierMessage], message: EarlierMessage, people: ThreadPeople) -> str:
    """Return what the message right before one of the owner's proposes: its one question, with what follows there.

    Without a question that is what it gives of values. "" where another wrote that, where it asks several things, or is
    the newer of the two: threads stand either way.
    """
    before = earlier[-1] if earlier else None
    if before is None or before.carrier or people.role_of(before.who) != "sender" or _is_later(before, message):
        return ""
    sentences = [without_greeting(unwrap(sentence)) for sentence in split_sentences(before.text)]
    asked = [sentence for sentence in sentences if is_question(sentence)]
    if len(asked) > 1:
        return ""
    valued = " ".join(sentence for sentence in sentences if extract_facts(sentence).items)
    whole = " ".join(sentences[sentences.index(asked[0]) :]) if asked else valued
    return next((said for said in (whole, *asked) if len(said) <= _MAX_CHARS), "")


def answered_third(text: str, earlier: Sequence[EarlierMessage], message: EarlierMessage, people: ThreadPeople) -> str:
    """Return the third person whose question right before it a message of the owner answers with a yes, "" for none."""
    before = earlier[-1] if earlier else None
    is_theirs = before is not None and (people.role_of(message.who), people.role_of(before.who)) == ("owner", "other")
    if before is None or not is_theirs or not any(map(is_question, split_sentences(before.text))):
        return ""
    first = next(iter(split_sentences(without_greeting(text.strip()))), "")
    return before.who if _says_yes(unwrap(first), detect_language(message.text)) else ""


def assents(sentence: str, language: str) -> bool:
    """Tell whether a sentence begins with a yes and gives no value of its own."""
    is_short = len(sentence.split()) <= _MAX_WORDS and not any(map(str.isdigit, sentence))
    return is_short and _says_yes(sentence, language)


def _says_yes(sentence: str, language: str) -> bool:
    """Tell whether a sentence begins with a yes."""
    words = lexicon(language)
    return bool(words["conversation.assent"].search(sentence) and not words["conversation.ends_in_no"].search(sentence))


def _is_later(before: EarlierMessage, message: EarlierMessage) -> bool:
    dates = [[fact for fact in extract_facts(mail.date).items if fact.kind == "date"] for mail in (before, message)]
    return all(dates) and max(dates[0][0].readings) > max(dates[1][0].readings)
