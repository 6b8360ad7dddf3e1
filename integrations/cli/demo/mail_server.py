"""An IMAP server for one mailbox, in memory: `python -m integrations.cli.demo.mail_server PORT USER`.

The password comes on standard input, so that it is in no process list.
"""

import sys

HOST = "127.0.0.1"


def main() -> None:
    """Serve until SIGTERM."""
    from pymap.main import main as serve

    port, user = sys.argv[1:]
    password = sys.stdin.readline().strip()
    place = ["--host", HOST, "--port", port, "--no-tls"]
    sys.argv = ["pymap", *place, "dict", "--demo-user", user, "--demo-password", password]
    serve()


if __name__ == "__main__":
    main()
