"""What people want who write to the app: a recipe by its title or a word for it, of any language, and their text. Pure.

The words stand in `core/text/data/LANGUAGE/commands.toml`, the titles in the catalogues.
"""

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.recipes.model import ASK, Recipe
from core.recipes.render import TARGET_LANGUAGE, WISHED_LANGUAGE
from core.text.catalogues import locales, speaking, told
from core.text.forms import MAIL_ADDRESS
from core.text.language import LANGUAGE_NAMES, language_or_spoken
from core.text.lexicon import by_language, either, either_of, joined, lexicon
from core.text.sentences import split_behind, split_sentences
from core.text.wishes import LanguageInto, is_about_each, is_change, languages_into, readings

HELP_WORDS = frozenset({"help", "?", "hilfe", "aide", "ayuda"})
SUMMARY, _COMPOSE, _REPLY = "summarize", "compose", "reply"
_TOPIC, _AROUND = "commands", ".,:;!?"
_QUOTES = frozenset("\"'\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb")
# So many words before a recipe's own say nothing: "please this …".
_MAX_BEFORE = 3
# So far behind "write" stands what is to be written: "Ms Holt from the city a short email".
_MAX_MAIL_WORDS = 8
# What announces a text ("to this mail:") is no longer.
_MAX_LEAD_WORDS = 6
# So short a text has no language's name at its end: "Good morning to German".
_MAX_BARE_WORDS = 2
# What somebody says of a draft though it begins with a recipe's word: "shorten it", "translate it into German".
_OF_DRAFTS = frozenset({"shorter", "language", "manner"})


@dataclass(frozen=True)
class Intent:
    """What somebody wants.

    Attributes:
        recipe: its name, "" when the words ask for help.
        text: the recipe's main text.
        mail: the result is an e-mail.
        inputs: what the words say beside the text, such as the language to translate into.
        about_thread: it is the thread that the words speak of; a text beside that says what is to become of it.
        is_named: the words name the recipe.
    """

    recipe: str
    text: str = ""
    mail: bool = False
    inputs: Mapping[str, str] = field(default_factory=dict)
    about_thread: bool = field(default=False, compare=False)
    is_named: bool = field(default=False, compare=False)


def parse_intent(text: str, recipes: Mapping[str, Recipe], *, in_thread: bool = False) -> Intent:
    """Return the intent of a message to the app.

    Args:
        text: plain text, without the mention of the app.
        recipes: those that are installed.
        in_thread: whether there are other people's messages above it; then a bare "summarize" means those.
    """
    words = text.split()
    if not words and not in_thread:
        return Intent("")
    if words and ("".join(words).casefold() in HELP_WORDS or not text.strip(" ?!¿¡.\u2026")):
        return Intent("")
    names = _names(recipes)
    for position, word in enumerate(words[:_MAX_BEFORE]):
        name, end = _named(words, position, names)
        if name:
            if name == _COMPOSE and _REPLY in recipes and (end_of_reply := _end_of_reply(words, end, names)):
                name, end = _REPLY, end_of_reply
            rest = "".join(text.split(maxsplit=end)[end:])
            inputs, rest = _with_language(recipes[name], rest, is_announced=words[end - 1].endswith(":"))
            lead, own = _parted(rest, name)
            said = {_bare(word) for word in (*words[position:end], *lead.split())}
            mail = name == _COMPOSE and (not said.isdisjoint(_words("mail")) or _wants_mail(own))
            is_thread = names_thread(lead) if not own else in_thread and mail and _is_made_of_thread(own)
            return Intent(name, own, mail, inputs, is_thread, is_named=True)
        if in_thread and _COMPOSE in recipes and _bare(word) in _words("makes") and _is_mail(words[position + 1 :]):
            return Intent(_COMPOSE, text.strip(), mail=True, about_thread=True, is_named=True)
        if _bare(word) not in _words("fillers"):
            break
    return _asked_of_text(text, recipes) or Intent(_default(recipes, text, in_thread=in_thread), text.strip())


def is_about_draft(text: str, *, is_beneath: bool) -> bool:
    """Tell whether words that begin as a recipe's name ask to have a draft changed; `is_beneath`: they stand below one.

    A title and its colon are the recipe's.
    """
    if text.rstrip().endswith(":"):
        return False
    if is_about_each(text):
        return True
    return is_change(text) if is_beneath else any(change.kind in _OF_DRAFTS for change in readings(text)[0])


