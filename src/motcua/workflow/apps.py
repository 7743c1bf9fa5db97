"""Application `workflow`."""

from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    """Area workflow."""

    name = "motcua.workflow"
    label = "workflow"
