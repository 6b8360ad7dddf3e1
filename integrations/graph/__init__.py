"""Microsoft 365, shared by mail and documents: signing in and tokens (`sign_in.py`), calls (`client.py`).

```python
sign_in = make_sign_in(settings, records)                    # SettingsError names what is missing

# A person signs in (authorization code with PKCE): two requests of the web process.
flow = sign_in.begin(scopes, redirect_uri)                   # keep `flow` sealed, send the browser to flow["auth_uri"]
person = sign_in.finish(flow, form)                          # SignedIn: account, address, name; tokens are kept sealed

# Three sources of tokens for the client:
graph = Graph(settings.microsoft_graph_url, sign_in.of_person(person.account, scopes))
graph = Graph(settings.microsoft_graph_url, sign_in.of_app())
graph = Graph(settings.microsoft_graph_url, sign_in.on_behalf_of(assertion, scopes))

graph.get("/me/messages/ID", select=("subject", "body"))
graph.paged("/me/mailFolders/drafts/messages", params={"$top": 50})
graph.patch("/me/messages/ID", {"subject": "..."}, if_match=etag)
graph.get_bytes("/me/messages/ID/$value", max_bytes=30 * 2**20)
graph.put_chunk(upload_url, chunk, content_range="bytes 0-9/10")     # upload sessions: without the token
```

Certificates are verified against the usual authorities, or those of SSL_CERT_FILE or REQUESTS_CA_BUNDLE.
"""
