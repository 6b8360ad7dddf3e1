"""Models of any size for tests, put under INLAID_HOME as `inlaid model install FILE` does."""

from pathlib import Path

from core.llm.ladder.installed import InstalledModel, install
from core.llm.ladder.sources import source_of
from core.settings import Settings
from tests.fakes.hub import small_gguf


def put_model(settings: Settings, folder: Path, name: str, *, parameters: int = 1_540_000_000) -> InstalledModel:
    """Install a model of this name whose numbers are none."""
    path = folder / f"{name}.gguf"
    path.write_bytes(small_gguf(parameters=parameters))
    return install(settings, source_of(str(path)), lambda _here, _of: None)
