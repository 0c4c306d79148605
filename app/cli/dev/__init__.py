"""Commands for developers: test, check, bench, lock, shots. None of them runs in a city."""
