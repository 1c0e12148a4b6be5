"""The interview line by line, over standard input and output: for pipes, scripts and screen readers."""
