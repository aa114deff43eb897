"""Signing in by a real directory."""
