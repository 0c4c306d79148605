"""Silence is answered: clocks that run while nobody opens or accepts, and ladders of who is rung then."""
