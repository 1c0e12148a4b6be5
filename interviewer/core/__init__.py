"""What an interview is. Pure Python: no files, no network, no screen, no third-party package."""
