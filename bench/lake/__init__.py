"""The lake at size: up to a hundred million invented activities, and how quickly it answers."""
