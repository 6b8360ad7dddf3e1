"""What a draft is held against: the recipe, the person's values and the source, with costly parts read once."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from core.cached_property import cached_property
from core.recipes.model import Recipe
from core.recipes.render import target_language
from core.text.facts import Facts, extract_facts
from core.text.forms import WHOLE_WORD
from core.text.instructions import parted
from core.text.language import detect_language
from core.text.names import folded_words
from core.writing.grounded.passages import PASSAGES, in_words, read_passages

# The input that tells what stands around a text; code fills it in, for paragraphs of a document.
CONTEXT = "context"
# Beside the inputs: the language that the text's document is in, where that is known.
LANGUAGE = "language"
# The input that says that a message is made of a conversation.
FROM_THREAD = "from_thread"
# Fewer words hardly show a language; reading more lines for theirs takes too long.
_LINE_WORDS, _MAX_LINES = 4, 400
# The input that says what an answer is to say.
INSTRUCTION = "instruction"
# The input that holds what the person said about the draft and its earlier versions.
WISHES = "refine_wishes"


@dataclass(frozen=True)
class Grounds:
    """The source side of all checks. Make it once for all candidates of a draft.

    Attributes:
        recipe: the recipe that the draft is for.
        values: its validated inputs.
        source: the text that the draft is about, usually the main input.
    """

    recipe: Recipe
    values: Mapping[str, str]
    source: str

    @cached_property
    def everything(self) -> str:
        """The source and all values: a fact that stands anywhere in it is not invented.

        What somebody's text says to a model and not to people is no part of it.
        """
        return "\n".join(kept for kept, _taken in self._parted)

    @cached_property
    def passages(self) -> str:
        """The passages of sources as people read them."""
        value = self.values.get(PASSAGES, "")
        return in_words(value, read_passages(value))

    @cached_property
    def injected(self) -> str:
        """What somebody's text says to a model."""
        return "\n".join(taken for _kept, taken in self._parted if taken)

    @cached_property
    def _parted(self) -> list[tuple[str, str]]:
        foreign = {field.name for field in self.recipe.inputs if field.foreign}
        others = {name: value for name, value in self.values.items() if value and value != self.source}
        others.pop(LANGUAGE, None)
        if PASSAGES in others:
            others[PASSAGES] = self.passages
        is_foreign = any(self.source and self.source in self.values.get(name, "") for name in foreign)
        told = [(self.source, is_foreign), *((value, name in foreign) for name, value in others.items())]
        return [parted(text) if is_foreign else (text, "") for text, is_foreign in told]

    @cached_property
    def own_words(self) -> str:
        """What the person wrote or chose: only this may make a promise in the person's name."""
        return self._joined(foreign=False)

    @cached_property
    def foreign_words(self) -> str:
        """What somebody else wrote."""
        return self._joined(foreign=True)

    @property
    def is_foreign(self) -> bool:
        """Whether somebody else wrote what the recipe works on."""
        return any(field.foreign for field in self.recipe.inputs if field.name == self.recipe.main_input)

    @property
    def foreign_content(self) -> str:
        """What somebody else wrote, without what only stands around it in its document and has a draft of its own."""
        return self._joined(foreign=True, but=CONTEXT)

    def _joined(self, *, foreign: bool, but: str = "") -> str:
        names = [field.name for field in self.recipe.inputs if field.foreign is foreign and field.name != but]
        return "\n".join(self.values.get(name, "") for name in names)

    @property
    def instruction(self) -> str:
        """What the person says to say or to change, beside a text."""
        return self.values.get(INSTRUCTION, "").strip()

    @cached_property
    def facts(self) -> Facts:
        """The facts of everything, each part read in its own language."""
        return functools.reduce(Facts.together_with, (self.given_facts(kept) for kept, _taken in self._parted))

    @cached_property
    def facts_in_each_language(self) -> Facts:
        """The facts of everything, read in each language that a line of it is in: a talk may be held in several."""
        lines = [line for line in self.everything.split("\n") if len(line.split()) >= _LINE_WORDS][:_MAX_LINES]
        read = (extract_facts(self.everything, language) for language in {*map(detect_language, lines)} - {""})
        return functools.reduce(Facts.together_with, read, self.facts)

    @cached_property
    def source_facts(self) -> Facts:
        """The facts of the source alone."""
        return self.given_facts(self._parted[0][0])

    def given_facts(self, text: str) -> Facts:
        """Return the facts of a part of what is given, read in its own language."""
        return extract_facts(text, detect_language(text) or self.language)

    def facts_of(self, text: str) -> Facts:
        """Return the facts of a draft or a part of it."""
        return extract_facts(text, self.language_of(text))

    @cached_property
    def words(self) -> frozenset[str]:
        """All words of everything, folded."""
        return folded_words(self.everything)

    @cached_property
    def folded(self) -> str:
        """Everything in small letters, with single blanks."""
        return " ".join(self.everything.casefold().split())

    def language_of(self, text: str) -> str:
        """Return the language that a draft is read in; "" when unsure.

        That is the one it is put into, else its own, else that of the source. A paragraph of a document stays in its
        language: short ones show none of their own, or a wrong one.
        """
        kept = self.values.get(LANGUAGE, "") if self.recipe.output.same_language else ""
        return target_language(self.values) or kept or detect_language(text) or self.language

    @cached_property
    def language(self) -> str:
        """The language of the source, which its document may tell; "" when unsure."""
        return self.values.get(LANGUAGE) or detect_language(self.source)

    def stands(self, phrase: str) -> bool:
        """Tell whether a phrase of the draft stands in the source or the values, whatever its case and wrapping."""
        return " ".join(phrase.casefold().split()) in self.folded


def spaced_words(text: str) -> str:
    """Return the words of a text in small letters, with a blank before and after each."""
    return f" {' '.join(WHOLE_WORD.findall(text.casefold().replace(chr(0x2019), chr(39))))} "
