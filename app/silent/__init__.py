"""The silent channel's own rules: sealing, access, retention, audit."""
