"""Accepted work as anonymous pairs for training and evaluation."""
