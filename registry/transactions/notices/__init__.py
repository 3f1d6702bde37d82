"""Files of notices from others: deaths, births, the forces, other nations, the National Back Office."""
