"""Checking the file of a certificate: is it as we issued it, ours with additions, altered, or not ours."""
