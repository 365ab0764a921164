"""What a warehouse would have done, and cost, with other settings."""
