"""Systems that ask for tokens by themselves: who they are, their keys, and what their tokens may do."""
