"""`inlaid demo` as a person runs it in a clone: Slack's part goes through the same processes as in production."""

import json
import subprocess
from pathlib import Path

import pytest

from integrations.cli.demo.slack import WORDS
from tests.fakes.openai_replies import Answer
from tests.fakes.openai_server import OpenAIServer
from tests.processes.commands import INLAID, WAIT_SECONDS, environment

WRITTEN = "The press office needs the names two working days before."
QUOTE = "The list of names has to reach the press office two working days before"
CITED = json.dumps({"answer": [{"text": WRITTEN, "passage": 1, "quote": QUOTE}]})

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.processes


def test_the_demo_posts_a_checked_draft_in_slack(home: Path, tmp_path: Path) -> None:
    with OpenAIServer() as model:
        model.respond = lambda body: Answer(CITED if "response_format" in body else WRITTEN)
        done = subprocess.run(
            [INLAID, "demo", "--json", "-o", tmp_path / "out"],
            env=environment(home, model_url=model.url, slack_app_token="xapp-of-a-real-app"),
            capture_output=True,
            text=True,
            timeout=3 * WAIT_SECONDS,
        )
    shown = json.loads(done.stdout)
    sign, answer = shown["slack"]["private"]
    assert "Only you will see the answer" in sign
    assert answer.startswith(f"*{WORDS}*\n\n{WRITTEN} [1]")
    assert "Handbook of the Lindenhof theatre > Guests" in answer
    [posted] = shown["slack"]["posted"]
    assert posted == f"{answer}\n@Priya Nair · drafted with Inlaid"
    assert WORDS in shown["slack"]["command"]
    assert len(shown["jobs"]) == 2
    assert shown["jobs"][0]["surface"] == "mail"
    assert b"In-Reply-To: <20261116081237.4C1D@harbour-print.example>" in (tmp_path / "out" / "reply.eml").read_bytes()


def test_make_demo_finds_the_slack_of_the_clone_before_a_package_of_that_name() -> None:
    arguments = ["make", "--no-print-directory", "-n", "demo"]
    told = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, timeout=WAIT_SECONDS)
    [command] = [line for line in told.stdout.splitlines() if line.endswith("inlaid demo")]
    assert command.startswith(f'PYTHONPATH="{ROOT}" ')
