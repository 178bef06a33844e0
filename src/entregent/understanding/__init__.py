"""What a text says: its language, its state of mind, its intents and the queries it answers.

Pure: no Django, no clock, no network. Each engine stands behind a small interface
(`language`, `sentiment`, `intent`, `queries`), so that a better one can take its place.
"""