def names_thread(text: str) -> bool:
    """Tell whether words are no text but speak of a thread: "this thread", "the conversation above"."""
    lead, own = _parted(text, "")
    return not own and any(_bare(word) in _words("threads") for word in lead.split())


def speaks_of_thread(text: str) -> bool:
    """Tell whether a word of a text means the thread: "a recap of this thread"."""
    return not _words("threads").isdisjoint(map(_bare, text.split()))


def names_scan(word: str) -> bool:
    """Tell whether a word is how a scan is called in some language."""
    return word.casefold() in _words("scan")


def about_channel(text: str) -> str:
    """Return "use" or "stop" for words that have a channel used as a source, or no longer; else ""."""
    said = " ".join(text.split()).rstrip(_AROUND).casefold().replace("\u2019", "'")
    return next((act for act in ("use", "stop") if said in _words(f"{act}_channel")), "")


def behind_stop_of_scans(text: str) -> str | None:
    """Return what stands behind words that end scans: names of sources, or nothing; None for other words."""
    said = " ".join(text.split()).rstrip(_AROUND)
    for words in sorted(_words("stop_scan"), key=len, reverse=True):
        if said.casefold().startswith(words) and not said[len(words) : len(words) + 1].isalnum():
            return said[len(words) :].strip()
    return None


@functools.cache
def _words(name: str) -> frozenset[str]:
    """Return a list of the data, of all languages."""
    return frozenset(word for table in by_language(_TOPIC).values() for word in table.get(name, ()))


def _names(recipes: Mapping[str, Recipe]) -> dict[str, str]:
    """Return the recipes by what they are called: name, title in each language, and the words for them."""
    found = {name.casefold(): name for name in recipes}
    for locale in locales():
        with speaking(locale):
            found |= {told(recipe.title).casefold(): name for name, recipe in recipes.items()}
    return found | {word: name for name in recipes for word in _words(name)}


def _named(words: Sequence[str], begin: int, names: Mapping[str, str]) -> tuple[str, int]:
    """Return the recipe that words name from a place on, by the longest name ("find all the risks"), and its end."""
    most = max((len(name.split()) for name in names), default=0)
    bare = [_bare(word) for word in words[begin : begin + most + _MAX_BEFORE]]
    for length in range(len(bare), 0, -1):
        if name := names.get(" ".join(bare[:length])) or _named_with_articles(bare[:length], names):
            return name, begin + length
    return "", begin


def _named_with_articles(words: Sequence[str], names: Mapping[str, str]) -> str:
    """Return the recipe that words name but for those within that say nothing in their language, "" for none.

    An article says nothing only before a name: "finde die Risiken", but not "schreibe mir um 15 Uhr".
    """
    for table in by_language(_TOPIC).values():
        empty = {*table.get("courtesies", ()), *(table.get("articles", ()) if words[-1] in names else ())}
        said = " ".join([words[0], *(word for word in words[1:-1] if word not in empty), *words[1:][-1:]])
        if said in table.get(names.get(said, ""), ()):
            return names[said]
    return ""


def _asked_of_text(text: str, recipes: Mapping[str, Recipe]) -> Intent | None:
    """Return the intent of a question that a text follows: "Which risks has this contract: …"; None for other words."""
    asked = {words: name for name in recipes for words in _words(f"{name}_asked")}
    name, end = _named(text.lstrip("¿ ").split(), 0, asked)
    lead, own = _parted("".join(text.split(maxsplit=end)[end:]), name)
    return Intent(name, own, is_named=True) if name and lead and own else None


def _end_of_reply(words: Sequence[str], begin: int, names: Mapping[str, str]) -> int:
    """Return how many words there are up to the end of "a reply" in "draft a reply: …", 0 for something else."""
    fillers = _words("fillers")
    at = next((place for place in range(begin, len(words)) if words[place].casefold() not in fillers), len(words))
    word = words[at].casefold() if at < len(words) else ""
    is_apart = at > begin or word.endswith(":") or at + 1 == len(words)
    return at + 1 if is_apart and names.get(_bare(word)) == _REPLY else 0


