import random, pathlib, collections
from sqlalchemy import text
from tests.links.conftest import exchange  # noqa
from tests.links.traffic import *
async def test_shared(exchange):
    from registry.database import unit_of_work
    root=pathlib.Path("/work/shared/gp-links/examples")
    files=sorted(p for p in root.rglob("*.dat"))+sorted(p for p in root.rglob("*.edi*") if p.suffix!=".dat")
    print(len(files))
    from registry.links.edifact.reader import read_interchange
    senders=set()
    for f in files:
        try: i=read_interchange(f.read_bytes(), exchange.clock.now())
        except Exception as e: print(f, e); continue
        if "gp-to-ha" in str(f): senders.add((i.sender,i.recipient))
    from uuid import uuid4
    async with unit_of_work(exchange.engine) as c:
        for n,(s,r) in enumerate(sorted({a:b for a,b in senders}.items())):
            cipher = r[:-2] if r.endswith("01") and len(r)==4 else r[:-1]
            pid=uuid4()
            await c.execute(text("insert into practices (id,ods_code,name,trading_partner_code,authority_cipher) values (:i,:o,'x',:t,:a)"),{"i":pid,"o":f"Y9{n:04d}","t":s,"a":cipher})
            await c.execute(text("insert into lists (id,code,practice_id) values (:i,:o,:i)"),{"i":pid,"o":f"Y9{n:04d}"})
    cnt=collections.Counter()
    for f in files:
        r=await exchange.receive(f.read_bytes())
        for l in r.lines or [None]:
            cnt[(r.state, l and l.type, l and l.state, l and l.outcome, (l.problem if l else r.problem))]+=1
    for k,v in sorted(cnt.items(), key=str): print(v,k)
    made=await exchange.send(); print(len(made))
    for m in made:
        w=await exchange.written(m); assert not w.warnings, w.warnings
        for me in w.messages:
            assert not me.problem and not me.warnings, me
            for t in me.transactions: assert t.items is not None and not t.items.defects, t
async def test_fuzz(exchange):
    rng=random.Random(5)
    (p,)=await exchange.practices("")
    (n,)=await exchange.people(None, __import__("tests.support.office",fromlist=["ANNA"]).ANNA)
    c=collections.Counter()
    for k in range(1500):
        data=bytearray(exchange.transfer(p,k+1,n,tn=k+1, text="HE?'LLO" if k%3==0 else None))
        for _ in range(rng.randint(1,12)):
            at=rng.randrange(len(data)); w=rng.random()
            if w<.4: data[at]=rng.randrange(256)
            elif w<.6: del data[at:at+rng.randint(1,30)]
            elif w<.8: data[at:at]=bytes(rng.choice(b"'+:?%\0\n UNHT019\xe9\xff") for _ in range(rng.randint(1,8)))
            else: data[at:at]=data[at:at+60]
            if not data: data=bytearray(b"x")
        r=await exchange.receive(bytes(data))
        for l in r.lines or [None]: 
            c[(r.state,l and l.state)]+=1
            if l and l.state=="failed": print(l.problem, bytes(data)[:0])
    print(c)
    await exchange.send()
