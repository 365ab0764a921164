"""Parts of the page about one cluster."""
