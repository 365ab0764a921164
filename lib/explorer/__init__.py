"""Spend by any dimension, and the overview made of it."""
