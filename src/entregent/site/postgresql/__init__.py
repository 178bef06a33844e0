"""PostgreSQL as Entregent uses it."""
