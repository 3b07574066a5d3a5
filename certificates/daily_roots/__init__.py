"""One hash for the certificates of a day, that anybody can keep and later compare."""
