"""The processes of an installation: what each needs, how they are started, watched and stopped."""
