"""The texts that people see, as the sources have them, and the catalogues of other languages kept in step.

python -m tests.catalogue_sources          # each catalogue gets what is new, empty, and loses what is gone
python -m tests.catalogue_sources fr       # begins one for another language
"""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import typer
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment
from jinja2.ext import extract_from_ast

from core import errors
from core.settings import Settings
from core.text.catalogues import CATALOGUE, ENGLISH, FOLDER, OF_TYPER, locales
from integrations.cli.app import app, help_paragraphs

ROOT = Path(__file__).parent.parent
CATALOGUES = ROOT / "core" / "text" / FOLDER
# What scans call what they find: in English as a rule, so that it can be told in another language.
SIGNAL_WORDS = ROOT / "core" / "text" / "data" / "en" / "signals.toml"
# The models that there are say what they are good for.
MODELS = ROOT / "core" / "llm" / "catalogue.toml"
PACKAGES = ("core", "integrations", "worker")
# Errors of which the first argument is no text: the field of a form, what came of a model.
_WITHOUT_TEXT_FIRST = frozenset({"FormError", "FieldError", "AnswerCut"})
# What an error is called in the code that hands it on.
_ERROR_TEXTS = frozenset({"message", "fix"})
# What is raised with a sentence for a person, and is no error of a job.
_REFUSALS = frozenset({"EditRejected", "Differs", "Untried", "_Refused"})
# And the sentence of a finding.
_SENTENCE = "sentence"
_MIN_LETTERS = 2
_PLACE = re.compile(r"\{\w+\}")
# Builders of Slack's blocks, each with the places of the arguments that people read.
_BUILDERS = {
    "button": (0,), "_header": (0,), "_figures": (0,), "context": (0,), "note_message": (0,), "plain": (0,),
    "modal": (0,), "notice_modal": (0, 1), "loading_modal": (0,), "_input": (1,), "notice": (0,),
    "reply_privately": (2,),
}  # fmt: skip
# Whose second argument people read.
_TITLED = frozenset({"Action"})

Message = str | tuple[str, str]


@cache
def messages() -> dict[Message, list[tuple[str, int]]]:
    """Return every text, with the places where it is said; one and many where there are two forms."""
    found = dict[Message, list[tuple[str, int]]]()
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*")):
            for message, line in _of_file(path):
                found.setdefault(message, []).append((path.relative_to(ROOT).as_posix(), line))
    for text in sorted(_of_help(typer.main.get_command(app))):
        found.setdefault(text, []).append(("integrations/cli", 0))
    for message in sorted(of_typer(), key=str):
        found.setdefault(message, []).append((OF_TYPER, 0))
    for field in Settings.model_fields.values():
        found.setdefault(str(field.description), []).append(("core/settings", 0))
    return found


def _of_help(command: object) -> Iterator[str]:
    """Return what a command says of itself, its arguments, and the commands below it."""
    yield from help_paragraphs(getattr(command, "help", None) or "")
    for parameter in getattr(command, "params", ()):
        if text := getattr(parameter, "help", None):
            yield text
    for below in getattr(command, "commands", {}).values():
        yield from _of_help(below)


@cache
def of_typer() -> frozenset[Message]:
    """Return what Typer itself says."""
    found = set[Message]()
    for path in Path(str(typer.__file__)).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or _name(node.func) not in {"_", "ngettext"}:
                continue
            forms = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            # Its sentences about wrong usage are ours, and a help without colours is never shown.
            is_ours = forms and path.stem != "rich_utils" and "{" in forms[0]
            if forms and not is_ours and any(map(str.isalpha, forms[0])):
                found.add(forms[0] if len(forms) == 1 else (forms[0], forms[1]))
    return frozenset(found)


def _of_file(path: Path) -> Iterator[tuple[Message, int]]:
    if path.suffix == ".py":
        yield from of_python(path.read_text())
        if path.is_relative_to(ROOT / "integrations" / "slack"):
            yield from of_slack(path.read_text())
    elif path == MODELS:
        yield from ((model["good_for"], 0) for model in tomllib.loads(path.read_text())["models"])
    elif path.name.endswith(".html.jinja"):
        yield from of_template(path.read_text())
    elif path == SIGNAL_WORDS:
        yield from (
            (text, 0) for text in tomllib.loads(path.read_text()).values() if isinstance(text, str) and "{" not in text
        )
    elif path.suffix == ".toml" and path.parent.name == "recipes" and path.parent.parent.name == "core":
        yield from ((text, 0) for text in _of_recipe(tomllib.loads(path.read_text())))


def of_template(source: str) -> Iterator[tuple[Message, int]]:
    """Return the texts of a template."""
    for line, function, said in extract_from_ast(Environment(autoescape=True).parse(source), ("_", "ngettext")):
        if function == "ngettext" and isinstance(said, tuple):
            yield (str(said[0]), str(said[1])), line
        else:
            yield str(said[0] if isinstance(said, tuple) else said), line


def _of_recipe(recipe: dict[str, object]) -> Iterator[str]:
    """Return what people see of a recipe that comes with Inlaid."""
    for name in ("title", "description"):
        if isinstance(text := recipe.get(name), str):
            yield text
    inputs = recipe.get("inputs", {})
    for one in inputs.values() if isinstance(inputs, dict) else inputs if isinstance(inputs, list) else []:
        for name in ("title", "help"):
            if isinstance(text := one.get(name), str):
                yield text
        yield from (choice for choice in one.get("choices", ()) if isinstance(choice, str))


# They take a text for one, and another for several.
_COUNTING = frozenset({"ngettext", "counted"})


