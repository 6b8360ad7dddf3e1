"""Where a model comes from: `NAME` of the catalogue, `hf:OWNER/REPO[:FILE]`, an address, or a file.

The catalogue is `catalogue.toml` in this folder.

The Hub's addresses are `BASE/OWNER/REPO/resolve/main/FILE`; BASE is https://huggingface.co or HF_ENDPOINT, the Hub's
own variable for mirrors. HF_TOKEN, its variable too, is sent to BASE alone.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

from core.errors import CredentialError, InlaidError, InputError, NotFoundError, OutageError
from core.text.forms import consists_of

if TYPE_CHECKING:
    import httpx2
import functools
import tomllib
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

USUAL_HUB = "https://huggingface.co"
_HUB = "hf:"
_PART_DIGITS = 5
_ANSWER_SECONDS = 20.0
OTHER_WAYS = (
    "`inlaid model list` shows others; hf:OWNER/REPO:FILE, an address and a file work too; `inlaid model find` looks"
    " for servers on this machine."
)
_MAX_NAME_CHARS = 80
# What the embedded model is called, and the file that holds the choice.
_TAKEN = frozenset({"embedded", "choice"})
# Of several files in a repository the first of these is taken: 4 bits are a good bargain on a CPU.
_WANTED = ("q4_k_m", "q4_k_s", "q4_0", "q5_k_m", "q8_0")


class CatalogueEntry(BaseModel):
    """One model, as the head of the file explains."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    parameters: int
    licence: str
    languages: tuple[str, ...]
    size_bytes: int
    memory_bytes: int
    context: int
    repository: str
    file: str
    good_for: str
    step: bool = False


@functools.cache
def load_catalogue() -> tuple[CatalogueEntry, ...]:
    """Return all entries, smallest first."""
    text = files("core.llm").joinpath("catalogue.toml").read_text(encoding="utf-8")
    return tuple(CatalogueEntry.model_validate(entry) for entry in tomllib.loads(text)["models"])


def catalogue_entry(name: str) -> CatalogueEntry:
    """Return the entry of a name, or of the only one that begins with it.

    Raises:
        NotFoundError: it does not exist.
    """
    known = {entry.name: entry for entry in load_catalogue()}
    found = [entry for entry in known.values() if entry.name == name.lower()]
    found = found or [entry for entry in known.values() if name and entry.name.startswith(name.lower())]
    if len(found) != 1:
        raise NotFoundError(
            f"The catalogue has {'no model' if not found else 'several models'} called {name}.",
            fix="`inlaid model list` shows the names; hf:OWNER/REPO:FILE, an https address and a file work too.",
        )
    return found[0]


@dataclass(frozen=True)
class ModelSource:
    """A model to bring here: from an address, or from a file of this machine."""

    name: str
    origin: str
    url: str = ""
    path: Path | None = None
    repository: str = ""
    entry: CatalogueEntry | None = None

    @property
    def page(self) -> str:
        """The page of its repository, "" for other addresses."""
        return f"{hub_base()}/{self.repository}" if self.repository else ""


def hub_base() -> str:
    """Return the address of the Hub."""
    return (os.environ.get("HF_ENDPOINT") or USUAL_HUB).rstrip("/")


def hub_headers(url: str) -> dict[str, str]:
    """Return the headers of a request: the Hub's token for the Hub, nothing for anybody else."""
    token = os.environ.get("HF_TOKEN", "").strip()
    is_hub = url.startswith(hub_base() + "/")
    return {"Authorization": f"Bearer {token}"} if token and is_hub else {}


def source_of(text: str) -> ModelSource:
    """Return what a person means.

    Raises:
        NotFoundError: no such name, file, or GGUF file in the repository.
        InputError: it cannot be read, or the model is cut into several files.
        OutageError: the Hub does not answer.
    """
    if text.startswith(_HUB):
        repository, colon, file = text.removeprefix(_HUB).partition(":")
        owner, _, name = repository.partition("/")
        is_named = owner and name and consists_of(owner + name, "_.-") and (file or not colon) and ":" not in file
        if not is_named:
            raise InputError(f"{text} names no repository.", fix="Write hf:OWNER/REPO or hf:OWNER/REPO:FILE.")
        return _from_hub(repository, file or _file_in(repository))
    if urlsplit(text).scheme in {"http", "https"}:
        _require_whole(text)
        return ModelSource(_name_of(unquote(urlsplit(text).path)), text, url=text)
    path = Path(text)
    if path.is_file():
        _require_whole(path.name)
        return ModelSource(_name_of(path.name), str(path.absolute()), path=path)
    if path.suffix == ".gguf" or "/" in text:
        raise NotFoundError(f"There is no file {text}.", fix="Check the path.")
    entry = catalogue_entry(text)
    source = _from_hub(entry.repository, entry.file)
    return ModelSource(entry.name, source.origin, url=source.url, repository=entry.repository, entry=entry)


