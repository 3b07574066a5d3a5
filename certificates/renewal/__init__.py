"""What a renewal asks for, and when: rules as data, and what follows from them. Pure."""
