"""PATCH Patient/{id}: what somebody says of a person, as operations on the Patient that they read.

The engine and the rules know no database; the register's own way of taking a statement does the rest.
Source: Personal Demographics Service FHIR API, rules of PATCH. ADR 0040 says where the register decides otherwise.
"""
