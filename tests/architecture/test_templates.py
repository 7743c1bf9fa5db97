"""No template syntax reaches a reader."""

import re

import pytest
from django.test import Client
from django.urls import resolve

from motcua.dossiers.tracking import address_of
from motcua.kit.audience import PUBLIC
from tests.architecture.addresses import addresses, example
from tests.world import World

_LEFT = re.compile(r"<c-|</c-|\{\{|\}\}|\{%|%\}|\{#|#\}|TemplateDoesNotExist|%\(\w+\)s")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_template_syntax_in_any_page_that_can_be_read(world: World, language: str) -> None:
    story = world.a_dossier().accepted()
    public = {example(route) for route, who in addresses().items() if PUBLIC in who and "<" not in route}
    public |= {
        "/thu-tuc/9.000001/",
        "/thu-tuc/?q=xac+nhan",
        "/thu-tuc/?q=khong+co+gi",
        f"/tra-cuu/?code={story.dossier.number}",
        "/" + address_of(bytes(story.dossier.secret)).split("/", 3)[3],
        "/khong-co-trang-nay/",
    }
    people = {
        "": public,
        "dan": {"/", "/cua-toi/", f"/cua-toi/{story.dossier.id}/"},
        "xa-mot.receiver": {"/quay/", "/so-lieu/"},
    }
    read, faults = 0, []
    for who, pages in people.items():
        client = Client()
        client.cookies["motcua_language"] = language
        if who:
            client.force_login(world.people[who])
        for address in sorted(pages):
            answer = client.get(address)
            if answer.status_code in (302, 405) or "text/html" not in answer.get("Content-Type", ""):
                continue
            text = answer.content.decode()
            read += 1
            faults += [f"{who} {address}: {found.group()}" for found in _LEFT.finditer(text)]
            assert f'lang="{language}"' in text, address
    assert faults == []
    assert read >= 10


def test_the_page_of_a_procedure_is_public() -> None:
    assert resolve("/thu-tuc/9.000001/").func.motcua_audience == {PUBLIC}
