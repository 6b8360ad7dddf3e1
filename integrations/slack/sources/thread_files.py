"""The files of a thread as what one job reads: documents and canvases, bounded, kept nowhere."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import DocumentError, InlaidError
from core.recipes.model import Recipe
from core.runner.conversations import SAID
from core.sources.attached import MAX_FILES, attached_value
from core.sources.formats import PICTURE, is_picture
from core.sources.ports import FileReader
from core.text.catalogues import N_, gettext
from core.writing.grounded.passages import GroundPassage, passages_value, read_passages
from integrations.slack.client.conversations import SlackFile, SlackThread
from integrations.slack.client.message_text import has_words
from integrations.slack.sources.reading import document_name, read_slack_file

if TYPE_CHECKING:
    from slack_sdk import WebClient

# What `prepare` gives of files to a recipe that has a place for them.
ATTACHED = "attached"
# So much of all files goes into the text of a recipe that has none.
MAX_TEXT_CHARS = 60_000
# What is said of files, around their names.
READ_WITH_IT, NOT_READ = N_("Read with it:"), N_("Not read:")
OTHER_KIND = N_("This file is of a kind that is not read.")
ONLY_PART, NO_ROOM = N_(" (only the beginning of what they say)"), N_(": the files before it are too long.")


@dataclass(frozen=True)
class ThreadFiles:
    """Reads the files of a thread.

    Args:
        client: of the workspace.
        channel: where the thread is.
        api_url: INLAID_SLACK_API_URL.
        read_file: reads their content; None: files are left out.
    """

    client: "WebClient"
    channel: str
    api_url: str
    read_file: FileReader | None

    def add_to(self, recipe: Recipe, inputs: dict[str, str], thread: SlackThread) -> tuple[dict[str, str], list[str]]:
        """Return the inputs with the newest documents of a thread, and for each of its files what is said of it.

        A recipe about other people's text has what they say behind the thread; one with a place for files has them
        there, and a question has both. One that writes from the person's own words has none of them.

        Raises:
            OutageError: too much is being read; a later try can help.
            DocumentError: nobody wrote anything, and no file can be read, with why.
        """
        main = recipe.input_named(recipe.main_input)
        has_place, is_about = recipe.input_named(ATTACHED) is not None, main is not None and main.foreign
        if self.read_file is None or not (has_place or is_about):
            return inputs, []
        value = attached_value(self._documents(thread.files), self.read_file)
        passages = _passages_of(value)
        unread = [passage.title for passage in passages if not passage.text]
        others = [(name, gettext(PICTURE if is_picture(name) else OTHER_KIND)) for name in _other_files(thread.files)]
        if (
            is_about
            and len(unread) == len(passages)
            and not has_words((line.text for line in thread.lines), thread.files)
        ):
            _refuse([*unread, *(f"{name}: {why}" for name, why in others)])
        # Pictures are so often part of a talk that only who has nothing else hears of each.
        unread += [f"{name}: {why}" for name, why in others if not is_picture(name)]
        told = [f"{NOT_READ} {title}" for title in unread]
        if has_place and SAID not in inputs:
            return ({**inputs, ATTACHED: value} if value else inputs), []
        said, names, left_out = _text_of(passages)
        told += [f"{NOT_READ} {name}{NO_ROOM}" for name in left_out if name not in names]
        if not said:
            return inputs, told
        told.insert(0, f"{READ_WITH_IT} {', '.join(names)}" + (ONLY_PART if left_out else ""))
        name = SAID if SAID in inputs else recipe.main_input
        text = "\n\n".join(filter(None, (inputs.get(name, ""), said)))
        beside = [*_passages_of(inputs.get(ATTACHED, "")), *passages]
        return {**inputs, name: text, **({ATTACHED: passages_value(beside)} if has_place else {})}, told

    def _documents(self, files: Sequence[SlackFile]) -> Iterator[tuple[str, bytes | str]]:
        """Yield the newest documents, each with its bytes, or with why it cannot be had."""
        documents = [(file, name) for file in files if file.get("id") and (name := document_name(file))]
        for file, name in documents[-MAX_FILES:]:
            try:
                yield name, read_slack_file(self.client, str(file["id"]), self.channel, self.api_url)[0].data
            except InlaidError as error:
                yield name, error.message


def _other_files(files: Sequence[SlackFile]) -> list[str]:
    """Return the names of the newest files that are no documents."""
    return [str(file["name"]) for file in files if file.get("name") and not document_name(file)][-MAX_FILES:]


def _refuse(unread: Sequence[str]) -> None:
    """Refuse files of which nothing can be read; without any there may be nothing that was to be read.

    Raises:
        DocumentError: it says why of each, and what to do instead.
    """
    if unread:
        listed = " ".join(unread)
        fix = N_(f"Not read: {listed} Write what it says, or attach it as a PDF or text.")
        raise DocumentError("There is nothing here to read.", fix=fix)


def _passages_of(value: str) -> list[GroundPassage]:
    return read_passages(value) if value else []


def _text_of(passages: Sequence[GroundPassage]) -> tuple[str, list[str], list[str]]:
    """Return what files say, each below its name, the names, and those of which something found no room."""
    blocks, names, room = list[str](), list[str](), MAX_TEXT_CHARS
    named = [(passage.document.removesuffix(".html"), passage.text) for passage in passages if passage.text]
    for place, (name, text) in enumerate(named):
        if room < len(text):
            return "\n\n".join(blocks), names, [*dict.fromkeys(name for name, _ in named[place:])]
        if name not in names:
            blocks.append(f"## {name}")
            names.append(name)
        blocks.append(text)
        room -= len(text)
    return "\n\n".join(blocks), names, []
