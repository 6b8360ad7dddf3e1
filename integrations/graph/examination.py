"""What `inlaid doctor` says about Microsoft 365: whether the authority answers and takes the app's secret."""

from core.settings import Settings
from core.store.records import RecordStore
from integrations.graph.sign_in import ANY_ORGANISATION, authority_of, make_sign_in


def examine_microsoft(settings: Settings, records: RecordStore) -> str:
    """Return how the app registration stands.

    Raises:
        SettingsError: a setting is missing or refused.
        OutageError: the authority cannot be reached.
    """
    if not settings.microsoft_client_id and not settings.microsoft_client_secret.get_secret_value():
        return "Not set up. The way there: deploy/entra/README.md."
    sign_in, authority = make_sign_in(settings, records), authority_of(settings)
    if authority.endswith(f"/{ANY_ORGANISATION}"):
        sign_in.begin(("User.Read",), settings.public_url)
        return f"{authority} answers; the secret is tried when somebody signs in."
    sign_in.of_app()(True)
    return f"{authority} answers and takes the secret."
