"""Who may read, as strings: a principal is a person's sign-in, a verified address, a group, a workspace or everybody.

They are made here only. Access lists of sources hold them, and a reader has those that are theirs now.
"""

# Everybody of the organisation that the installation is for.
EVERYBODY = "organisation"


def workspace_principal(workspace: str) -> str:
    """Return the principal of everybody of a workspace of some surface."""
    return f"workspace:{workspace}"


def person_principal(workspace: str, person: str) -> str:
    """Return the principal of a sign-in: a member of Slack, an object id of Entra, the person at this machine."""
    return f"person:{workspace}/{person}"


def address_principal(address: str) -> str:
    """Return the principal of the person for whom an email address was verified."""
    return f"address:{address.strip().casefold()}"


def group_principal(provider: str, group: str) -> str:
    """Return the principal of a group, as the claims of a sign-in name it; `provider` is the tenant or issuer."""
    return f"group:{provider}/{group}"
