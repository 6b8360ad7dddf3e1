"""`.env.example` says exactly what can be set, and no other file names a setting that does not exist.

`python -m tests.test_settings_example` writes `.env.example` again.
"""

import re
import subprocess
from pathlib import Path

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from core.settings import Settings
from core.settings.secret_files import file_variable, secret_names

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / ".env.example"
HEAD = """\
# Every setting of Inlaid, with its default. Set it in the environment, or in a file `.env` made from this one: in the
# folder where Inlaid is started, or in INLAID_HOME. Where several set it, the first of these three counts.
# Take the `#` from the start of the lines that you change. `inlaid setup` writes what the platforms need, and
# `inlaid doctor --all` shows what is in force. A secret may stand in a file instead, whose path its second variable
# names: one of the two. SSL_CERT_FILE (a company's own authority), HTTPS_PROXY and NO_PROXY may stand here, too.
"""
# One stands for any setting; the other passes between `inlaid up` and the processes that it starts.
NOT_SETTINGS = {"INLAID_NAME", "INLAID_NAME_FILE", "INLAID_READY_FILE"}
SETTING_NAME = re.compile(r"\bINLAID_[A-Z][A-Z_]*[A-Z]\b")


def expected_example() -> str:
    """Return the text of `.env.example` as the settings have it."""
    entries = [
        f"# {field.description}\n#INLAID_{name.upper()}={shown_default(field)}\n"
        + (f"#{file_variable(name)}=\n" if name in secret_names(Settings) else "")
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join([HEAD, *entries])


def shown_default(field: FieldInfo) -> str:
    """Return a default as it would be written; empty where it depends on the machine."""
    default = None if field.default_factory else field.default
    if default is None or isinstance(default, SecretStr | tuple):
        return ""
    return f"{default:g}" if isinstance(default, float) else str(default)


def test_the_example_lists_every_setting_with_its_description_and_default() -> None:
    assert EXAMPLE.read_text() == expected_example()


def test_every_setting_is_described_in_one_line() -> None:
    undescribed = [name for name, field in Settings.model_fields.items() if not (field.description or "").strip()]
    assert undescribed == []
    assert max(len(line) for line in EXAMPLE.read_text().splitlines()) <= 140


def test_no_other_file_names_a_setting_that_does_not_exist() -> None:
    existing = {f"INLAID_{name.upper()}" for name in Settings.model_fields} | NOT_SETTINGS
    existing |= {file_variable(name) for name in secret_names(Settings)}
    # Tests name settings that must be refused.
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", ":!tests"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    unknown = {}
    for name in filter(None, listed.split("\0")):
        data = (ROOT / name).read_bytes() if (ROOT / name).is_file() else b""
        if found := set(SETTING_NAME.findall(data.decode(errors="ignore"))) - existing:
            unknown[name] = found
    assert unknown == {}


if __name__ == "__main__":
    EXAMPLE.write_text(expected_example())
