"""The layers around the candidate's process. Each is tried, none is assumed; see docs/judge.md."""
