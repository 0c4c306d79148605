"""Signing in to the console: password, second factor, passkeys, the own account, the end of a session."""
