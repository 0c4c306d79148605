"""Doubts about a report: labels to verify, credibility, strikes after pranks. Nothing here ever refuses a report."""
