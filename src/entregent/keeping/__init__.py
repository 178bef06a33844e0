"""Looking after an instance as a whole: backup and restore, health, numbers for monitoring."""
