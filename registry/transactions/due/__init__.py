"""The clocks of the register: what each does when its hour comes."""
