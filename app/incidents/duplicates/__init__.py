"""Several reports of one incident: likeness with reasons, merging and unmerging, major incidents."""
