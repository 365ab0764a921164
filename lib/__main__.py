"""`python -m lib`: Lakeledger in a terminal."""

from lib.cli import main

if __name__ == "__main__":
    main()