def typed_recipient(text: str) -> str:
    """Return the mail address to which a brief wants a mail written ("to Ms Holt, holt@…: the roof"), "" for none.

    It is the only address in the brief, stands where that begins, and nothing is said of it.
    """
    text = _behind_makes(text)
    addresses = list(MAIL_ADDRESS.finditer(text))
    if len({found[0].casefold() for found in addresses}) != 1:
        return ""
    lead = text[: addresses[0].start()].replace("mailto:", "").strip("(<[, \t\n")
    if "\n" in lead or len(split_sentences(lead)) > 1:
        return ""
    words = lead.split()
    bare = ["", *map(_bare, words)]
    mails, own = _words("mail"), _addressed(text)
    # Behind "mail" an article is none: "eine Mail an".
    known = (own | _words("addressed") if before in mails else own for before in bare)
    to = next((place for place, (word, leads) in enumerate(zip(bare[1:], known, strict=False)) if word in leads), None)
    if to is None or not (to == 0 or (bare[to] in mails and _wants_mail(text))):
        return ""
    name = " ".join(words[to + 1 :]).rstrip(",")
    is_name = all(word[0].isupper() for word in name.split()) and not re.search(r"[,:](?:\s|\Z)", name)
    return addresses[0][0] if is_name and _ends(text[addresses[-1].end() :]) else ""


def _behind_makes(text: str) -> str:
    """Return a text without the words that have it made: "please turn" in "please turn this into an email"."""
    for place, word in enumerate(text.split()[:_MAX_BEFORE], 1):
        if _bare(word) in _words("makes"):
            return "".join(text.split(maxsplit=place)[place:])
        if _bare(word) not in _words("fillers"):
            break
    return text


def _ends(behind: str) -> bool:
    """Tell whether a mail's recipient ends before these words, so that they are none about them."""
    words = re.sub(r"\A[)>\]]+", "", behind)
    goes_on = re.match(r"\s+(\S+)", words)
    return bool(re.match(r"\s*[:,]|[ \t]*\n|\W*\Z", words) or (goes_on and _bare(goes_on[1]) in _words("about")))


def _addressed(text: str) -> frozenset[str]:
    """Return the words that lead to whom a mail is for; an article of some language ("a") only in the text's own."""
    own = by_language(_TOPIC).get(language_or_spoken(text), {}).get("addressed", ())
    return (_words("addressed") - _words("one")) | frozenset(own)


def _with_language(recipe: Recipe, text: str, *, is_announced: bool) -> tuple[dict[str, str], str]:
    """Return the language that the words before or behind a text have it put into, and the text without them.

    Behind a text that a colon announces (`is_announced`) they are its own.
    """
    wanted = recipe.input_named(TARGET_LANGUAGE) or recipe.input_named(WISHED_LANGUAGE)
    for found in languages_into(text) if wanted else ():
        name = next(name for name, known in LANGUAGE_NAMES.items() if known == found.code)
        left = _before_text(text, found)
        if left is None and not is_announced:
            left = _behind_text(text, found)
        if left is not None and wanted and name in (wanted.choices or LANGUAGE_NAMES):
            return {wanted.name: name}, left
    return {}, text


def _before_text(text: str, found: LanguageInto) -> str | None:
    """Return a text with only what announces it before its colon, None where a language is not named before it."""
    before, after = text[: found.begin].strip(" ,\t"), _courtesy().sub("", text[found.end :], count=1)
    empty = _words("fillers") | _words("behind") | _words("texts")
    announces = len(before.split()) <= _MAX_LEAD_WORDS and all(_bare(word) in empty for word in before.split())
    # "In German" may begin a text.
    if not announces or (found.how == "in" and not re.match(r"\s*(?::|\n|\W*\Z)", after)):
        return None
    return f"{before.strip()}: {_behind_colon(after.lstrip('.,;!? '))}"


def _behind_text(text: str, found: LanguageInto) -> str | None:
    """Return a text without the language that is named behind it, None where that is a part of it."""
    before, after = text[: found.begin].strip(" ,\t"), _courtesy().sub("", text[found.end :], count=1)
    if after.strip(_AROUND + " \n") or "\n" in before or before.startswith(":"):
        return None
    is_quoted = before[:1] in _QUOTES and before[-1:] in _QUOTES
    return before if is_quoted or found.how == "into" or len(before.split()) <= _MAX_BARE_WORDS else None


