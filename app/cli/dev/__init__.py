"""Implements commands for developers: test, check, bench, lock, shots. An installation needs none of them."""
