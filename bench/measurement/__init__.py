"""How often the intervals of measurement are right, how wide and how quick they are."""
