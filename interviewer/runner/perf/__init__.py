"""How fast a right solution is, by the judge's own clock: see docs/exercises.md, *performance*."""
