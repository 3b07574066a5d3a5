"""What comes with the site: its pages, its course, its award, and a demonstration of them all."""
