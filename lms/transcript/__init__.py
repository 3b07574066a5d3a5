"""What a learner earned and passed, on one page."""
