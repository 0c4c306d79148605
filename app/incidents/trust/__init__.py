"""Label doubtful reports: verification, credibility, strikes after pranks. No report is refused here."""
