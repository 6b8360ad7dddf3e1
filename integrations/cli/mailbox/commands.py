"""`inlaid mailbox`: one line per command."""

import typer

from integrations.cli.mailbox import add as mailbox_add
from integrations.cli.mailbox import list as mailbox_list
from integrations.cli.mailbox import set as mailbox_set
from integrations.cli.mailbox import sync as mailbox_sync

app = typer.Typer(help="Connect mailboxes; reply drafts then wait in their Drafts folder.", no_args_is_help=True)
app.add_typer(mailbox_add.app, name="add")
app.command("list")(mailbox_list.list_mailboxes)
app.command()(mailbox_sync.sync)
app.command()(mailbox_list.remove)
app.command("set")(mailbox_set.set_preferences)
app.command()(mailbox_set.voice)
