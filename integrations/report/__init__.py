"""The page `/report`: what became of the drafts. `page` renders, `routes` answers; nothing here needs a script."""
