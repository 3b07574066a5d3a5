"""How fast the site is: `make bench`. What each row is stands in docs/performance.md."""
