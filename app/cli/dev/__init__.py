"""Commands for whoever works on the code: test, check, bench, lock, shots. Nothing here runs in a city."""
