"""What residents say: intake, media, duplicates."""
