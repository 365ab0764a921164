"""Reports that are sent by themselves: what each shows, when, to whom; and every one that was made, with its files."""
