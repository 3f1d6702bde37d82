"""The violent patient scheme (Special Allocation Scheme): removal at once, and a place all the same.

Three kinds of matter: the notice of violence until it is approved and confirmed in writing, the
place on the scheme until the discharge, and an appeal, which delays neither. What happened at an
incident, and everything else that somebody types, stands in tables of its own (`models.py`).
"""
