"""The models under INLAID_HOME/models: each a `NAME.gguf`, with what is pinned of it in `NAME.toml` beside it."""

import errno
import fcntl
import hashlib
import json
import os
import shutil
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from core.errors import ConflictError, InputError, NotFoundError, SettingsError
from core.llm.ladder.download import SPARE_BYTES, Fetched, Report, disk_full, fetch
from core.llm.ladder.gguf import Memory, gigabytes, read_gguf
from core.llm.ladder.sources import ModelSource, load_catalogue
from core.llm.sizes import SMALL_PARAMETERS
from core.settings import Settings
from core.settings.model_choice import MODELS_FOLDER, read_choice, write_choice
from core.system.private_files import make_private_file, make_private_folder, open_private

LOCK_FILE = ".install.lock"


@dataclass(frozen=True)
class InstalledModel:
    """A model that is here, as its pin says; `modified_ns` is when its file was last changed."""

    name: str
    title: str
    parameters: int
    context: int
    memory_bytes: int
    licence: str
    origin: str
    commit: str
    sha256: str
    size_bytes: int
    modified_ns: int

    @property
    def is_small(self) -> bool:
        """Whether it writes nothing of its own."""
        return self.parameters < SMALL_PARAMETERS

    @property
    def size(self) -> str:
        """How INLAID_MODEL_SIZE says it."""
        return "small" if self.is_small else "large"


def models_folder(settings: Settings) -> Path:
    """Return the folder of the models."""
    return settings.home / MODELS_FOLDER


def model_file(settings: Settings, name: str) -> Path:
    """Return where the file of a model is."""
    return models_folder(settings) / f"{name}.gguf"


def installed_models(settings: Settings) -> list[InstalledModel]:
    """Return the models that are here, smallest first; a pin without its file is none."""
    found = [_read_pin(path) for path in models_folder(settings).glob("*.toml")]
    here = [model for model in found if model and model_file(settings, model.name).is_file()]
    return sorted(here, key=lambda one: (one.parameters, one.name))


def installed_model(settings: Settings, name: str) -> InstalledModel:
    """Return a model by name, or by the only beginning of one.

    Raises:
        NotFoundError: it is not here.
    """
    models = {model.name: model for model in installed_models(settings)}
    found = (
        [models[name]] if name in models else [model for key, model in models.items() if name and key.startswith(name)]
    )
    if len(found) != 1:
        known = f"; here are {', '.join(models)}" if models else ""
        fix = (
            f"Run `inlaid model install {name}`." if _is_in_catalogue(name) else "`inlaid model list` shows the names."
        )
        raise NotFoundError(f"No model called {name} is installed{known}.", fix=fix)
    return found[0]


def _is_in_catalogue(name: str) -> bool:
    return any(entry.name.startswith(name) for entry in load_catalogue() if name)


def chosen_model(settings: Settings) -> InstalledModel | None:
    """Return the installed model that `inlaid model use` has chosen; None: the embedded one.

    Raises:
        SettingsError: its file is gone.
    """
    choice = read_choice(settings.home)
    if choice is None or choice.url:
        return None
    try:
        return installed_model(settings, choice.name)
    except NotFoundError as error:
        fix = f"Run `inlaid model install {choice.name}`, or `inlaid model use embedded`."
        raise SettingsError(f"The model {choice.name}, which is in use, is not there.", fix=fix) from error


def verified_file(settings: Settings, model: InstalledModel) -> Path:
    """Return the file of a model, unchanged since it was installed: by size and time, else by its SHA-256.

    Raises:
        SettingsError: it was changed.
    """
    path = model_file(settings, model.name)
    found = path.stat()
    if (found.st_size, found.st_mtime_ns) != (model.size_bytes, model.modified_ns):
        with path.open("rb") as file:
            is_same = hashlib.file_digest(file, "sha256").hexdigest() == model.sha256
        if not is_same:
            fix = f"Run `inlaid model remove {model.name} --anyway`, then `inlaid model install {model.name}`."
            raise SettingsError(f"{path.name} is not what was installed.", fix=fix)
        _write_pin(path, replace(model, modified_ns=found.st_mtime_ns))
    return path


def require_memory(name: str, needed_bytes: int, there: Memory, *, free: bool) -> None:
    """Refuse a model that does not fit: into what is free now, or else into the machine.

    Raises:
        InputError: with the numbers.
    """
    has_bytes = there.free_bytes if free else there.total_bytes
    if needed_bytes > has_bytes:
        raise InputError(
            f"{name} needs {gigabytes(needed_bytes)} of memory, and {gigabytes(has_bytes)} are"
            f" {'free' if free else 'there'}.",
            fix="Close other programs, take a smaller model, or force it with --anyway.",
        )


