"""Documents in OneDrive and SharePoint: read through Graph, written back as tracked changes.

`items` says which file, `files` reads and writes it, `surface` is the worker's side. Whoever asks does so with a token
of their own (on behalf of): the app reaches no file that the person does not.
"""
