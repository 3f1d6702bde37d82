"""GP Links interchanges as text: read leniently, written exactly. No database, no clock, no network."""
