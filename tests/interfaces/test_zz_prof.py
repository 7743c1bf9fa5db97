import time, cProfile, pstats
from django.test import Client, RequestFactory
from django.core.wsgi import get_wsgi_application
from motcua.dossiers.queries import tracked
from motcua.dossiers.tracking import secret_text
from motcua.portal.story import tell
from motcua.kit import clock
from motcua.ops.bench.browsing import Visitor
from django.utils import translation
from django.template.loader import get_template
from django.db import connection
from motcua.dossiers import queries as q

def t(name, f, n=1000):
    for _ in range(50): f()
    best=9
    for _ in range(20):
        a=time.perf_counter()
        for _ in range(n//20): f()
        best=min(best,(time.perf_counter()-a)/(n//20))
    print(f"{name:30} {best*1e6:8.0f} us")

def test_prof(world, settings, capsys):
    settings.ALLOWED_HOSTS=["*"]
    story = world.a_dossier().at_leader()
    s=bytes(story.dossier.secret)
    with capsys.disabled():
        print()
        on=clock.today()
        t("tracked", lambda: tracked(s,on=on))
        t("one simple query", lambda: connection.cursor().__enter__().execute("select 1 from dossiers_dossier where secret=%s",[s]))
        def plain():
            with connection.cursor() as c:
                c.execute(q._TRACKED,[on,on,on,on,s]); return c.fetchone()
        def planned():
            with q._planned_cursor() as c:
                c.execute(q._TRACKED,[on,on,on,on,s]); return c.fetchone()
        def nodates():
            with q._planned_cursor() as c:
                c.execute("select number::text from dossiers_dossier where secret=%s",[s]); return c.fetchone()
        def var(sql, params):
            def f():
                with q._planned_cursor() as c:
                    c.execute(sql, params); return c.fetchone()
            return f
        T=q._TRACKED
        base="SELECT d.id, d.number::text, d.version_id, d.process_id, d.state::text, d.filed_at, d.acknowledge_by, d.accepted_at, d.promised_at, d.due_at, d.paused_at, d.finished_at, d.returned_at, d.outcome::text FROM dossiers_dossier d WHERE d.secret=%s AND d.state <> 'draft'"
        few="SELECT d.number::text FROM dossiers_dossier d WHERE d.secret=%s AND d.state <> 'draft'"
        import re
        nosub=re.sub(r",\n  \(SELECT max.*d.id\)\nFROM","\nFROM",T,flags=re.S)
        js=few.replace("d.number::text", "d.number::text, (SELECT json_agg(json_build_array(t.step, t.completed_at, t.outcome) ORDER BY t.opened_at, t.id)::text FROM workflow_task t WHERE t.subject_id = d.id)")
        js2=few.replace("d.number::text", "d.number::text, ARRAY(SELECT t.step || ' ' || t.outcome || ' ' || coalesce(extract(epoch from t.completed_at)::text,'') FROM workflow_task t WHERE t.subject_id = d.id ORDER BY t.opened_at, t.id)")
        qq=few.replace("d.number::text", "d.number::text, (SELECT max(made_at) FROM dossiers_supplementrequest q WHERE q.dossier_id = d.id AND q.answered_at IS NULL)")
        facts=tracked(s,on=on)
        with translation.override("vi"):
            t("tell", lambda: tell(facts,at=clock.now()))
            st=tell(facts,at=clock.now())
            rf=RequestFactory().get("/t/x/")
            tpl=get_template("portal/track.html")
            known={"request":rf,"number":facts.number,"state":facts.state.value,"name":"x","story":st,"nav_current":"find","site":{"province_name":"x","demonstration":True}}
            t("template", lambda: tpl.render(known))
            for name, ctx in (("ui/timeline.html", {"items": st.timeline}), ("ui/tag.html", {"key":"in_progress","word":""}), ("portal/_story.html", {"story":st}), ("base.html", known), ("ui/messages.html", known)):
                t(name, lambda tp=get_template(name), c=ctx: tp.render(c))
            from django.template import engines
            x=engines["django"].from_string("{% load ui %}{% chrome 'public_head' %}{% chrome 'public_header' %}{% chrome 'public_footer' %}")
            t("chrome", lambda: x.render(known))
            x2=engines["django"].from_string("{% load i18n %}{% translate 'a' %}")
            t("translate+render", lambda: x2.render(known))
            x2=engines["django"].from_string("{% load i18n %}a")
            t("nothing", lambda: x2.render(known))
            from motcua.portal.way import drawn
            known["way"]=drawn(st.timeline)
            assert drawn(st.timeline)==get_template("ui/timeline.html").render({"items": st.timeline})
            t("drawn", lambda: drawn(st.timeline))
            t("template2", lambda: tpl.render(known))
            t("get_template", lambda: get_template("portal/track.html"))
        v=Visitor(get_wsgi_application())
        path=f"/t/{secret_text(s)}/"
        with connection.cursor() as c:
            for _ in range(2):
                c.execute("explain analyze "+q._TRACKED,[on,on,on,on,s])
                pl="\n".join(r[0] for r in c.fetchall())
            print(pl)
        from django.core import signals
        from django.db import close_old_connections
        signals.request_started.disconnect(close_old_connections); signals.request_finished.disconnect(close_old_connections)
        t("whole", lambda: v.get(path).expected(200))
        with connection.cursor() as c:
            c.execute("explain analyze "+q._TRACKED,[on,on,on,on,s])
            print("\n".join(r[0] for r in c.fetchall()))
        p=cProfile.Profile(); p.enable()
        for _ in range(1000): v.get(path)
        p.disable()
        pstats.Stats(p).sort_stats("tottime").print_stats(35)
