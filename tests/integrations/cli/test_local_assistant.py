"""The jobs that an assistant on this machine has done, in the process that it talks to."""

import threading

from core.settings import Settings
from integrations.cli.local_assistant import LocalWorkplace
from integrations.cli.local_runner import LocalSession
from tests.fakes.openai_replies import Refuse
from tests.fakes.openai_server import OpenAIServer


def test_a_job_that_fails_ends_without_a_traceback(settings: Settings) -> None:
    with OpenAIServer(respond=lambda _body: Refuse(401)) as model:
        reached = settings.model_copy(update={"model_url": model.url})
        with LocalSession(reached, lambda *_event: None) as session:
            workplace = LocalWorkplace(session, settings.local_person)
            recipe = next(recipe for recipe in workplace.recipes() if recipe.name == "rewrite")
            before = set(threading.enumerate())
            job = workplace.submit(recipe, {"text": "The lift broke on Friday.", "instruction": "Be shorter."})
            for thread in set(threading.enumerate()) - before:
                thread.join(timeout=60)
            assert workplace.job(job.id).state == "failed"
