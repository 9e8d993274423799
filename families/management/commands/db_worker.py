"""The worker of django-tasks-db, which lets others know that it lives."""

import os
from typing import Any

from django.core.management.base import CommandError
from django.utils.autoreload import DJANGO_AUTORELOAD_ENV
from django_tasks_db.management.commands import db_worker

from families.workers import OnDuty, WorkerIdTaken


class Command(db_worker.Command):
    help = "Does the work of the queue, and what a killed worker left half done."

    def handle(
        self, *, worker_id: str, reload: bool, batch: bool, **options: Any
    ) -> None:
        works = {"worker_id": worker_id, "reload": reload, "batch": batch} | options
        starts_another = os.environ.get(DJANGO_AUTORELOAD_ENV) != "true"
        if reload and not batch and starts_another:
            # This process only looks at files; the one it starts does the work.
            super().handle(**works)
            return
        try:
            with OnDuty(worker_id):
                super().handle(**works)
        except WorkerIdTaken as error:
            raise CommandError("A worker with this id is running.") from error
