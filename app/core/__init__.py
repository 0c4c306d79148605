"""What every other package stands on: database, clock, ids, errors, events, words."""
