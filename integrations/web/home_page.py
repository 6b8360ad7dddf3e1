"""The page at `/`: what runs here and where to go. No script, nothing from elsewhere, readable in light and dark."""

import base64
import hashlib

_STYLE = """
:root { color-scheme: light dark; }
body { max-width: 42rem; margin: 3rem auto; padding: 0 1.25rem; font: 1.0625rem/1.6 system-ui, sans-serif; }
h1 { font-size: 1.75rem; line-height: 1.2; }
dt { margin-top: 1rem; }
dd { margin: 0; }
code { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
a:focus-visible { outline: 3px solid; outline-offset: 2px; }
"""

PAGE = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Inlaid</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
<h1>Inlaid</h1>
<p>Drafts for Slack, Word and mail, written where you already work. Nothing is sent before a person says so.</p>
<h2>On this server</h2>
<dl>
<dt><a href="/readyz"><code>/readyz</code></a></dt>
<dd>Whether database, broker and model answer. <a href="/healthz"><code>/healthz</code></a> tells only that this
process lives.</dd>
<dt><a href="/metrics"><code>/metrics</code></a></dt>
<dd>Figures for Prometheus.</dd>
<dt><a href="/word/taskpane.html"><code>/word/taskpane.html</code></a></dt>
<dd>A Word document in, the same with tracked changes out. The page is also the pane of the add-in for Word.</dd>
<dt><code>/api/v1/recipes</code>, <code>/api/v1/jobs</code></dt>
<dd>The job API. It needs a bearer token; <a href="/api/v1/openapi.json">its description</a> does not.</dd>
</dl>
<p>On the command line: <code>inlaid --help</code>, <code>inlaid doctor</code>.</p>
</main>
</body>
</html>
"""

_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
CONTENT_SECURITY_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
