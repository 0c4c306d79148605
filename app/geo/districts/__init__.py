"""Import outlines of the kelurahan (GeoJSON) and find the kelurahan of a position."""