def install(settings: Settings, source: ModelSource, report: Report) -> InstalledModel:
    """Bring a model here, check it, pin it. One that is here with the same content stays.

    Raises:
        ConflictError: another process installs one now.
        InlaidError: see `core.llm.ladder.download.fetch`.
    """
    folder = models_folder(settings)
    with writing(folder):
        make_private_folder(settings.home)
        make_private_folder(folder)
    with _only_one(folder, source.name):
        here = _unchanged(settings, source.name)
        if source.path:
            fetched: Fetched | None = _copied(source, folder)
        else:
            fetched = fetch(source, folder, report, known_sha256=here.sha256 if here else "")
        if fetched is None:
            assert here is not None
            return here
        try:
            return _accepted(settings, source, fetched)
        except InputError:
            fetched.path.unlink(missing_ok=True)
            raise


def remove(settings: Settings, name: str, *, anyway: bool) -> int:
    """Delete a model and what is left of its downloads, and return how many bytes that freed.

    Raises:
        NotFoundError: it is not here.
        ConflictError: it is in use; `anyway` goes back to the embedded one.
    """
    model = installed_model(settings, name)
    choice = read_choice(settings.home)
    if choice and not choice.url and choice.name == model.name:
        if not anyway:
            raise ConflictError(
                f"{model.name} is in use.", fix="Choose another with `inlaid model use`, or force it with --anyway."
            )
        write_choice(settings.home, None)
    path = model_file(settings, model.name)
    parts = list(models_folder(settings).glob(f".{model.name}.*.part"))
    freed_bytes = sum(file.stat().st_size for file in (path, *parts) if file.stat().st_nlink == 1)
    for file in (path.with_suffix(".toml"), path, *parts):
        file.unlink(missing_ok=True)
    return freed_bytes


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turn what writing under INLAID_HOME may raise into an error for a person."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise disk_full(folder, SPARE_BYTES) from error
        fix = "Make INLAID_HOME writable, or set it to another folder."
        raise SettingsError(f"{folder} cannot be written: {error.strerror}.", fix=fix) from error


@contextmanager
def _only_one(folder: Path, name: str) -> Iterator[None]:
    with writing(folder):
        make_private_file(folder / LOCK_FILE)
        lock = (folder / LOCK_FILE).open("a+")
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            who = lock.read(200).strip() or "Another process installs a model"
            raise ConflictError(f"{who}.", fix="Wait until it has ended, then try again.") from error
        lock.truncate(0)
        lock.write(f"Process {os.getpid()} installs {name}")
        lock.flush()
        yield


def _unchanged(settings: Settings, name: str) -> InstalledModel | None:
    """Return the model of this name if it is here as it was installed."""
    try:
        model = next(other for other in installed_models(settings) if other.name == name)
        verified_file(settings, model)
    except (StopIteration, SettingsError):
        return None
    return model


def _copied(source: ModelSource, folder: Path) -> Fetched:
    """Link a file of this machine into the folder, or copy it from another disk."""
    assert source.path is not None
    part = folder / f".{source.name}.file.part"
    part.unlink(missing_ok=True)
    size_bytes = source.path.stat().st_size
    try:
        os.link(source.path.resolve(), part)  # caches of others hold links, which would be linked to
    except OSError:
        if shutil.disk_usage(folder).free < size_bytes + SPARE_BYTES:
            raise disk_full(folder, size_bytes + SPARE_BYTES) from None
        with writing(folder):
            shutil.copyfile(source.path, part)
    with part.open("rb") as file:
        return Fetched(part, hashlib.file_digest(file, "sha256").hexdigest(), size_bytes)


def _accepted(settings: Settings, source: ModelSource, fetched: Fetched) -> InstalledModel:
    facts = read_gguf(fetched.path)
    entry = source.entry
    model = InstalledModel(
        name=source.name,
        title=entry.title if entry else source.name,
        parameters=facts.parameters,
        context=min(entry.context, facts.context or entry.context) if entry else facts.window_tokens,
        memory_bytes=entry.memory_bytes if entry else facts.memory_bytes(fetched.size_bytes),
        licence=entry.licence if entry else "",
        origin=source.origin,
        commit=fetched.commit,
        sha256=fetched.sha256,
        size_bytes=fetched.size_bytes,
        modified_ns=fetched.path.stat().st_mtime_ns,
    )
    path = model_file(settings, model.name)
    with writing(path.parent):
        fetched.path.replace(path)
        fetched.path.unlink(missing_ok=True)  # it stays where both were the same file already
        _write_pin(path, model)
    return model


def _write_pin(path: Path, model: InstalledModel) -> None:
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in asdict(model).items()]
    draft = path.with_suffix(".toml.part")
    with open_private(draft, "wb") as file:
        file.write(("\n".join(lines) + "\n").encode("utf-8", "replace"))
    draft.replace(path.with_suffix(".toml"))


def _read_pin(path: Path) -> InstalledModel | None:
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        return InstalledModel(**values) if values.get("name") == path.stem else None
    except (OSError, ValueError, TypeError):
        return None
