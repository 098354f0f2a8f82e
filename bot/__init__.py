"""What we do: charge a car for a driver. No network, no SQL and no Telegram below app.py."""
