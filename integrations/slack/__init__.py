"""Slack: every place where Slack lets an app be, on one job spine (store, acknowledge, work).

`listeners/table.py` is the one table of what the app answers; `app` registers it with Bolt and `setup/manifest.py`
writes it down for Slack. Handlers in `listeners/` are thin and end in `submit`. A worker reads threads and delivers
answers through `surface`. `views/` is pure, `client/` calls Slack, `delivery/` brings drafts to people.
"""
