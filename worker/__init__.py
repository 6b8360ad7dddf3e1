"""The Celery side: `app` (settings), `tasks` (thin), `wiring` (what a task needs), `enqueue` (the queue port)."""
