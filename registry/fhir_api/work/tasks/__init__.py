"""Work as Task: a view of transactions, cases, matters and messages, and the door by which work is placed."""
