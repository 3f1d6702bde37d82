"""What people judged of pairs: it outranks the matcher for ever."""
