"""`python -m konferens` is `konferens`."""

from konferens.cli import main

if __name__ == "__main__":
    main()
