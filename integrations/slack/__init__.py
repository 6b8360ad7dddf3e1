"""Slack: every place where Slack lets an app be, on one job spine (store, acknowledge, work).

`listeners` is the one table of what the app answers; `app` registers it with Bolt and `manifest` writes it down for
Slack. Handlers (`commands`, `shortcuts`, `submissions`, `actions`, `events`) are thin. A worker reads threads and
delivers answers through `surface`. Pure files: `mrkdwn`, `blocks`, `modals`, `home`, `wishes`, `manifest`.
"""
