"""Tests of people and their sign-ins."""
