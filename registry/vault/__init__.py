"""The identity vault: which old identity and which new one are the same person, where no ordinary query reaches it.

    async with in_vault(connection, actor, at, "case.read", reason="…", about=[patient_id]) as vault:
        case = await lock_case(vault, case_id)
        case = await change_case(vault, case, "numbered", state="numbered", new_patient_id=new)

Inside the block the connection has the vault's role: the register's own tables are out of reach, and
`Writes.flush` belongs before or after it. Both are one unit of work, committed together.
"""
