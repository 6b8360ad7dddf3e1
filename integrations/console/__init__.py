"""The console `/console`: what is connected, what runs, what was learnt, for people and their administrators.

`sessions` who is signed in, `signing_in` how one gets there, `desk` what pages work with, `pages` how they look; each
further module holds one page. Server-rendered, htmx without a build step, no inline script or style.
"""
