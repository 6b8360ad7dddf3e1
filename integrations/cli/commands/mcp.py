"""`inlaid mcp`: the tools for an assistant on this machine, on standard input and output."""


def mcp() -> None:
    """Give an assistant on this machine Inlaid's tools: an MCP server on standard input and output."""
    from core.settings import load_settings
    from integrations.cli.local_assistant import LocalWorkplace
    from integrations.cli.local_runner import LocalSession
    from integrations.mcp.server import make_server, run_stdio

    settings = load_settings()
    with LocalSession(settings, lambda _kind, _data: None) as session:
        workplace = LocalWorkplace(session, settings.local_person)
        run_stdio(make_server(lambda _request: workplace))
