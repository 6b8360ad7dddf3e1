"""The console `/console`: what is connected, what runs, what was learnt, for people and their administrators.

`sign_in` how one gets in, `context` what pages work with and who is signed in, `rendering` how they look;
each module of `pages/` holds one page. Server-rendered, htmx without a build step, no inline script or style.
"""
