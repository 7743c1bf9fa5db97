"""What the supervisor of PostgreSQL may refuse, each with a sentence that names the way out."""


class PostgresFault(Exception):
    """Something about the embedded PostgreSQL stops us; the text says what and what to do."""


class NoBinaries(PostgresFault):
    """No usable PostgreSQL programs were found."""


class WrongVersion(NoBinaries):
    """The programs at hand are of another major version than the cluster; its data was not touched."""


class ClusterFault(PostgresFault):
    """The cluster can't be used: wrong owner, wrong password, a folder of somebody else, a failed start."""


class ClusterBusy(PostgresFault):
    """Another process kept the cluster for longer than we were told to wait."""


class BackupFault(PostgresFault):
    """A backup can't be made, or an archive can't be restored; what was there is still there."""
