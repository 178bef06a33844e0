"""Charts in one hand: specifications built from the very rows that make the table and the CSV."""
