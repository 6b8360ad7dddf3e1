"""The generation core: recipes, models, checks, jobs and their store.

Reading order: `errors`, `drafts` (the shapes that travel), `settings`, `recipes`, `checks`,
`llm`, `pipeline` (recipe in, draft out), `jobs` (store, lease, fence), `store`.
Nothing here imports `worker` or `integrations`, and nothing knows Slack, Graph, IMAP or Celery.
"""
