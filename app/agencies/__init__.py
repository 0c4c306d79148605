"""The agencies of the city and the routing table."""
