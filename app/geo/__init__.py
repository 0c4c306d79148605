"""Where things are: kelurahan, distances, Plus Codes, importing and geocoding."""
