"""`inlaid mailbox`: one line per command."""

import typer

from integrations.cli import mailbox_add, mailbox_list, mailbox_set, mailbox_sync

app = typer.Typer(help="Connect mailboxes; reply drafts then wait in their Drafts folder.", no_args_is_help=True)
app.add_typer(mailbox_add.app, name="add")
app.command("list")(mailbox_list.list_mailboxes)
app.command()(mailbox_sync.sync)
app.command()(mailbox_list.remove)
app.command("set")(mailbox_set.set_preferences)
app.command()(mailbox_set.voice)
