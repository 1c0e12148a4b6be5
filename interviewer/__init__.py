"""interviewer: a mock interviewer for deep-learning roles, in the terminal.

Importing the package costs nothing; each part is imported where it is used.
"""

__version__ = "0.1.0"
