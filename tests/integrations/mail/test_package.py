"""The package itself imports nothing: threads that enter it at different modules do not wait for each other."""

import subprocess
import sys


def test_the_package_imports_none_of_its_modules() -> None:
    script = (
        "import sys, integrations.mail; print([one for one in sys.modules if one.startswith('integrations.mail.')])"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
