"""`python -m toptaak`."""

from toptaak.cli import main

if __name__ == "__main__":
    main()
