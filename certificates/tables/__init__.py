"""Tables that people hand over: files of commas and of table programs, and what they paste."""
