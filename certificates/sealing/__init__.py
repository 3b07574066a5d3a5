"""The seal that a certificate's file carries: its keys, the sealing itself, and who keeps the keys."""