def _from_hub(repository: str, file: str) -> ModelSource:
    is_path = all(part and consists_of(part[0], "_") and consists_of(part, "_. +()-") for part in file.split("/"))
    if not is_path or not file.endswith(".gguf"):
        raise InputError(f"{file} is not a GGUF file.", fix="Write hf:OWNER/REPO:FILE.gguf.")
    _require_whole(file)
    url = f"{hub_base()}/{repository}/resolve/main/{quote(file)}"
    return ModelSource(_name_of(file), f"hf:{repository}:{file}", url=url, repository=repository)


def _is_part(name: str) -> bool:
    """Tell whether a file holds a part of a model only: `NAME-00001-of-00003.gguf`."""
    _, *ends = name.removesuffix(".gguf").rsplit("-", 3)
    is_counted = len(ends) == 3 and all(end.isdecimal() and len(end) == _PART_DIGITS for end in ends[::2])
    return is_counted and ends[1] == "of" and name.endswith(".gguf")


def _require_whole(name: str) -> None:
    if _is_part(name):
        raise InputError(
            "This model is cut into several files, which Inlaid does not put together.",
            fix="Take a repository that has it in one file.",
        )


def refusal(source: ModelSource, answer: "httpx2.Response") -> InlaidError:
    """Return the error for a status above 399."""
    status, code = answer.status_code, answer.headers.get("x-error-code", "")
    if code == "GatedRepo" or (status in {401, 403} and code != "RepoNotFound" and source.repository):
        return CredentialError(
            f"{source.repository} is gated ({status}).",
            fix=f"Sign in and accept its terms at {source.page}, make a token there, and set HF_TOKEN to it.",
        )
    if status in {401, 403} and not source.repository:
        return CredentialError(
            f"{source.origin} may not be read ({status}).", fix="Take an address that needs no login."
        )
    if status in {401, 403, 404, 410}:
        what = f"{source.repository} is not on the Hub" if code == "RepoNotFound" else f"{source.origin} is gone"
        return NotFoundError(f"{what} ({status}).", fix=OTHER_WAYS)
    host = urlsplit(str(answer.url)).netloc
    return OutageError(f"{host} does not give the file now ({status}).", fix="Try again later.")


def unreachable(url: str) -> OutageError:
    """Return the error for a server that does not answer."""
    fix = "Check the network and proxy (HTTPS_PROXY), or set HF_ENDPOINT to a mirror; a file works too."
    return OutageError(f"{urlsplit(url).netloc} cannot be reached.", fix=fix)


def _name_of(path: str) -> str:
    stem = re.sub(r"(?i)\.gguf$", "", path.rpartition("/")[2])
    name = re.sub(r"[^a-z0-9._-]+", "-", stem.lower()).strip("-.")[:_MAX_NAME_CHARS] or "model"
    return f"{name}-model" if name in _TAKEN else name


def _file_in(repository: str) -> str:
    """Return the file of a repository that suits this machine, as the Hub lists them."""
    import httpx2

    url = f"{hub_base()}/api/models/{repository}/tree/main"
    try:
        answer = httpx2.get(url, headers=hub_headers(url), timeout=_ANSWER_SECONDS, follow_redirects=True)
        if answer.status_code >= 400:
            raise refusal(ModelSource("", f"hf:{repository}", url, repository=repository), answer)
        files = [str(file.get("path", "")) for file in answer.json() if file.get("type") == "file"]
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise unreachable(url) from error
    except (ValueError, AttributeError, TypeError) as error:
        raise InputError(f"{hub_base()} does not respond the way the Hub does.", fix="Check HF_ENDPOINT.") from error
    whole = [file for file in files if file.endswith(".gguf") and not _is_part(file)]
    if not whole:
        raise NotFoundError(
            f"{repository} has no model in one GGUF file.", fix="Look for a repository whose name ends in -GGUF."
        )
    for wanted in _WANTED:
        if found := [file for file in whole if wanted in file.lower()]:
            return min(found, key=len)
    if len(whole) == 1:
        return whole[0]
    raise InputError(f"{repository} has several: {', '.join(whole[:10])}.", fix="Name one: hf:OWNER/REPO:FILE.")
