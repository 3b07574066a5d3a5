"""What a second registrar approves before it takes effect."""
