"""`python -m toptaak`."""

from toptaak.cli.main import main

if __name__ == "__main__":
    main()
