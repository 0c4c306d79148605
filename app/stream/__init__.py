"""The stream: every event to every console that may see it, in order, with nothing missed."""
