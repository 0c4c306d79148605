"""Serve the reporter: progress, messages, questions and shared position, built from recorded events."""
