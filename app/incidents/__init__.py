"""What is being handled: incidents, the table of moves, queue, assignments, messages."""
