"""Who acts: staff and their sessions, and residents' anonymous devices."""
