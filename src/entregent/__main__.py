"""``python -m entregent`` is the command line."""

from entregent.cli import main

if __name__ == "__main__":
    main()