def of_python(source: str) -> Iterator[tuple[Message, int]]:
    """Return the texts of a module: those of errors, and those that are marked."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _name(node.func) in _COUNTING and isinstance(node.args[0], ast.Constant):
            one, many = (str(ast.literal_eval(form)) for form in node.args[:2])
            yield (one, many), node.lineno
        for value in (*_marked(node), *_said(node)):
            for text in _texts(value):
                if sum(map(str.isalpha, _PLACE.sub("", text))) >= _MIN_LETTERS:
                    yield text, value.lineno


def of_slack(source: str) -> Iterator[tuple[Message, int]]:
    """Return the texts of Slack's messages and forms: what their builders are given, and sentences kept by name."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            places = _BUILDERS.get(_name(node.func), ())
            given = [node.args[place] for place in places if place < len(node.args)]
            if places:
                given += [word.value for word in node.keywords if word.arg in {"submit", "hint"}]
            for value in given:
                yield from ((text, value.lineno) for text in _texts(value) if _is_sentence(text))
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant | ast.Dict):
            values = node.value.values if isinstance(node.value, ast.Dict) else [node.value]
            for value in values:
                yield from ((text, value.lineno) for text in _texts(value) if " " in text and _is_sentence(text))


def _is_sentence(text: str) -> bool:
    own = re.sub(r":\w+:", "", _PLACE.sub("", text))
    return sum(map(str.isalpha, own)) >= _MIN_LETTERS and (text[0].isupper() or text[0] in ":_*{“")


def _marked(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Call):
        name = _name(node.func)
        if name in _TITLED:
            yield node.args[1]
        if name in {"N_", "gettext", "told"}:
            yield from node.args
        if name == "Tried":
            yield from node.args[3:4]
        if name == "SetupNeed":
            yield from node.args[1:3]
        if name == "Assumption":
            yield from node.args[:2]
            yield from (*node.args[3:], *(word.value for word in node.keywords if word.arg == "change"))


def _said(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Call):
        name = _name(node.func)
        is_error = name in _errors()
        if is_error:
            yield from node.args[1 if name in _WITHOUT_TEXT_FIRST else 0 :]
        if is_error or any(word.arg == "fix" for word in node.keywords):
            yield from (word.value for word in node.keywords if word.arg in _ERROR_TEXTS)
        if name == "__init__" and any(word.arg == "fix" for word in node.keywords):
            yield from node.args
        if name == "Finding":
            yield from (word.value for word in node.keywords if word.arg == _SENTENCE)
    elif isinstance(node, ast.Assign) and any(_name(target) in {*_ERROR_TEXTS, _SENTENCE} for target in node.targets):
        yield node.value


@cache
def _errors() -> frozenset[str]:
    """Return what all errors of ours are called."""
    found = {name for name in vars(errors) if isinstance(getattr(errors, name), type)} | _REFUSALS
    classes = [
        (node.name, [_name(base) for base in node.bases])
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef)
    ]
    while more := {name for name, bases in classes if found & set(bases)} - found:
        found |= more
    return frozenset(found)


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _texts(node: ast.expr) -> Iterator[str]:
    """Return the texts that an expression can be."""
    if isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
    elif isinstance(node, ast.Tuple):
        for part in node.elts:
            yield from _texts(part)
    elif isinstance(node, ast.Dict):
        for part in node.values:
            yield from _texts(part)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield _shape(node)


def _shape(node: ast.JoinedStr) -> str:
    """Return an f-string as a message with named places."""
    names = dict[str, str]()
    text = ""
    for part in node.values:
        if isinstance(part, ast.Constant):
            text += str(part.value)
            continue
        assert isinstance(part, ast.FormattedValue)
        source = ast.unparse(part)
        wanted = _name(part.value) or "value"
        number = 1
        while names.setdefault(name := wanted if number == 1 else f"{wanted}{number}", source) != source:
            number += 1
        text += f"{{{name}}}"
    return text


def is_translated(string: str | tuple[str, ...] | list[str] | None) -> bool:
    """Whether a text has its words in the other language, each of its forms."""
    return bool(string) if isinstance(string, str) else bool(string) and all(string or ())


def update(locale: str) -> tuple[int, int]:
    """Bring a catalogue into step; return how many texts it has, and how many of them are not translated."""
    path = CATALOGUES / locale / CATALOGUE
    old = read_po(path.open("rb"), locale=locale) if path.exists() else Catalog(locale=locale)
    new = Catalog(locale=locale, project="Inlaid", fuzzy=False, header_comment=f"# Inlaid in {locale}.")
    for message, places in messages().items():
        key = message if isinstance(message, str) else message[0]
        known = old.get(key)
        files = sorted({(name, None) for name, _ in places})
        kept = known.string if known and isinstance(known.id, str) == isinstance(message, str) else None
        new.add(message, kept, locations=files)  # type: ignore[arg-type] # no line numbers: they change with every edit
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, new, width=0, sort_output=True, include_previous=False)
    with path.with_name(f"{OF_TYPER}.mo").open("wb") as file:
        write_mo(file, words_of_typer(new))
    return len(new), sum(not is_translated(m.string) for m in new if m.id)


def words_of_typer(catalogue: Catalog) -> Catalog:
    """Return the part of a catalogue that Typer reads."""
    then = datetime(2026, 1, 1, tzinfo=UTC)  # so that the file changes with its words alone
    made = Catalog(locale=catalogue.locale, creation_date=then, revision_date=then, fuzzy=False)
    for message in of_typer():
        key = message if isinstance(message, str) else message[0]
        if (found := catalogue.get(key)) and found.string:
            made.add(message, found.string)
    return made


if __name__ == "__main__":
    for named in sys.argv[1:] or [locale for locale in locales() if locale != ENGLISH]:
        texts, missing = update(named)
        sys.stdout.write(f"{named}: {texts} texts, {missing} to be translated\n")
