"""The app: a client of the conductor. It knows no database, no model client, no torch."""
