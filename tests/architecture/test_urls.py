"""Every address says who may open it, and keeps to it."""

from typing import Any

import pytest
from django.conf import settings
from django.shortcuts import resolve_url
from django.test import Client
from django.urls import resolve

from motcua.kit.audience import CITIZEN, MACHINE, PUBLIC, STAFF
from tests.architecture.addresses import addresses, example
from tests.world import World


def _status(client: Client, address: str) -> Any:
    """Ask by reading, else by sending a form where nothing is to be read."""
    answer = client.get(address)
    return client.post(address) if answer.status_code == 405 else answer


def test_every_address_declares_who_may_open_it() -> None:
    found = addresses()
    assert len(found) >= 20
    assert {route for route, who in found.items() if not who} == set()
    for route, who in found.items():
        assert who <= {PUBLIC, CITIZEN, STAFF, MACHINE}, route
        assert resolve(example(route)).func.motcua_audience == who


def test_the_desk_and_the_figures_are_for_staff_and_the_portal_for_citizens() -> None:
    for route, who in addresses().items():
        if route.startswith("quay/"):
            assert who == {STAFF}, route
        if route.startswith(("nop/", "cua-toi/")):
            assert STAFF not in who, route
        # People sign in, systems show a key: no address takes both.
        assert (MACHINE in who) == (route.startswith("api/") and PUBLIC not in who), route
        assert who == {MACHINE} or MACHINE not in who, route


def test_who_is_not_signed_in_is_sent_to_sign_in(db: None) -> None:
    faults = {}
    sign_in = resolve_url(settings.LOGIN_URL)
    for route, who in addresses().items():
        if who & {PUBLIC, MACHINE}:
            continue
        # Each with a browser of its own: what one page remembers is not another's.
        answer = _status(Client(), example(route))
        if answer.status_code != 302 or not answer["Location"].startswith(sign_in):
            faults[route] = (answer.status_code, answer.get("Location"))
    assert faults == {}


def test_what_is_for_other_systems_asks_everybody_for_a_key(world: World) -> None:
    routes = [route for route, who in addresses().items() if MACHINE in who]
    assert len(routes) >= 4
    for name in (None, "dan", "xa-mot.leader"):
        client = Client(REMOTE_ADDR=f"10.0.0.{len(name or '')}")
        if name:
            client.force_login(world.people[name])
        for route in routes:
            answer = _status(client, example(route))
            assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer"), (name, route)


def test_for_a_citizen_the_pages_of_the_staff_are_not_there(world: World) -> None:
    client = Client()
    client.force_login(world.people["dan"])
    faults = {
        route: answer.status_code
        for route, who in addresses().items()
        if not who & {PUBLIC, CITIZEN, MACHINE}
        and (answer := _status(client, example(route))).status_code != 404
    }
    assert faults == {}


@pytest.mark.parametrize("who", ["la", "xa-hai.receiver", "xa-mot.receiver"])
def test_nobody_breaks_a_page_by_an_id_that_is_not_there(world: World, who: str) -> None:
    client = Client()
    client.force_login(world.people[who])
    faults = {
        route: answer.status_code
        for route in addresses()
        if "<uuid:" in route and (answer := _status(client, example(route))).status_code not in (404, 302)
    }
    assert faults == {}
