"""What somebody runs on a machine of their own, without this site and without a connection."""
