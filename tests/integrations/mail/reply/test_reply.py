"""From a mail to the inputs of a reply: who answers is known by the mail where no setting says it."""

from pathlib import Path

from core.recipes.loader import load_recipes
from core.recipes.render import validate_inputs
from core.writing.plans import PLANS
from integrations.mail.message.message import parse_message
from integrations.mail.message.owner import owner_of
from integrations.mail.reply.reply import reply_inputs
from tests.core.writing.grounded.scripted_ask import ScriptedAsk

DEMO = Path(__file__).parents[4] / "integrations/cli/demo/samples/mail.eml"


def test_the_owner_is_called_as_the_mail_calls_them() -> None:
    message = parse_message(DEMO.read_bytes())
    assert owner_of(message, name="", address="tom.keller@lindenhof.example").name == "Tom Keller"
    assert owner_of(message, name="", address="t.k@x.example", aliases=("TOM.KELLER@lindenhof.example",)).name
    assert owner_of(message, name="Tom K.", address="tom.keller@lindenhof.example").name == "Tom K."
    assert owner_of(message, name="", address="somebody.else@lindenhof.example").name == ""


def test_what_the_owner_wrote_is_quoted_as_theirs_without_a_setting() -> None:
    message = parse_message(DEMO.read_bytes())
    owner = owner_of(message, name="", address="tom.keller@lindenhof.example")
    recipe = load_recipes()["reply"]
    values = validate_inputs(recipe, reply_inputs(message, owner))
    text = PLANS[recipe.plan](recipe, values, ScriptedAsk("")).text
    assert "As I wrote on 12 Nov 2026" in text
    assert "Tom Keller wrote" not in text
