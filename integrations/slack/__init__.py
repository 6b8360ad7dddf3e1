"""Slack: every place where Slack lets an app be, on one job spine (store, acknowledge, work).

`listeners/table.py` is the one table of what the app answers; `app` registers it with Bolt and `manifest` writes it
down for Slack. Handlers in `listeners/` are thin and end in `submit`. A worker reads threads and delivers
answers through `surface`. `views/` is pure, `client/` calls Slack, `delivery/` brings drafts to people.
"""

# The addresses that the web process answers.
EVENTS_PATH = "/slack/events"
INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"
