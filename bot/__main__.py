"""`python -m bot` is `chargebot`."""

from bot.cli import main

if __name__ == "__main__":
    main()
