"""Doubts about a report: labels to verify, credibility, strikes after pranks. No report is ever refused here."""