@functools.cache
def _courtesy() -> re.Pattern[str]:
    """Return the pattern of words that say nothing behind a language's name, with a colon or the end behind them."""
    words = joined(re.escape(word).replace("'", "['\u2019]") for word in _words("courtesies") | _words("behind"))
    return either([rf"\A(?:[\s,]{{1,9}}{words}){{1,3}}(?=\s*(?::|\n|\W*\Z))"])


def _is_mail(words: Sequence[str]) -> bool:
    """Tell whether what is to be made is a mail, without a text of its own: "this an email to …"."""
    text = " ".join(words)
    return ": " not in text and _wants_mail(text)


def _is_made_of_thread(text: str) -> bool:
    """Tell whether a mail is to be made of the thread, without a text of its own: "an email to Petra about this"."""
    own = lexicon("mul")
    wish = next(iter(split_sentences(text)), "")
    words = own["commands.clauses"].split(wish, maxsplit=1)[0].split()
    while words and _bare(words[-1]) in _words("courtesies"):
        words.pop()
    is_whole = not re.search(r":\s|\n", text.strip())
    return is_whole and bool(own["commands.made_of"].search(" ".join(words).rstrip(_AROUND)))


def _wants_mail(text: str) -> bool:
    """Tell whether the words behind "write" ask for a mail: "a short email to …", "Ms Holt an email", "email to …"."""
    words = [word for word in re.split(r"\s?:(?:\s|\Z)", text, maxsplit=1)[0].split() if _bare(word)]
    for at, word in enumerate(words[:_MAX_MAIL_WORDS]):
        if _bare(word) not in _words("mail"):
            continue
        article = next((place for place in range(at, -1, -1) if _bare(words[place]) in _words("one")), None)
        behind = _bare(words[at + 1]) if at + 1 < len(words) else ""
        if article is None or at - article > _MAX_BEFORE:
            return at == 0 and behind in _words("addressed")
        others = [word for word in words[:article] if _bare(word) not in _words("fillers") and not word[0].isupper()]
        return len(others) <= 1 and behind not in _words("mail_compounds")
    return False


def _default(recipes: Mapping[str, Recipe], text: str, *, in_thread: bool) -> str:
    """Return what bare words mean: a question is asked, anything else is about the thread, or a brief."""
    order = [SUMMARY, _COMPOSE] if in_thread else [_COMPOSE, SUMMARY]
    if text.rstrip().endswith("?"):
        order.insert(0, _COMPOSE if _wants_written(text) else ASK)
    return next((name for name in order if name in recipes), next(iter(recipes), ""))


def _wants_written(text: str) -> bool:
    """Tell whether a text ends with the wish to have written what stands before: "…, can you write something nice?"."""
    *told, last = split_behind(text.rstrip("?! "), ",.;:!?")
    asks = either_of("replies", "will_you", r"(?<!\w)", r"(?!\w)").search(last) is not None
    return bool(told) and asks and not (_words(_COMPOSE) - _words("mail")).isdisjoint(map(_bare, last.split()))


def _parted(text: str, name: str) -> tuple[str, str]:
    """Return what only announces or refers to a text ("to this mail:", "this thread please"), and the text itself."""
    lead = re.split(r":\s|:\Z|\n", text, maxsplit=1)[0]
    words = [_bare(word) for word in lead.split()]
    is_announced = len(lead) < len(text) or name == _REPLY
    announcing = _words("texts") | _words(f"{name}_texts") if is_announced else frozenset[str]()
    empty = _words("fillers") | _words("behind") | announcing
    if not _words("threads").isdisjoint(words):
        empty |= _words("threads") | _words("of_threads")
    if len(words) > _MAX_LEAD_WORDS or not all(word in empty for word in words):
        return "", _behind_colon(text)
    return lead, _behind_colon(text[len(lead) :])


def _behind_colon(text: str) -> str:
    """Return a text without the colon that leads to it; one of an emoji (":tada:") stays."""
    return re.sub(r"\A\s*(?::(?!\S))?", "", text).strip()


def _bare(word: str) -> str:
    return word.casefold().strip(_AROUND)
