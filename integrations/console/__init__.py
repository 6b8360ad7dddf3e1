"""The console `/console`: what is connected, what runs, what was learnt, for people and their administrators.

`visitor` who is signed in, `sign_in` how one gets there, `context` what pages work with, `rendering` how they look;
each module of `pages/` holds one page. Server-rendered, htmx without a build step, no inline script or style.
"""
