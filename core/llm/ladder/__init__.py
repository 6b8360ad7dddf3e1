"""The ladder of models for this machine: what there is, what is installed, which is in use, and what is next.

`catalogue` lists open models, `sources` and `download` bring one here, `gguf` reads what it is, `installed` keeps the
files under INLAID_HOME/models, `standing` says in a sentence which rung is in use, `servers` looks for others' servers.
"""
