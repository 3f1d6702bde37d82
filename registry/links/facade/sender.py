"""For which practice a request speaks, and whether the caller may."""

import re

from sqlalchemy.ext.asyncio import AsyncEngine

from registry.errors import forbidden
from registry.links.facade.faults import Fault, refusal_of
from registry.links.facade.required import field_of
from registry.links.items import Items
from registry.links.partners import Partner, partner
from registry.security.callers import Caller
from registry.values.organisation import link_code

PARTNER_FIELD = "gpTradingPartnerCode"

_CODE = re.compile(r"[A-Z0-9]{1,5}\Z")


async def sender_of(engine: AsyncEngine, caller: Caller, items: Items) -> Partner:
    """The practice that the items name.

    Raises RequestError: 400 for a code that no practice has, or another authority than the
    practice's; 403 for a practice that is not the caller's.
    """
    sender = await practice_named(engine, caller, items.gp_trading_partner_code)
    if items.ha_cipher != sender.authority_cipher:
        named = link_code(items.ha_cipher) if _CODE.match(items.ha_cipher) else "it"
        field = "healthcarePartyCode" if items.type.is_amendment else field_of("ha_cipher", items.type)
        problem = f"{named} is not known as the authority of this practice; there is nobody to take the request"
        raise refusal_of([Fault("invalid", field, problem)])
    return sender


async def practice_named(engine: AsyncEngine, caller: Caller, code: str) -> Partner:
    """The practice of a trading partner code that the caller may act for. Raises RequestError (400, 403)."""
    found = await partner(engine, code)
    if found is None:
        raise refusal_of([Fault("invalid", PARTNER_FIELD, "no practice has this code")])
    if caller.practice_id not in (None, found.id):
        raise forbidden("This token acts for another practice than that of the trading partner code.", PARTNER_FIELD)
    return found
