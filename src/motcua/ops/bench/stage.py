"""What a measurement works with: the ground, the sizes, the small province, and the whole WSGI handler."""

from dataclasses import dataclass
from functools import cached_property
from importlib import import_module

from django.conf import settings
from django.contrib.auth import login
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest

from motcua.accounts.queries import user_named
from motcua.kit import clock
from motcua.ops.bench.browsing import Application, Visitor
from motcua.ops.bench.ground import Ground
from motcua.ops.bench.sizes import Sizes
from motcua.ops.bench.world import World, build_world


@dataclass(frozen=True)
class Stage:
    """Ground and sizes at once; province and handler when first asked for."""

    ground: Ground
    sizes: Sizes

    @cached_property
    def world(self) -> World:
        """The small province."""
        return build_world(clock.now())

    @cached_property
    def application(self) -> Application:
        """The product's WSGI application, with every middleware."""
        application: Application = get_wsgi_application()
        return application

    def visitor(self) -> Visitor:
        """Return someone without a cookie."""
        return Visitor(self.application)

    def signed_in(self, username: str) -> Visitor:
        """Return a visitor with the session of this person."""
        user = user_named(username)
        assert user is not None
        request = HttpRequest()
        request.session = import_module(settings.SESSION_ENGINE).SessionStore()
        login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
        request.session.save()
        return Visitor(self.application, {settings.SESSION_COOKIE_NAME: str(request.session.session_key)})
