"""Language, length and loops."""

from collections import Counter
from collections.abc import Iterable, Iterator

from core.drafts import Finding, without_gaps
from core.recipes.model import Recipe
from core.recipes.render import target_language
from core.text.dictionaries import find_dictionary
from core.text.forms import ALPHABETIC, WHOLE_WORD
from core.text.language import detect_language
from core.text.sentences import split_sentences, unwrap
from core.text.wishes import languages_named
from core.writing.checks.grounds import FROM_THREAD, Grounds

# A run this long is not a reference to what was said any more.
_ECHO_WORDS = 15
# Of a short text the whole of it is.
_WHOLE_WORDS, _SHORT_CHARS = 8, 200
_SURE_WORDS = 20
# Corrections leave most words; this share of them may change, and so many in a short text.
_MAX_CORRECTED_SHARE, _CORRECTED_WORDS = 0.2, 6
_GRAM_WORDS = 4
_MAX_REPEATS = 2
_MIN_SOURCE_CHARS_FOR_RATIO = 80
# A ratio is a wish: some words more or fewer are no fault.
_LENGTH_TOLERANCE = 1.15


def find_language_change(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding when the draft is in a language that no input is in and the person's own words do not name."""
    language = detect_language(without_gaps(text))
    wanted = target_language(grounds.values)
    if language and wanted and language != wanted:
        sentence = f"The draft is in the language “{language}” and not in “{wanted}”."
        yield Finding(check="language", severity="block", sentence=sentence)
    if not (grounds.recipe.output.same_language and language and grounds.language):
        return
    # Of a conversation a message is made in the language of its reader, who may have no part in it.
    is_for_others = bool(grounds.values.get(FROM_THREAD))
    # What is rewritten may speak of a language without asking for it.
    is_rewritten = grounds.recipe.output.apply_to == "paragraphs"
    wishes = grounds.own_words.replace(grounds.source, " ") if is_rewritten else grounds.own_words
    if wanted or is_for_others or language in languages_named(wishes):
        return
    # A short text tells its language badly: any that the person used may be meant.
    is_short = len(grounds.source.split()) < _SURE_WORDS
    others = map(detect_language, grounds.values.values()) if is_short else ()
    # What is quoted from a source in several languages is in one of them.
    if language != grounds.language and language not in others and unwrap(text) not in unwrap(grounds.source):
        sentence = f"The draft is in the language “{language}”, its source in “{grounds.language}”."
        yield Finding(check="language", severity="block", sentence=sentence)


def length_bounds(recipe: Recipe, source: str) -> tuple[int, int]:
    """Return the least and the greatest length in characters; ratios do not bind beside a very short source."""
    output, source_chars = recipe.output, len(source.strip())
    least, most = output.min_chars, output.max_chars
    if source_chars >= _MIN_SOURCE_CHARS_FOR_RATIO:
        least = max(least, round(output.min_ratio * source_chars / _LENGTH_TOLERANCE))
        most = min(most, round(output.max_ratio * source_chars * _LENGTH_TOLERANCE)) if output.max_ratio else most
    return least, most


def find_wrong_length(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding when the draft is shorter or longer than the recipe allows."""
    length = len(text.strip())
    least, most = length_bounds(grounds.recipe, grounds.source)
    if not length and least:
        yield Finding(check="length", severity="block", sentence="The draft is empty.")
    elif length < least:
        is_few = least == grounds.recipe.output.min_chars
        counted = f"The draft has {length} characters; it needs {least}."
        sentence = counted if is_few else "The draft is far too short for its text: most of that is missing."
        yield Finding(check="length", severity="repair", sentence=sentence)
    if length > most:
        sentence = f"The draft has {length} characters; {most} are allowed."
        yield Finding(check="length", severity="repair", sentence=sentence)
    output = grounds.recipe.output
    is_shortened = 0 < output.max_ratio < 1 and output.apply_to == "paragraphs"
    if is_shortened and length > len(grounds.source.strip()):
        sentence = "The draft is longer than the text that it should shorten."
        yield Finding(check="length", severity="block", sentence=sentence)


def longest_shared_run(text: str, source: str, least_words: int) -> str:
    """Return the first run of at least `least_words` words of `text` that stands in `source`, at its full length."""
    ours = [word.casefold() for word in WHOLE_WORD.findall(text)]
    theirs = [word.casefold() for word in WHOLE_WORD.findall(source)]
    runs = {tuple(theirs[at : at + least_words]) for at in range(len(theirs) - least_words + 1)}
    for at in range(len(ours) - least_words + 1):
        if tuple(ours[at : at + least_words]) in runs:
            end = at + least_words
            while end < len(ours) and tuple(ours[end - least_words + 1 : end + 1]) in runs:
                end += 1
            return " ".join(ours[at:end])
    return ""


def find_echo(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding when the draft repeats a long run of what somebody else wrote."""
    answered = grounds.source if grounds.foreign_words else ""
    least_words = min(_ECHO_WORDS, max(_WHOLE_WORDS, len(WHOLE_WORD.findall(answered[:_SHORT_CHARS]))))
    run = longest_shared_run(without_gaps(text), answered, least_words)
    if run:
        sentence = f"The draft repeats the text that it answers: “{run[:120]}”."
        yield Finding(check="echo", severity="repair", place=run, sentence=sentence)


def find_unchanged(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding when the draft is its source, word for word, and holds a word that could be another."""
    is_same = WHOLE_WORD.findall(text.casefold()) == WHOLE_WORD.findall(grounds.source.casefold())
    if is_same and any(_could_change(grounds, ALPHABETIC.findall(text))):
        yield Finding(check="unchanged", severity="warn", sentence="The draft says the same words as its source.")


def _could_change(grounds: Grounds, words: Iterable[str]) -> Iterator[bool]:
    """Tell for each word whether a draft may be asked to say it otherwise: names are no words to translate.

    In German, where nouns have capitals as names have, a name is what the language translated to knows, too.
    """
    wanted = target_language(grounds.values)
    before = find_dictionary(grounds.language) if wanted else None
    after = find_dictionary(wanted) if wanted != grounds.language else None
    for word in words:
        said = word if grounds.language == "de" else word.casefold()
        yield (before is None or before.knows(said)) and not (after is not None and after.knows(word))


def find_restyling(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding when a text that was to be corrected was rewritten."""
    from rapidfuzz.distance import Levenshtein

    old, new = (WHOLE_WORD.findall(part.casefold()) for part in (grounds.source, text))
    changed = Levenshtein.distance(old, new)
    if changed > max(_CORRECTED_WORDS, _MAX_CORRECTED_SHARE * len(old)):
        sentence = f"{changed} of {len(old)} words were changed: that is more than a correction."
        yield Finding(check="restyled", severity="repair", sentence=sentence)


def find_wrong_line(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding when what should be one line without a full stop, such as a title, is something else."""
    del grounds
    line = text.strip()
    if "\n" in line:
        yield Finding(check="line", severity="repair", sentence="The draft has several lines; it should be one.")
    if line.endswith((".", ",", ";", ":")) and not line.endswith(("...", "etc.")):
        yield Finding(check="line", severity="repair", place=line[-1], sentence=f"The line ends in “{line[-1]}”.")


def repeated_grams(text: str) -> Counter[tuple[str, ...]]:
    """Count the runs of four words."""
    words = [word.casefold() for word in WHOLE_WORD.findall(text)]
    return Counter(zip(*(words[shift:] for shift in range(_GRAM_WORDS)), strict=False))


def find_loops(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding when the draft repeats a run of four words or a whole sentence as its source does not."""
    repeats = {gram: count for gram, count in repeated_grams(text).items() if count > _MAX_REPEATS}
    known = repeated_grams(grounds.source) if repeats else Counter()
    looped = next((" ".join(gram) for gram, count in repeats.items() if count > known[gram]), "")
    sentences = Counter(unwrap(part).casefold() for part in split_sentences(text) if len(part.split()) >= _GRAM_WORDS)
    twice = next((part for part, count in sentences.items() if count > 1 and grounds.folded.count(part) < count), "")
    if looped or twice:
        sentence = f"The draft repeats itself: “{looped or twice}”."
        yield Finding(check="loops", severity="block", place=looped or twice, sentence=sentence)
