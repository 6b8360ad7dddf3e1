"""What `inlaid evaluate` holds against each other: for each model the bare one and Inlaid with it; and who judges."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import InlaidError, InputError, MessageError
from core.text.catalogues import told

if TYPE_CHECKING:
    from core.insight.evaluation import System
    from core.insight.evaluation.model_judge import ModelJudge
    from core.llm.endpoint import Endpoint
    from core.llm.routes import Models
    from core.settings import Settings


@dataclass(frozen=True)
class Opened:
    """The systems, the last of them the main one, and the models that they use; `firsts` are what bare models ask."""

    systems: "Sequence[System]"
    settings: "Settings"
    models: "Models"
    firsts: "Sequence[Endpoint]"

    def notes(self) -> Iterator[str]:
        """Yield why Inlaid uses no tokens of a model that counts as small; of one that is down its answers tell."""
        from core.writing.lanes import never_asked

        for endpoint in self.firsts:
            with suppress(InlaidError):
                if endpoint.is_small:
                    yield " ".join(map(told, never_asked(endpoint.entry)))

    def judge(self, named: str) -> "ModelJudge":
        """Return the model that grades.

        Args:
            named: an endpoint of the models file, or the address of a server and a model: URL#MODEL.

        Raises:
            InputError: the address cannot be used, or the model is a small one.
            NotFoundError: there is no endpoint of that name.
            ModelOutage: it does not answer.
        """
        from core.insight.evaluation.model_judge import ModelJudge

        chat, label = self._at(named) if "://" in named else (self.models.route("", named).endpoints[0], named)
        if chat.is_small:
            # Tried with 135 M parameters: an A for nearly everything, whatever it read.
            raise InputError("A small model cannot judge: it gives an A to everything.", fix="Name a larger one.")
        return ModelJudge(chat, label)

    def _at(self, named: str) -> "tuple[Endpoint, str]":
        from pydantic import ValidationError

        from core.llm.endpoint import Endpoint
        from core.llm.models_file import EndpointEntry
        from core.llm.routes import connect_endpoint

        url, _, model = named.partition("#")
        try:
            entry = EndpointEntry(name="judge", url=url, model=model)
        except ValidationError:
            raise InputError(
                "The address of the judge cannot be used.", fix="Write it as https://HOST/v1#MODEL."
            ) from None
        chat = Endpoint(entry, lambda: connect_endpoint(self.settings, entry), self.models.file.circuit)
        return chat, model or url


@contextmanager
def open_systems(
    settings: "Settings", models: Sequence[str], show: Callable[[str], None], tried: Collection[str]
) -> Iterator[Opened]:
    """Give the bare model and Inlaid for each model; the local model runs as long as the block lasts.

    For the recipes in `tried` each prompt variant is a system of its own, before the main prompt.
    """
    from core.insight.evaluation import BareModel, InlaidModel
    from core.insight.evaluation.drafting import pipeline_writer, with_variant
    from core.runner.pipeline import Pipeline
    from integrations.cli.local_runner import LocalSession

    with LocalSession(settings, lambda _kind, data: show(str(data.get("text", "")))) as session:
        endpoints = session.pipeline.models
        # Without the cache and the budgets of people: every answer is written, and nobody pays.
        recipes = session.pipeline.recipes
        asked = [recipes[name] for name in sorted(tried) if name in recipes]
        variants = dict.fromkeys(variant for recipe in asked for variant in recipe.prompt.variants)
        systems: list[System] = []
        firsts: list[Endpoint] = []
        for name in models or [""]:
            bare, inlaid = (f"bare {name}", f"inlaid with {name}") if len(models) > 1 else ("bare model", "inlaid")
            firsts.append(endpoints.route("", name).endpoints[0])
            systems.append(BareModel(firsts[-1], bare))
            for variant in (*variants, ""):
                pipeline = Pipeline(with_variant(recipes, variant), endpoints)
                label = f"{inlaid}, {variant}" if variant else inlaid
                systems.append(InlaidModel(pipeline_writer(pipeline.generate, name), label, needs_reply=_needs_reply))
        yield Opened(systems, settings, endpoints, firsts)


def _needs_reply(raw_mail: str) -> bool:
    from integrations.mail.isolated import decided, parse_message
    from integrations.mail.message.message import owner_of

    try:
        mail = parse_message(raw_mail.encode("utf-8", "surrogateescape"))
    except MessageError:
        return False
    return decided(mail, owner_of(mail, name="", address="")).needs_reply
