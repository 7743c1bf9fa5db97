import time
from django.db import connection
from motcua.reporting.queries import *
from motcua.reporting import queries as Q
from motcua.reporting.periods import months
def test_scale(world):
    st=world.a_dossier().accepted().dossier
    with connection.cursor() as c:
        c.execute("select column_name from information_schema.columns where table_name='dossiers_dossier' order by ordinal_position")
        cols=[r[0] for r in c.fetchall()]
        sel={k:f'd."{k}"' for k in cols}
        sel.update(id="gen_random_uuid()",number="'N'||g",secret="decode(md5(g::text),'hex')",applicant_id="NULL",representative_id="NULL",
          filed_at="t.a",accepted_at="t.a",due_at="t.a+interval '3 days'",finished_at="t.f",state="case when t.f is null then 'in_progress' when t.r is null then 'decided' else 'returned' end",returned_at="t.r",
          competent_agency_id="CASE WHEN g%%2=0 THEN d.competent_agency_id ELSE %s END")
        q=f"""INSERT INTO dossiers_dossier ({','.join('"'+k+'"' for k in cols)}) SELECT {','.join(sel[k] for k in cols)} FROM dossiers_dossier d, generate_series(1,300000) g,
          LATERAL (SELECT x.a, CASE WHEN g%%50>0 OR x.a<'2026-10-15' THEN x.a+(g%%97)*interval '1 hour' END f, CASE WHEN g%%50>1 THEN x.a+(g%%97+20)*interval '1 hour' END r FROM (SELECT '2025-11-01'::timestamptz + (g%%300000)*interval '1 minute'*1.75 a) x) t WHERE d.id=%s"""
        c.execute(q,[world.neighbour.id,st.id])
        c.execute("INSERT INTO dossiers_clockrow (id,dossier_id,place,kind,at,reason,policy,legal_basis,due_after) SELECT gen_random_uuid(),id,0,'start',accepted_at,'','','',due_at FROM dossiers_dossier WHERE number LIKE 'N%'")
        c.execute("ANALYZE dossiers_dossier"); c.execute("ANALYZE dossiers_clockrow")
        base=Q._CLASSIFIED
        variants={"plain":base,"placed mat":base.replace("placed AS (","placed AS MATERIALIZED ("),"measured mat":base.replace("measured AS (","measured AS MATERIALIZED ("),"known mat":base.replace("known AS (","known AS MATERIALIZED (")}
        for jit in ("on","off"):
          c.execute(f"SET jit={jit}")
          for name,text in variants.items():
            Q._CLASSIFIED=text
            for p in (months(2026,10),months(2026,1,12)):
              ts=[]
              for _ in range(2):
                t=time.perf_counter(); r=figures(p,Scope()); ts.append(time.perf_counter()-t)
              t=time.perf_counter(); n=count(p,Scope(),"late"); t2=time.perf_counter()-t
              print(jit,name,p.first,sum(x.counts["to_solve"] for x in r),["%.3f"%x for x in ts],"%.3f"%t2)
        Q._CLASSIFIED=base
    assert 0
