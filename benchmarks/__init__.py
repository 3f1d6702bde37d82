"""Measurements that anybody can repeat: each prints its figure and what it was compared with."""
