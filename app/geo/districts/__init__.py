"""Kelurahan: import of outlines (GeoJSON), polygons, and the district in which a position lies."""
